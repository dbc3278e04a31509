"""Addresses of a person's own care."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
