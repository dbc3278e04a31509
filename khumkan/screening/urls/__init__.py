"""Addresses of the testing programme, by subject."""

from django.urls import URLPattern

from khumkan.screening.urls import figures, laboratory, registrations, rounds, visits

app_name = "screening"
urlpatterns: list[URLPattern] = [
    *registrations.urlpatterns,
    *figures.urlpatterns,
    *laboratory.urlpatterns,
    *rounds.urlpatterns,
    *visits.urlpatterns,
]
