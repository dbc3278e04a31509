"""Cares: who is in care, who waits for what."""

from datetime import timedelta

from khumkan import policies
from khumkan.isolation.models import Care, Stay
from khumkan.isolation.states import PROMISED, CareState
from khumkan.isolation.terms.stays import StayTerms
from khumkan.kernel import clock

#: Ended in one go.
AT_ONCE = 500


def lapsed() -> list[Stay]:
    """Return promises that have lapsed and that nobody has ended, the oldest first."""
    rows = Stay.objects.filter(state__in=PROMISED, blocks__endswith__lte=clock.now())
    return list(rows.select_related("care").order_by("blocks", "pk")[:AT_ONCE])


def over() -> list[Care]:
    """Return people without a bed whose isolation is over by the terms in force."""
    terms = policies.in_force(StayTerms, on=clock.today())
    day = clock.today() - timedelta(days=terms.least_days + terms.rest_at_home_days)
    rows = Care.objects.filter(state__in=[CareState.ASKED, CareState.WAITING], found_on__lt=day)
    return list(rows.order_by("found_on", "pk")[:AT_ONCE])


def at_home_without_team() -> list[int]:
    """Return the cares of people at home whom no team looks after yet, the first opened first."""
    rows = Care.objects.filter(state=CareState.AT_HOME, site=None).order_by("opened_at", "pk")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


def is_in_care(person_id: int) -> bool:
    """Tell whether a person has a care under way."""
    return Care.objects.under_way().filter(person=person_id).exists()
