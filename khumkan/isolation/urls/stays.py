"""Addresses of the front desk."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
