"""The Django application `vaccination`."""

from django.apps import AppConfig


class VaccinationConfig(AppConfig):
    name = "khumkan.vaccination"
    label = "vaccination"
