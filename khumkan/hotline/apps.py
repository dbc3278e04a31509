"""The Django application `hotline`."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "khumkan.hotline"
    label = "hotline"
