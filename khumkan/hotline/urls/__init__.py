"""Addresses of the hotline, by subject."""

from django.urls import URLPattern

from khumkan.hotline.urls import calls, cases, knowledge, reading

app_name = "hotline"
urlpatterns: list[URLPattern] = [
    *cases.urlpatterns,
    *calls.urlpatterns,
    *knowledge.urlpatterns,
    *reading.urlpatterns,
]
