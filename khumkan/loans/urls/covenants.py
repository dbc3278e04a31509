"""Addresses of the covenant."""

from django.urls import URLPattern, path

from khumkan.loans.views import covenant_cases, covenants

urlpatterns: list[URLPattern] = [
    path("employer/loans/covenants/", covenants.own_loans, name="own_covenants"),
    path("employer/loans/covenants/<str:reference>/", covenants.own, name="own_covenant"),
    path("employer/loans/covenants/<str:reference>/evidence.<str:kind>", covenants.own_evidence, name="own_evidence"),
    path("bank/covenants/", covenants.of_bank, name="bank_covenants"),
    path("bank/covenants/<str:reference>/", covenants.at_bank, name="bank_covenant"),
    path("bank/covenants/<str:reference>/evidence.<str:kind>", covenants.bank_evidence, name="bank_evidence"),
    path("bank/covenants/cases/<str:reference>/", covenant_cases.bank_case, name="bank_case"),
    path("bank/covenants/cases/<str:reference>/<str:what>/", covenant_cases.decide_breach, name="decide_breach"),
    path("office/loans/covenants/", covenants.portfolio, name="office_covenants"),
    path("office/loans/covenants/<str:reference>/", covenants.at_office, name="office_covenant"),
    path(
        "office/loans/covenants/<str:reference>/evidence.<str:kind>", covenants.office_evidence, name="office_evidence"
    ),
    path("office/loans/cases/<str:reference>/", covenant_cases.office_case, name="office_case"),
    path("office/loans/cases/<str:reference>/ask/", covenant_cases.ask_waiver, name="ask_waiver"),
    path("office/loans/cases/<str:reference>/waiver/", covenant_cases.waiver, name="waiver"),
]
