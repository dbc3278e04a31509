"""Addresses of the bed board and of the sites that care for people."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
