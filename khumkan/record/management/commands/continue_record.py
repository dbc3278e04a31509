"""Called after each migration: a record that was restored into another server goes on in a new era."""

from django.core.management.base import BaseCommand

from khumkan.record import sealing


class Command(BaseCommand):
    help = "Begin a new era of the record when this database was restored from a dump into another server."

    def handle(self, *args: object, **options: object) -> None:
        """See the help."""
        if sealing.continue_after_restore():
            self.stdout.write("The record goes on in a new era.")
