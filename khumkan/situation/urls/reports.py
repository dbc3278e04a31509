"""Addresses of the situation reports."""

from django.urls import path

from khumkan.situation.views import reports

HERE = "office/situation/reports"
urlpatterns = [
    path(f"{HERE}/", reports.reports, name="reports"),
    path(f"{HERE}/<str:reference>/", reports.report, name="report"),
    path(f"{HERE}/<str:reference>/figures.csv", reports.report_csv, name="report_csv"),
    path(f"{HERE}/<str:reference>/<slug:language>.pdf", reports.report_pdf, name="report_pdf"),
]
