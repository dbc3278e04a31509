"""When somebody may go home.

Days are counted from the day of the positive specimen, which is day 0, or from the first symptom where that was earlier
(by no more days than the terms allow). That is a setting of the office: sources say how many days, not from when.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from khumkan.isolation.choices import Symptom
from khumkan.isolation.rules.answers import Vitals
from khumkan.isolation.rules.reasons import reason
from khumkan.isolation.terms.stays import StayTerms
from khumkan.kernel import clock
from khumkan.kernel.errors import Reason, Verdict

#: What a doctor may set aside who knows the person: somebody's oxygen may always have been low.
FOR_A_DOCTOR = frozenset({"go_fever", "go_oxygen"})


@dataclass(frozen=True)
class Observed:
    """What was measured and told at one moment."""

    at: datetime
    vitals: Vitals
    symptoms: Collection[Symptom] = ()


def counted_from(found_on: date, symptom_on: date | None, terms: StayTerms) -> date:
    """Return day 0 of the stay."""
    if symptom_on is None:
        return found_on
    return max(min(found_on, symptom_on), found_on - timedelta(days=terms.symptom_days_most))


def earliest(found_on: date, symptom_on: date | None, terms: StayTerms, *, severe: bool = False) -> date:
    """Return the first day on which the person may go.

    :param found_on: day of the positive specimen.
    :param symptom_on: day of the first symptom, where there was one.
    :param severe: whether the person was red at any time.
    """
    days = terms.least_days_severe if severe else terms.least_days
    return counted_from(found_on, symptom_on, terms) + timedelta(days=days)


def may_go(observed: Iterable[Observed], *, earliest_on: date, now: datetime, terms: StayTerms) -> Verdict:
    """Say whether somebody may go home today, with every reason why not.

    Of several values of today the latest counts; what was not measured today is not taken from yesterday.

    :param observed: all of today and of the last hours within which there must be no fever, in any order.
    :param earliest_on: what `earliest` says.
    """
    seen = sorted((one for one in observed if one.at <= now), key=lambda one: one.at)
    missing = (*_days_missing(earliest_on, now), *_health_missing(seen, now, terms))
    return Verdict.no(*missing) if missing else Verdict.yes(reason("go_may"))


def doctor_may_decide(verdict: Verdict) -> bool:
    """Say whether a doctor may let somebody go whom the terms do not: the days are over, and only values refuse.

    :param verdict: what `may_go` says.
    """
    return not verdict.allowed and all(one.code in FOR_A_DOCTOR for one in verdict.reasons)


def rest_until(earliest_on: date, left_on: date, terms: StayTerms, *, severe: bool = False) -> date | None:
    """Return the last day of rest at home, or None when nothing of it is left.

    With 10 days and 4 at home, who leaves on day 10 rests on days 10 to 13 and may work on day 14; who leaves on day 12
    rests until day 13 all the same.

    :param earliest_on: what `earliest` says.
    :param left_on: the day on which the person left, or will.
    """
    days = 0 if severe else terms.rest_at_home_days
    last = earliest_on + timedelta(days=days - 1)
    return last if last >= left_on else None


def _days_missing(earliest_on: date, now: datetime) -> Iterator[Reason]:
    days = (earliest_on - clock.bangkok(now).date()).days
    if days > 0:
        yield reason("go_days", days=days)


def _health_missing(seen: list[Observed], now: datetime, terms: StayTerms) -> Iterator[Reason]:
    today = [one for one in seen if clock.bangkok(one.at).date() == clock.bangkok(now).date()]
    if not today:
        yield reason("go_not_seen")
        return
    spo2 = next((one.vitals.spo2 for one in reversed(today) if one.vitals.spo2 is not None), None)
    if spo2 is None or all(one.vitals.temperature is None for one in today):
        yield reason("go_not_measured")
    if _had_fever(seen, now, terms):
        yield reason("go_fever", hours=terms.free_of_fever_hours)
    if spo2 is not None and spo2 < terms.spo2_at_least:
        yield reason("go_oxygen", value=spo2, limit=terms.spo2_at_least)
    latest = today[-1].symptoms
    yield from (reason(f"symptom_{symptom}") for symptom in terms.warning_symptoms if symptom in latest)


def _had_fever(seen: list[Observed], now: datetime, terms: StayTerms) -> bool:
    since = now - timedelta(hours=terms.free_of_fever_hours)
    recent = (one.vitals.temperature for one in seen if one.at > since)
    return any(temperature is not None and temperature >= terms.fever_from for temperature in recent)
