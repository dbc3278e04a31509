"""The Django application `sign_in`."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """Pages, messages and tasks of the persons' sign-in."""

    name = "khumkan.web.sign_in"
    label = "sign_in"
