"""Addresses of those who wait for a bed, and of the matching."""

from django.urls import URLPattern, path

from khumkan.isolation.views import matching, waiting_beds

urlpatterns: list[URLPattern] = [
    path("office/waiting-beds/", waiting_beds.listed, name="waiting_beds"),
    path("office/waiting-beds/<str:reference>/", waiting_beds.one, name="waiting_bed"),
    path("office/waiting-beds/<str:reference>/place/", waiting_beds.place, name="waiting_bed_place"),
    path("office/matching/", matching.matching, name="matching"),
]
