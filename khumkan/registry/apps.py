"""Registration of the registry."""

from django.apps import AppConfig

from khumkan.record import partitions


class RegistryConfig(AppConfig):
    """Persons, employers, employment, filings."""

    name = "khumkan.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the months of the filing lines made ahead of time."""
        partitions.keep_monthly("registry_filingline")
