"""Addresses of the figures, and of the answers that are late."""

from django.urls import path

from khumkan.screening.views import figures, late

urlpatterns = [
    path("office/tests/late/", late.late, name="late_specimens"),
    path("office/tests/", figures.overview, name="overview"),
    path("office/tests/figures/<slug:part>.csv", figures.as_file, name="figures_file"),
]
