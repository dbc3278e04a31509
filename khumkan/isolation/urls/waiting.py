"""Addresses of those who wait for a bed, and of the matching."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
