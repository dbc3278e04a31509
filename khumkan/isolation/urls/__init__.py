"""Addresses of the hospitels, by subject."""

from django.urls import URLPattern

app_name = "isolation"
urlpatterns: list[URLPattern] = []
