"""The Django application `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "khumkan.web"
    label = "web"
