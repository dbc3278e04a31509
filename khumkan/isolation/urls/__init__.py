"""Addresses of the hospitels, by subject."""

from django.urls import URLPattern

from khumkan.isolation.urls import board, desk, mine, papers, rounds, stays, transport, waiting

app_name = "isolation"
urlpatterns: list[URLPattern] = [
    *mine.urlpatterns,
    *papers.urlpatterns,
    *rounds.urlpatterns,
    *stays.urlpatterns,
    *transport.urlpatterns,
    *board.urlpatterns,
    *waiting.urlpatterns,
    *desk.urlpatterns,
]
