"""What was measured before."""

from khumkan.isolation.models import Care, Observation, Triage
from khumkan.isolation.queries.discharges import vitals_of
from khumkan.isolation.rules.answers import Vitals


def latest(care: Care) -> Observation | None:
    """Return what was seen last of somebody."""
    return Observation.objects.filter(care=care).order_by("-at", "-pk").first()


def vitals_before(care: Care, seen: Observation | None) -> Vitals | None:
    """Return what was measured last: on a round, or else at triage."""
    if seen is not None:
        return vitals_of(seen)
    told = Triage.objects.filter(care=care).order_by("-at", "-pk").values_list("answers", flat=True).first()
    return Vitals.from_json(told.get("vitals")) if told else None
