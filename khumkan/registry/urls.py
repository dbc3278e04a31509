"""Addresses of registry."""

from django.urls import path

from khumkan.registry.views import employers, filings, imports, persons

app_name = "registry"
urlpatterns = [
    path("employer/filings/", filings.overview, name="own_filings"),
    path("employer/filings/headings.csv", filings.template, name="filing_template"),
    path("employer/filings/files/<str:reference>/", filings.file, name="filing_file"),
    path("employer/filings/files/<str:reference>/rows.csv", filings.rows_file, name="filing_rows"),
    path("employer/filings/<str:employer>/", filings.months, name="employer_filings"),
    path("employer/filings/<str:employer>/send/", filings.send, name="send_filing"),
    path("employer/filings/<str:employer>/nobody/", filings.nobody, name="file_nobody"),
    path("office/register/", imports.imports, name="imports"),
    path("office/register/send/<str:kind>/", imports.send, name="send"),
    path("office/register/headings/<str:kind>.csv", imports.template_file, name="template"),
    path("office/register/<str:reference>/", imports.one, name="import"),
    path("office/register/<str:reference>/rows.csv", imports.rows_file, name="import_rows"),
    path("office/register/<str:reference>/cancel/", imports.cancel, name="cancel_import"),
    path("office/employers/", employers.find, name="employers"),
    path("office/employers/<str:reference>/", employers.one, name="employer"),
    path("office/persons/", persons.find, name="persons"),
    path("office/persons/<str:reference>/", persons.one, name="person"),
    path("office/persons/<str:reference>/correct/", persons.correct, name="correct_person"),
    path("office/persons/<str:reference>/documents/add/", persons.add_document, name="add_document"),
    path("office/persons/<str:reference>/documents/withdraw/", persons.withdraw_document, name="withdraw_document"),
]
