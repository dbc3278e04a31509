"""Registration of the places layer."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Areas, sites, holidays."""

    name = "khumkan.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
