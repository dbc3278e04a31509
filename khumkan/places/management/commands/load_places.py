"""Called whenever an installation is made ready: provinces, districts, subdistricts and holidays."""

from django.core.management.base import BaseCommand

from khumkan.kernel.actors import Actor
from khumkan.places import loading

BY = Actor.system("places.loading")


class Command(BaseCommand):
    help = "Bring areas and holidays in line with the published data; what staff entered stays."

    def handle(self, *args: object, **options: object) -> None:
        """See the help."""
        loading.load_all(by=BY)
