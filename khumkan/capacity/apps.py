"""The Django application `capacity`."""

from django.apps import AppConfig


class CapacityConfig(AppConfig):
    name = "khumkan.capacity"
    label = "capacity"
