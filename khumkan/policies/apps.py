"""The Django application `policies`."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "khumkan.policies"
    label = "policies"
