"""Addresses of the loan programme, by subject."""

from django.urls import URLPattern

from khumkan.loans.urls import bank, covenants, lending, office

app_name = "loans"
urlpatterns: list[URLPattern] = [
    *lending.urlpatterns,
    *covenants.urlpatterns,
    *bank.urlpatterns,
    *office.urlpatterns,
]
