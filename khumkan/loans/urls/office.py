"""Addresses of the office: the portfolio, phases, banks, certificates and books."""

from django.urls import URLPattern, path

from khumkan.loans.views import office_banks, office_phases, office_portfolio

PHASE = "office/loans/phases/<int:phase_id>/"
BANK = "office/loans/banks/<str:reference>/"
urlpatterns: list[URLPattern] = [
    path("office/loans/", office_portfolio.office_loans, name="office_loans"),
    path("office/loans/jobs/", office_portfolio.jobs_kept, name="jobs_kept"),
    path("office/loans/phases/", office_phases.lending_phases, name="lending_phases"),
    path("office/loans/phases/new/", office_phases.new_lending_phase, name="new_lending_phase"),
    path(PHASE, office_phases.lending_phase, name="lending_phase"),
    path(f"{PHASE}sign/", office_phases.sign_lending_phase, name="sign_lending_phase"),
    path(f"{PHASE}move/", office_phases.move_lending_phase, name="move_lending_phase"),
    path(f"{PHASE}terms/", office_phases.adopt_terms, name="adopt_terms"),
    path(f"{PHASE}budget/", office_phases.change_budget, name="change_budget"),
    path("office/loans/banks/", office_banks.banks, name="banks"),
    path("office/loans/banks/new/", office_banks.new_bank, name="new_bank"),
    path(BANK, office_banks.bank, name="bank_at_office"),
    path(f"{BANK}notices/", office_banks.bank_notices, name="bank_notices"),
    path(f"{BANK}suspend/", office_banks.suspend_bank, name="suspend_bank"),
    path(f"{BANK}resume/", office_banks.resume_bank, name="resume_bank"),
    path(f"{BANK}phases/<int:phase_id>/<str:what>/", office_banks.bank_in_phase, name="bank_in_phase"),
    path(f"{BANK}deposit/", office_banks.deposit, name="deposit"),
    path("office/loans/certificates/", office_banks.office_certificates, name="office_certificates"),
    path("office/loans/certificates/<str:code>/revoke/", office_banks.revoke_certificate, name="revoke_certificate"),
    path("office/loans/books/", office_banks.books, name="books"),
]
