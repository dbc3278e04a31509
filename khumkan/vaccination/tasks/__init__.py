"""What the queue does for the vaccination programme, by subject."""

from khumkan.vaccination.tasks import after, areas, lists, people, plans

__all__ = ["after", "areas", "lists", "people", "plans"]
