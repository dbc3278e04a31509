"""What the queue does for the testing programme, by subject."""

from khumkan.screening.tasks import figures, laboratory, registrations, rounds

__all__ = ["figures", "laboratory", "registrations", "rounds"]
