"""What people feel after a dose: what of it is severe, and until when somebody has to look at it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from khumkan.vaccination.choices import Reaction
from khumkan.vaccination.terms.visits import VisitTerms


def is_severe(reactions: Collection[Reaction], terms: VisitTerms) -> bool:
    """Tell whether a doctor has to hear of it at once."""
    return not set(terms.severe).isdisjoint(reactions)


def due_at(reported_at: datetime, *, is_serious: bool, terms: VisitTerms) -> datetime:
    """Return until when somebody has to have an event."""
    if is_serious:
        return reported_at + timedelta(hours=terms.serious_within_hours)
    return reported_at + timedelta(days=terms.other_within_days)
