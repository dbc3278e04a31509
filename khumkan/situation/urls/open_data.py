"""Addresses of the figures that everybody may have."""

from django.urls import path

from khumkan.situation.views import open_data

urlpatterns = [
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/<slug:code>-<slug:part>-<int:year>.<slug:shape>", open_data.open_data_file, name="open_data_file"),
]
