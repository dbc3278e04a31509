"""Addresses of drives: the officer's and the driver's."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
