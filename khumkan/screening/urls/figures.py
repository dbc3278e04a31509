"""Addresses of the figures."""

from django.urls import path

from khumkan.screening.views import figures

urlpatterns = [
    path("office/tests/", figures.overview, name="overview"),
    path("office/tests/figures/<slug:part>.csv", figures.as_file, name="figures_file"),
]
