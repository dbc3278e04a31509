"""What the queue does for the hospitels, by subject."""

from khumkan.isolation.tasks import board, placing

__all__ = ["board", "placing"]
