"""Addresses of employers that borrow, and of the check of their certificates."""

from django.urls import URLPattern, path

from khumkan.loans.views import lending, lending_applications

OFFER = "employer/loans/<str:employer>/<int:phase>/"
ONE = "employer/loans/applications/<str:reference>/"
urlpatterns: list[URLPattern] = [
    path("employer/loans/", lending.overview, name="employer_loans"),
    path("employer/loans/certificates/<str:code>.pdf", lending.certificate_pdf, name="certificate_pdf"),
    path(ONE, lending_applications.one, name="application"),
    path(f"{ONE}change/", lending_applications.change, name="change_application"),
    path(f"{ONE}send/", lending_applications.send, name="send_application"),
    path(f"{ONE}withdraw/", lending_applications.withdraw, name="withdraw_application"),
    path(f"{ONE}documents/", lending_applications.add_document, name="add_document"),
    path(f"{ONE}documents/<int:document_id>/", lending_applications.document, name="own_document"),
    path(f"{ONE}documents/<int:document_id>/remove/", lending_applications.remove_document, name="remove_document"),
    path(OFFER, lending.offer, name="offer"),
    path(f"{OFFER}certificate/", lending.issue, name="issue_certificate"),
    path(f"{OFFER}apply/", lending_applications.apply, name="apply"),
    path("certificates/loan/<str:code>/", lending.certificate, name="certificate"),
]
