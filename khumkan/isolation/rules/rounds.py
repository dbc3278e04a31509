"""When a round is due, who is late, and what a round says about somebody."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from khumkan.isolation.choices import Level, Symptom
from khumkan.isolation.rules.answers import Vitals
from khumkan.isolation.rules.reasons import reason
from khumkan.isolation.rules.signs import red_signs, yellow_signs
from khumkan.isolation.terms.rounds import Part, RoundTerms
from khumkan.kernel import clock
from khumkan.kernel.errors import Reason

#: Two rounds a day: the one that closed last began less than so many days ago.
LOOK_BACK_DAYS = 2


@dataclass(frozen=True)
class Slot:
    """One round: a day in Bangkok and its part."""

    day: date
    part: Part

    def opens_at(self, terms: RoundTerms) -> datetime:
        """Return from when a measurement belongs to this round, in UTC."""
        return clock.at(self.day, time(_hours(self.part, terms)[0]))

    def closes_at(self, terms: RoundTerms) -> datetime:
        """Return from when this round is late, in UTC."""
        return clock.at(self.day, time(_hours(self.part, terms)[1]))


@dataclass(frozen=True)
class Judged:
    """What a round says about somebody.

    :param level: by what was seen now, and nothing else.
    :param reasons: every sign, severe ones first; none for green.
    :param escalates: whether a doctor is called: the level is worse than the one the person is looked after at, or
        there is a sign that was not there before. Somebody who is yellow because of age has no sign until they get one.
    """

    level: Level
    reasons: tuple[Reason, ...]
    escalates: bool


def slot_of(moment: datetime, terms: RoundTerms) -> Slot | None:
    """Return the round whose hours a moment falls into, or None between the rounds."""
    day = clock.bangkok(moment).date()
    slots = (Slot(day, part) for part in Part)
    return next((slot for slot in slots if slot.opens_at(terms) <= moment < slot.closes_at(terms)), None)


def slots_due(since: datetime, until: datetime, terms: RoundTerms) -> list[Slot]:
    """Return the rounds that open at or after `since` and before `until`, in their order."""
    return [slot for slot in _slots(since, until) if since <= slot.opens_at(terms) < until]


def last_closed(now: datetime, terms: RoundTerms) -> Slot:
    """Return the round that closed last: who was not measured since it opened is late."""
    slots = _slots(now - timedelta(days=LOOK_BACK_DAYS), now)
    return [slot for slot in slots if slot.closes_at(terms) <= now][-1]


def slot_due(last: datetime | None, admitted_at: datetime, now: datetime, terms: RoundTerms) -> Slot | None:
    """Return the round that is owed to somebody now: the one that is open, or the one that was missed.

    For a newcomer whose first measurement is late, the round that closed last stands for it.

    :param last: when the person was last measured, by anybody; before the admission it does not count.
    """
    present = slot_of(now, terms)
    if present is not None and (last is None or last < max(admitted_at, present.opens_at(terms))):
        return present
    return last_closed(now, terms) if is_late(last, admitted_at, now, terms) else None


def is_late(last: datetime | None, admitted_at: datetime, now: datetime, terms: RoundTerms) -> bool:
    """Say whether somebody should have been measured already.

    Who just came is measured within the hours of the terms, whatever the time of day; after that, once a round. A
    measurement between two rounds makes up for the one that was missed.

    :param last: when the person was last measured, by anybody; before the admission it does not count.
    """
    if last is None or last < admitted_at:
        return now >= admitted_at + timedelta(hours=terms.first_within_hours)
    return last < last_closed(now, terms).opens_at(terms)


def judge(
    vitals: Vitals,
    symptoms: Collection[Symptom],
    *,
    before: Vitals | None,
    level_now: Level,
    terms: RoundTerms,
    symptoms_before: Collection[Symptom] = (),
) -> Judged:
    """Say how ill somebody is by what a round found, and whether a doctor is called.

    :param before: what was measured last; at the first round what was measured at triage, if anything.
    :param level_now: the level at which the person is looked after.
    :param symptoms_before: what was told last; what was told then already is no news.
    """
    level, signs = _seen(vitals, symptoms, terms)
    fall = _fall_since(before, vitals, terms)
    known = {one.code for one in _seen(before or Vitals(), symptoms_before, terms)[1]}
    known |= {code.replace("_red", "_yellow") for code in known}  # what was severe and is less so has got better
    news = any(one.code not in known for one in signs)
    return Judged(level, (*signs, *fall), escalates=level > level_now or news or bool(fall))


def _seen(vitals: Vitals, symptoms: Collection[Symptom], terms: RoundTerms) -> tuple[Level, tuple[Reason, ...]]:
    severe = red_signs(vitals, symptoms, terms)
    more = [*yellow_signs(vitals, symptoms, terms), *_fall_after(vitals, terms)]
    already = {one.code.removesuffix("_red") for one in severe}
    signs = (*severe, *(one for one in more if one.code.removesuffix("_yellow") not in already))
    if severe:
        return Level.RED, signs
    return (Level.YELLOW if signs else Level.GREEN), signs


def _fall_after(vitals: Vitals, terms: RoundTerms) -> Iterator[Reason]:
    if vitals.spo2 is None or vitals.spo2_after is None:
        return
    fall = vitals.spo2 - vitals.spo2_after
    if fall >= terms.fall_after_exertion:
        yield reason("fall_after_exertion", value=fall, limit=terms.fall_after_exertion)


def _fall_since(before: Vitals | None, vitals: Vitals, terms: RoundTerms) -> tuple[Reason, ...]:
    """Return that low oxygen became much lower; a fall among normal values is how oximeters are."""
    if before is None or before.oxygen is None or vitals.oxygen is None or vitals.oxygen >= terms.yellow_spo2_below:
        return ()
    fall = before.oxygen - vitals.oxygen
    return (reason("fall_since_before", value=fall),) if fall >= terms.fall_since_before else ()


def _slots(since: datetime, until: datetime) -> Iterator[Slot]:
    day, last = clock.bangkok(since).date(), clock.bangkok(until).date()
    while day <= last:
        yield from (Slot(day, part) for part in Part)
        day += timedelta(days=1)


def _hours(part: Part, terms: RoundTerms) -> tuple[int, int]:
    if part is Part.MORNING:
        return terms.morning_from_hour, terms.morning_to_hour
    return terms.evening_from_hour, terms.evening_to_hour
