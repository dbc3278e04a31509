"""Called whenever an installation is made ready: the articles of the help pages that come with Khumkan."""

from django.core.management.base import BaseCommand

from khumkan.hotline.actions import content
from khumkan.kernel.actors import Actor

BY = Actor.system("hotline.content")


class Command(BaseCommand):
    help = "Publish the articles that come with Khumkan; what staff wrote, changed or withdrew stays."

    def handle(self, *args: object, **options: object) -> None:
        """See the help."""
        content.put_all(by=BY)
