"""When somebody may go home, from what is stored about them."""

from datetime import date, timedelta

from khumkan.isolation.choices import Level, Symptom
from khumkan.isolation.models import Care, Discharge, Observation
from khumkan.isolation.rules import discharge as rules
from khumkan.isolation.rules.answers import Vitals
from khumkan.isolation.rules.discharge import Observed
from khumkan.isolation.terms.stays import StayTerms
from khumkan.kernel import clock, prepared
from khumkan.kernel.errors import Verdict

_WAS_SEVERE = """
SELECT EXISTS (SELECT FROM isolation_triage WHERE care_id = %(care)s::bigint AND level = %(red)s::smallint)
    OR EXISTS (SELECT FROM isolation_observation WHERE care_id = %(care)s::bigint AND level = %(red)s::smallint)
    OR EXISTS (SELECT FROM isolation_escalation WHERE care_id = %(care)s::bigint AND level = %(red)s::smallint)
"""


def was_severe(care: Care) -> bool:
    """Tell whether somebody was red at any time. One query at most."""
    red = int(Level.RED)
    return care.level == red or bool(prepared.rows(_WAS_SEVERE, {"care": care.pk, "red": red})[0][0])


def confirmed(care: Care) -> Discharge:
    """Return the discharge of somebody who may go. One query."""
    condition = "WHERE care_id = %(care)s::bigint AND taken_back_at IS NULL"
    return prepared.instances(Discharge, condition, {"care": care.pk})[0]


def earliest_on(care: Care, *, terms: StayTerms) -> date:
    """Return the first day on which somebody may go."""
    return rules.earliest(care.found_on, care.symptom_on, terms, severe=was_severe(care))


def rest_until(care: Care, *, left_on: date, terms: StayTerms) -> date | None:
    """Return the last day of rest at home for somebody who leaves on a day."""
    severe = was_severe(care)
    earliest = rules.earliest(care.found_on, care.symptom_on, terms, severe=severe)
    return rules.rest_until(earliest, left_on, terms, severe=severe)


def may_go(care: Care, *, terms: StayTerms) -> Verdict:
    """Say whether somebody may go home today, with every reason why not."""
    now = clock.now()
    since = min(clock.day_span(clock.today())[0], now - timedelta(hours=terms.free_of_fever_hours))
    rows = Observation.objects.filter(care=care, at__gte=since).order_by("at", "pk")
    seen = [observed(row) for row in rows]
    return rules.may_go(seen, earliest_on=earliest_on(care, terms=terms), now=now, terms=terms)


def observed(row: Observation) -> Observed:
    """Return an observation as the rules see it."""
    return Observed(row.at, vitals_of(row), tuple(Symptom(code) for code in row.symptoms))


def vitals_of(row: Observation) -> Vitals:
    """Return what was measured."""
    return Vitals(temperature=row.temperature, spo2=row.spo2, spo2_after=row.spo2_after, breaths=row.breaths)


def began_on(care: Care) -> date:
    """Return the day on which somebody came into care: of the first arrival, or of the positive specimen at home."""
    statement = "SELECT min(arrived_at) FROM isolation_stay WHERE care_id = %(care)s::bigint"
    first = prepared.rows(statement, {"care": care.pk})[0][0]
    return care.found_on if first is None else clock.bangkok(first).date()
