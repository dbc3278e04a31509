"""The Django application `messages`."""

from django.apps import AppConfig

from khumkan.record import partitions


class MessagesConfig(AppConfig):
    name = "khumkan.messages"
    label = "messaging"

    def ready(self) -> None:
        partitions.keep_monthly("messaging_message")
