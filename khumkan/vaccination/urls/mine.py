"""Addresses of the person's own pages."""

from django.urls import URLPattern, path

from khumkan.vaccination.views import mine

urlpatterns: list[URLPattern] = [
    path("my/vaccination/", mine.mine, name="mine"),
    path("my/vaccination/confirm/", mine.confirm, name="confirm"),
    path("my/vaccination/refuse/", mine.refuse, name="refuse"),
    path("my/vaccination/near/", mine.near, name="near"),
    path("my/vaccination/change/", mine.change, name="change_date"),
    path("my/vaccination/give-back/", mine.give_back, name="give_back"),
]
