"""Addresses of the situation centre, by subject."""

from django.urls import URLPattern

from khumkan.situation.urls import announcements, figures, open_data, reports

app_name = "situation"
urlpatterns: list[URLPattern] = [
    *figures.urlpatterns,
    *reports.urlpatterns,
    *open_data.urlpatterns,
    *announcements.urlpatterns,
]
