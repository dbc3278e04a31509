"""Addresses of the hotline: care of a caller, and people to be called."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
