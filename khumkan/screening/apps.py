"""The Django application `screening`."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "khumkan.screening"
    label = "screening"
