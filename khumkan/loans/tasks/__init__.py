"""What the queue does for the loan programme, by subject."""

from khumkan.loans.tasks import covenants, lending

__all__ = ["covenants", "lending"]
