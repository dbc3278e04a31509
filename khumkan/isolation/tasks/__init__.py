"""What the queue does for the hospitels, by subject."""

from khumkan.isolation.tasks import placing, transfers

__all__ = ["placing", "transfers"]
