"""The Django application `record`."""

from django.apps import AppConfig

from khumkan.record import partitions


class RecordConfig(AppConfig):
    name = "khumkan.record"
    label = "record"

    def ready(self) -> None:
        partitions.keep_monthly("record_event", append_only=True)
