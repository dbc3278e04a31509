"""What the queue does for the hospitels, by subject."""

from khumkan.isolation.tasks import placing

__all__ = ["placing"]
