"""Addresses of certificates: checking by anybody, revoking by officers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
