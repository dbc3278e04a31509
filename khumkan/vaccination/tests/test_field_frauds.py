"""S8: nobody sells places. What staff may not do is refused; what they may do and looks like it stands on a list.

The pattern is that of the vaccination centre of Bang Sue in July 2021: dates for people of no list, written at night,
or hours after the fact; people let in past the queue; one sign-in at two desks.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import partial

import pytest
from django import forms as django_forms
from django.db.models import F

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.places.models import Site
from khumkan.vaccination.actions import booking, standby, visits
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.forms import after, areas, lists, mine, plans, stand_by
from khumkan.vaccination.forms import field as at_site
from khumkan.vaccination.models import DoorNote, Dose, Roster, Session, StandBy, Visit, VisitStep
from khumkan.vaccination.queries import oddities
from khumkan.vaccination.queries.oddities import Oddity, OddKind
from khumkan.vaccination.tests.country import OFFICER, a_roster, a_session, booked, goes_on, sent, waiting

pytestmark = pytest.mark.django_db
EACH = 10
CLERK = Actor(ActorKind.STAFF, 66, frozenset({Grant(Role.OFFICER)}))
AGENT = Actor(ActorKind.STAFF, 77, frozenset({Grant(Role.AGENT)}))


def nurse(number: int, *sites: Site) -> Actor:
    grants = {Grant(Role.VACCINATOR, ScopeKind.SITE, str(site.pk)) for site in sites}
    return Actor(ActorKind.STAFF, number, frozenset(grants))


@contextmanager
def at_hour(hour: int) -> Iterator[None]:
    day = clock.bangkok(clock.now()).replace(hour=hour, minute=15)
    with clock.set_to(day):
        yield


def long_day(session: Session) -> Session:
    """Let a session be one of today that began five hours ago."""
    goes_on(session)
    Session.objects.filter(pk=session.pk).update(starts_at=clock.now() - timedelta(hours=5))
    session.refresh_from_db()
    return session


@dataclass
class Scene:
    """A campaign in which some cheat and many do not.

    :param frauds: the doses of the frauds by kind.
    """

    roster: Roster = field(default_factory=a_roster)
    tomorrow: Session = field(default_factory=lambda: a_session(places=60))
    other_day: Session = field(default_factory=lambda: a_session(places=100))
    here: Session = field(default_factory=lambda: long_day(a_session(places=100)))
    there: Session = field(default_factory=lambda: long_day(a_session(places=100)))
    frauds: set[tuple[OddKind, str]] = field(default_factory=set)
    honest: list[str] = field(default_factory=list)

    def act(self, kind: OddKind | None, dose: Dose) -> None:
        """Remember what was done with a dose."""
        if kind is None:
            self.honest.append(dose.reference)
        else:
            self.frauds.add((kind, dose.reference))

    def books(self, *, listed: bool, count: int = EACH) -> None:
        """Let a clerk give dates, by day, to people on a list or on none."""
        for _ in range(count):
            dose = waiting(roster=self.roster)
            if not listed:
                self.roster.listings.filter(person=dose.person_id).update(state="removed", removed_at=clock.now())
            with at_hour(12):
                booking.book(dose=dose, session=self.tomorrow, by=CLERK)
            self.act(None if listed else OddKind.NO_LIST, dose)

    def moves(self, *, hour: int, count: int = EACH) -> None:
        """Let the hotline change dates for callers."""
        for _ in range(count):
            dose = booked(waiting(roster=self.roster), session=self.other_day)
            with at_hour(hour):
                booking.change_date(
                    dose=dose, session=self.tomorrow, by=AGENT.acting_for(dose.person_id, because="called 1506")
                )
            self.act(OddKind.AT_NIGHT if hour in (3, 23) else None, dose)

    def checks_in(self, *, late: timedelta, kind: OddKind | None, number: int, count: int = EACH) -> None:
        """Let a nurse check in who is booked, and send it so long after."""
        by = nurse(number, self.here.site)
        for _ in range(count):
            dose = self.expected(self.here)
            visits.check_in(dose=dose, session=self.here, sent=sent(clock.now() - late), by=by)
            self.act(kind, dose)

    def lets_in(self, *, number: int, count: int, kind: OddKind | None) -> None:
        """Let a nurse let in so many at the door whom nobody called."""
        for _ in range(count):
            dose = waiting(roster=self.roster)
            visits.check_in(dose=dose, session=self.here, sent=sent(), by=nurse(number, self.here.site), stands_by=True)
            self.act(kind, dose)

    def calls(self, *, number: int, count: int) -> None:
        """Let a nurse call stand-bys and let them in."""
        by = nurse(number, self.here.site)
        for _ in range(count):
            dose = waiting(roster=self.roster)
            asked = OFFICER.acting_for(dose.person_id, because="asked")
            standby.ask(dose=dose, site=self.here.site, day=clock.today(), by=asked)
            called = standby.call_next(site_id=self.here.site_id, by=by)
            standby.came(stand_by=StandBy.objects.get(pk=called.pk), sent=sent(), by=by)
            self.act(None, dose)

    def is_at_two_sites(self, *, number: int, apart: timedelta, kind: OddKind | None) -> None:
        """Let one sign-in check people in at one site, and so long after at another."""
        by = nurse(number, self.here.site, self.there.site)
        first, second = self.expected(self.here), self.expected(self.there)
        begun = clock.now() - timedelta(minutes=100)
        visits.check_in(dose=first, session=self.here, sent=sent(begun), by=by)
        visits.check_in(dose=second, session=self.there, sent=sent(begun + apart), by=by)
        self.act(None, first)
        self.act(kind, second)

    def expected(self, session: Session) -> Dose:
        """Return the dose of somebody who is booked for a session that goes on: nobody books that any more."""
        dose = booked(waiting(roster=self.roster), session=self.other_day)
        Dose.objects.filter(pk=dose.pk).update(session=session)
        dose.refresh_from_db()
        return dose

    def found(self) -> list[Oddity]:
        """Return what an officer of the whole country reads."""
        return oddities.found(OFFICER, first=clock.today(), last=clock.today() + timedelta(days=1))


def a_scene(each: int = EACH) -> Scene:
    """Make five kinds of frauds, so many of each, and more than twice as many honest acts that look alike."""
    made = Scene()
    made.books(listed=False, count=each)
    made.books(listed=True, count=2 * each)
    made.moves(hour=23, count=each)
    made.moves(hour=20, count=2 * each)
    made.checks_in(late=timedelta(hours=3), kind=OddKind.LATE, number=201, count=each)
    made.checks_in(late=timedelta(minutes=100), kind=None, number=202, count=2 * each)
    made.lets_in(number=301, count=max(each, oddities.LET_IN + 1), kind=OddKind.LET_IN)
    for number in range(302, 306):
        made.lets_in(number=number, count=oddities.LET_IN, kind=None)
    made.calls(number=306, count=each)
    for number in range(401, 401 + each):
        made.is_at_two_sites(number=number, apart=timedelta(minutes=5), kind=OddKind.TWO_SITES)
        made.is_at_two_sites(number=500 + number, apart=timedelta(minutes=60), kind=None)
    return made


def test_every_one_of_fifty_frauds_stands_on_the_list_and_nothing_else(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    scene = a_scene()
    with django_assert_max_num_queries(8):
        found = scene.found()
    assert len(scene.frauds) == 5 * EACH
    assert len(scene.honest) > 100
    assert {(one.kind, one.reference) for one in found} == scene.frauds
    assert Counter(one.kind for one in found) == dict.fromkeys(OddKind, EACH)
    assert {one.staff for one in found} == {66, 77, 201, 301, *range(401, 401 + EACH)}
    assert dict(oddities.by_staff(found))[77] == EACH
    elsewhere = Actor(ActorKind.STAFF, 9, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))
    assert oddities.found(elsewhere, first=clock.today(), last=clock.today() + timedelta(days=1)) == []
    told = Counter(Message.objects.filter(template="vaccination.moved").values_list("person_id", flat=True))
    moved = Dose.objects.filter(reference__in=[ref for kind, ref in scene.frauds if kind is OddKind.AT_NIGHT])
    assert {told[person] for person in moved.values_list("person_id", flat=True)} == {1}, "told, also at night"
    assert sum(told.values()) == 3 * EACH


def test_control_other_limits_would_miss_the_frauds_or_blame_the_honest(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene(3)
    assert {(one.kind, one.reference) for one in scene.found()} == scene.frauds
    with monkeypatch.context() as too_wide:
        too_wide.setattr(oddities, "OFFICE_HOURS", (time(0), time(23, 59)))
        too_wide.setattr(oddities, "LATE", timedelta(hours=4))
        too_wide.setattr(oddities, "LET_IN", EACH)
        too_wide.setattr(oddities, "ON_THE_WAY", timedelta(minutes=1))
        assert {one.kind for one in scene.found()} == {OddKind.NO_LIST}
    monkeypatch.setattr(oddities, "LET_IN", 0)
    monkeypatch.setattr(oddities, "LATE", timedelta(minutes=30))
    assert {one.reference for one in scene.found()} & set(scene.honest)


# What is not accepted at all


def test_no_site_lets_people_in_elsewhere_out_of_hours_beyond_its_doses_or_after_the_day() -> None:
    session = long_day(a_session(places=1))
    elsewhere, by = nurse(1, a_session().site), nurse(2, session.site)
    let_in = partial(visits.check_in, session=session, stands_by=True)
    with pytest.raises(Missing):
        let_in(dose=waiting(), sent=sent(), by=elsewhere)
    with pytest.raises(Refused, match="write between"):
        let_in(dose=waiting(), sent=sent(clock.now() - timedelta(hours=9)), by=by)
    let_in(dose=waiting(), sent=sent(), by=by)
    with pytest.raises(Refused, match="No dose is left over"):
        let_in(dose=waiting(), sent=sent(), by=by)
    Session.objects.filter(pk=session.pk).update(closed_at=clock.now())
    with pytest.raises(Refused, match="was closed"):
        let_in(dose=waiting(), sent=sent(), by=by)
    assert Visit.objects.count() == DoorNote.objects.count() == 1


def refused_acts() -> dict[str, Callable[[], object]]:
    """Return what staff of the hotline, of a site and of another province try with somebody's date."""
    dose, full = booked(), a_session(places=1)
    booked(session=full)
    nearby = Actor(ActorKind.STAFF, 8, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))
    calls = AGENT.acting_for(dose.person_id, because="called 1506")
    gives_back = partial(booking.give_back, dose=dose, because=WaitingBecause.GAVE_BACK)
    return {
        "no reason": partial(booking.change_date, dose=dose, session=a_session(), by=AGENT),
        "for somebody else": partial(
            booking.change_date, dose=dose, session=a_session(), by=AGENT.acting_for(dose.person_id + 1, because="x")
        ),
        "a full session": partial(booking.change_date, dose=dose, session=full, by=calls),
        "a date of one's own choice": partial(booking.book, dose=waiting(), session=a_session(), by=calls),
        "another province": partial(gives_back, by=nearby.acting_for(dose.person_id, because="x")),
        "a nurse": partial(gives_back, by=nurse(5, full.site)),
        "an employer": partial(
            gives_back, by=Actor(ActorKind.STAFF, 6, frozenset({Grant(Role.EMPLOYER, ScopeKind.EMPLOYER, "1")}))
        ),
    }


def test_staff_give_no_dates_without_a_reason_beyond_room_or_elsewhere() -> None:
    acts = refused_acts()
    before = list(Dose.objects.order_by("pk").values())
    for what, act in acts.items():
        try:
            act()
        except (Refused, Missing):
            continue
        pytest.fail(what)
    assert list(Dose.objects.order_by("pk").values()) == before
    assert not Message.objects.filter(template="vaccination.moved").exists()


def test_nobody_writes_into_which_group_somebody_belongs() -> None:
    """The order in which people get dates follows from their age and work; no form has a field for it."""
    modules = (after, areas, at_site, lists, mine, plans, stand_by)
    made = [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, django_forms.BaseForm)
    ]
    assert len(made) > 15
    fields = {name for each in made for name in getattr(each, "base_fields", ())}
    assert fields >= {"because", "near", "doses"}
    assert fields.isdisjoint({"group", "misses", "waiting_since", "due_from", "changes_left"})


def test_steps_are_no_earlier_than_those_before_them() -> None:
    session = long_day(a_session(places=2))
    by = nurse(3, session.site)
    visit = visits.check_in(dose=waiting(), session=session, sent=sent(), by=by, stands_by=True)
    early = sent(clock.now() - timedelta(hours=1))
    visits.measure(visit=visit, vitals=visits.vitals_of(visit), sent=early, by=by)
    assert not VisitStep.objects.filter(visit=visit, done_at__lt=F("visit__arrived_at")).exists()
