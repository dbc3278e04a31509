"""The Django application `loans`."""

from django.apps import AppConfig


class LoansConfig(AppConfig):
    name = "khumkan.loans"
    label = "loans"
