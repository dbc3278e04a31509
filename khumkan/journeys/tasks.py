"""What listens: imported with the queue, so that every process that writes events knows who is told."""

from khumkan.journeys import infected

__all__ = ["infected"]
