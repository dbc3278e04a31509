"""The Django application `ui`."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "khumkan.ui"
    label = "ui"
