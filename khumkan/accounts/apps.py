"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Accounts, roles and sign-in."""

    name = "khumkan.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
