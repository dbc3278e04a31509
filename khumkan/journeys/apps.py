"""The Django application `journeys`."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "khumkan.journeys"
    label = "journeys"
