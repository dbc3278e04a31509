"""Addresses of the nurses."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
