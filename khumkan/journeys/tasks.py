"""What listens, and what one programme hands to another: imported with the queue, so in every process."""

from khumkan.journeys import districts, filings, infected

__all__ = ["districts", "filings", "infected"]
