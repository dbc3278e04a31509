"""Addresses of the vaccination programme, by subject."""

from django.urls import URLPattern

from khumkan.vaccination.urls import after, areas, desk, field, lists, mine, plans

app_name = "vaccination"
urlpatterns: list[URLPattern] = [
    *mine.urlpatterns,
    *field.urlpatterns,
    *after.urlpatterns,
    *lists.urlpatterns,
    *plans.urlpatterns,
    *areas.urlpatterns,
    *desk.urlpatterns,
]
