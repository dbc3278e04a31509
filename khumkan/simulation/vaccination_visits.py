"""People at a vaccination site, step by step through the public actions; in a demonstration and in a replay."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import visits
from khumkan.vaccination.actions.records import Needle
from khumkan.vaccination.actions.visits import Sent
from khumkan.vaccination.choices import InjectedIn, Question, TurnedBack
from khumkan.vaccination.models import Dose, Injection, Lot, Session, Visit
from khumkan.vaccination.queries import site_doses
from khumkan.vaccination.rules.visits import Vitals
from khumkan.vaccination.states import LIVE_VISITS, DoseState, VisitState

BY = Actor.system("simulation")
LICENCE = "ว.40217"
#: After how many minutes somebody is measured, asked, and vaccinated; and after the needle, goes.
MEASURED, CLEARED, INJECTED, STAYS = 4, 9, 13, 31
#: Shares of those who have a date: who stay away, are put off, do not want it any more.
STAYS_AWAY, PUT_OFF, REFUSES = 0.05, 0.03, 0.01
ANSWERS: Mapping[str, str] = {**{question.value: "no" for question in Question}, "consent": "yes"}
FEVERISH, PRESSED = Decimal("37.9"), (168, 102)


@dataclass
class Came:
    """What became of the people of a day."""

    given: list[Injection] = field(default_factory=list)
    turned_back: int = 0
    stayed_away: int = 0


def booked_on(day: date, *, site_ids: Iterable[int] | None = None) -> list[Dose]:
    """Return who is booked for a day, by the hour."""
    rows = Dose.objects.filter(state=DoseState.BOOKED, session__day=day, session__cancelled_at=None)
    if site_ids is not None:
        rows = rows.filter(session__site__in=list(site_ids))
    return list(rows.select_related("session__site", "session__lot").order_by("session__starts_at", "pk"))


def live_a_day(
    day: date, generator: random.Random, *, site_ids: Iterable[int] | None = None, most: int | None = None
) -> Came:
    """Let those come who are booked for a day; some stay away, are put off or thought better of it.

    :param most: so many come at most, and the others stay away.
    """
    came = Came()
    for number, dose in enumerate(booked_on(day, site_ids=site_ids)):
        assert dose.session is not None
        fate = generator.random()
        if fate < STAYS_AWAY or (most is not None and number >= most):
            came.stayed_away += 1
            continue
        at = dose.session.starts_at + timedelta(minutes=generator.randrange(1, 12))
        if fate < STAYS_AWAY + PUT_OFF + REFUSES:
            why = TurnedBack.REFUSED if fate < STAYS_AWAY + REFUSES else TurnedBack.FEVER
            sent_away(dose, at=at, because=why)
            came.turned_back += 1
        elif (made := vaccinated(dose, at=at)) is not None:
            came.given.append(made)
        else:
            came.turned_back += 1
    return came


def vaccinated(dose: Dose, *, at: datetime, by: Actor = BY, leaves: bool = True) -> Injection | None:
    """Let somebody go through all the steps, beginning at a moment; None when the site had no dose left."""
    visit = cleared(dose, at=at, by=by)
    injected = at + timedelta(minutes=INJECTED)
    lot = lot_for(visit.session)
    if lot is None:
        with clock.set_to(injected):
            visits.turn_back(visit=visit, because=TurnedBack.NO_DOSE, sent=sent(), by=by)
        return None
    made = inject(visit, lot, at=injected, by=by)
    if leaves:
        leave(visit, at=injected + timedelta(minutes=STAYS), by=by)
    return made


def sent_away(dose: Dose, *, at: datetime, because: TurnedBack, by: Actor = BY) -> Visit:
    """Let somebody come and leave without a dose."""
    visit = arrived(dose, at=at, by=by)
    if because in (TurnedBack.FEVER, TurnedBack.PRESSURE):
        measure(visit, at=at + timedelta(minutes=MEASURED), by=by, because=because)
    with clock.set_to(at + timedelta(minutes=CLEARED)):
        return visits.turn_back(visit=visit, because=because, sent=sent(), by=by)


def arrived(dose: Dose, *, at: datetime, by: Actor = BY) -> Visit:
    """Check somebody in at the session for which they are booked."""
    assert dose.session is not None
    with clock.set_to(at):
        return visits.check_in(dose=dose, session=dose.session, sent=sent(), by=by)


def measured(dose: Dose, *, at: datetime, by: Actor = BY) -> Visit:
    """Let somebody come and be measured."""
    visit = arrived(dose, at=at, by=by)
    measure(visit, at=at + timedelta(minutes=MEASURED), by=by)
    return visit


def cleared(dose: Dose, *, at: datetime, by: Actor = BY) -> Visit:
    """Let somebody come, be measured, be asked and consent."""
    visit = measured(dose, at=at, by=by)
    with clock.set_to(at + timedelta(minutes=CLEARED)):
        return visits.clear(visit=visit, answers=ANSWERS, sent=sent(), by=by)


def measure(visit: Visit, *, at: datetime, by: Actor = BY, because: TurnedBack | None = None) -> None:
    """Measure somebody; well, or too high for a dose."""
    systolic, diastolic = PRESSED if because is TurnedBack.PRESSURE else (118 + visit.pk % 17, 76 + visit.pk % 9)
    vitals = Vitals(
        weight=Decimal(52 + visit.pk % 31),
        temperature=FEVERISH if because is TurnedBack.FEVER else Decimal("36.5"),
        systolic=systolic,
        diastolic=diastolic,
    )
    with clock.set_to(at):
        visits.measure(visit=visit, vitals=vitals, sent=sent(), by=by)


def inject(visit: Visit, lot: Lot, *, at: datetime, by: Actor = BY) -> Injection:
    """Give somebody a dose."""
    with clock.set_to(at):
        needle = Needle(
            lot=lot, injected_in=InjectedIn.LEFT_ARM, licence=LICENCE, given_at=clock.now(), client_key=uuid4()
        )
        return visits.inject(visit=visit, needle=needle, by=by)


def leave(visit: Visit, *, at: datetime, by: Actor = BY) -> None:
    """Let somebody go who was observed long enough."""
    with clock.set_to(at):
        visits.leave(visit=visit, sent=sent(), by=by)


def end(day: date) -> None:
    """Let those who were still at a site late on a day go: who had the dose leaves, the others went away."""
    late = clock.day_span(day)[1] - timedelta(minutes=5)
    rows = Visit.objects.filter(session__day=day, state__in=LIVE_VISITS).select_related("dose", "session")
    for visit in rows.order_by("pk"):
        with clock.set_to(max(late, visit.observe_until or late)):
            if visit.state == VisitState.INJECTED:
                visits.leave(visit=visit, sent=sent(), by=BY)
            else:
                visits.turn_back(visit=visit, because=TurnedBack.WENT_AWAY, sent=sent(), by=BY)


def lot_for(session: Session) -> Lot | None:
    """Return the lot at the site that expires first and suits a session; None when none is left there."""
    found = site_doses.usable(session.site_id, session.day, vaccine=session.vaccine).first()
    return found.lot if found is not None else None


def sent() -> Sent:
    """Return a step as a device sends it now."""
    return Sent(client_key=uuid4(), done_at=clock.now())
