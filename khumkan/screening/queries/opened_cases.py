"""Cases, for the programmes that take care of people from here."""

from collections.abc import Sequence

from khumkan.screening.models import Case


def standing(case_ids: Sequence[int]) -> list[Case]:
    """Return those of some cases that no correction took back, the first found first. One query."""
    return list(Case.objects.filter(pk__in=case_ids, withdrawn_at=None).order_by("found_on", "pk"))
