"""The Django application `isolation`."""

from django.apps import AppConfig


class IsolationConfig(AppConfig):
    name = "khumkan.isolation"
    label = "isolation"
