"""What the queue does of the situation centre, by subject."""

from khumkan.situation.tasks import announcing, figures

__all__ = ["announcing", "figures"]
