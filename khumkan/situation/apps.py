"""The Django application `situation`."""

from django.apps import AppConfig


class SituationConfig(AppConfig):
    name = "khumkan.situation"
    label = "situation"
