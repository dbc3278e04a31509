"""Two at once at a site, on real transactions; and controls that fail."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db.models import Sum

from khumkan.capacity.testing import broken, race, won
from khumkan.capacity.tests.test_races import without
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.places.models import Site
from khumkan.vaccination.actions import closing, site_stock, standby, steps, visits
from khumkan.vaccination.choices import StockKind
from khumkan.vaccination.models import (
    Dose,
    FollowUp,
    Injection,
    Session,
    SiteDay,
    SiteLot,
    StandBy,
    StockMove,
    Visit,
    VisitStep,
)
from khumkan.vaccination.rules.visits import Vitals
from khumkan.vaccination.tests.country import (
    OFFICE,
    a_lot,
    a_needle,
    a_session,
    a_site,
    booked,
    goes_on,
    sent,
    waiting,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


def nurse(site: Site, number: int) -> Actor:
    return Actor(ActorKind.STAFF, number, frozenset({Grant(Role.VACCINATOR, ScopeKind.SITE, str(site.pk))}))


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Let jobs go at the same moment; nothing but a refusal in words may be raised."""
    results = race([partial(_done, job) for job in jobs], threads=len(jobs))
    assert broken(results) == []
    assert all(str(one) for one in results if isinstance(one, Refused))
    return results


def _done(job: Callable[[], object]) -> bool:
    job()
    return True


def cleared(session: Session) -> Visit:
    visit = visits.check_in(dose=waiting(), session=session, sent=sent(), by=OFFICE, stands_by=True)
    visits.measure(visit=visit, vitals=Vitals(systolic=120, diastolic=80), sent=sent(), by=OFFICE)
    return visits.clear(visit=visit, answers={"consent": "yes"}, sent=sent(), by=OFFICE)


def assert_doses_agree() -> None:
    """The balance of each lot at each site is the sum of its moves, and never below 0."""
    for row in SiteLot.objects.order_by("pk"):
        moved = StockMove.objects.filter(lot=row.lot_id, site=row.site_id).aggregate(doses=Sum("doses"))["doses"] or 0
        assert row.doses == moved >= 0


def two_nurses(session: Session) -> tuple[int, int]:
    """Let two nurses give the same person the dose, and return how often that was taken and how often it stands."""
    visit = cleared(session)
    assert session.lot is not None
    results = at_once(
        *[
            partial(visits.inject, visit=visit, needle=a_needle(session.lot), by=nurse(session.site, number))
            for number in (1, 2)
        ]
    )
    return len(won(results)), Injection.objects.filter(visit=visit).count()


def test_two_nurses_give_the_same_person_one_dose() -> None:
    session = goes_on(a_session(places=ROUNDS))
    assert [two_nurses(session) for _ in range(ROUNDS)] == [(1, 1)] * ROUNDS
    assert_doses_agree()


def test_control_without_lock_and_index_two_doses_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "hold_dose", lambda dose: Dose.objects.select_related("enrolment").get(pk=dose.pk))
    monkeypatch.setattr(Visit.objects, "select_for_update", lambda **_: Visit.objects.all(), raising=False)
    monkeypatch.setattr(site_stock, "give", lambda _injection, **_: None)
    monkeypatch.setattr("khumkan.vaccination.actions.records._go_on", lambda _dose, **_: None)
    monkeypatch.setattr(steps, "move_dose", lambda *_args, **_kwargs: None)
    session = goes_on(a_session(places=60))
    with without(("vaccination_injection", "vaccination_injection_number_once")):
        assert any(two_nurses_unguarded(session) > 1 for _ in range(40)), "the race found nothing: it proves nothing"
        FollowUp.objects.all().delete()
        Injection.objects.all().delete()


def two_nurses_unguarded(session: Session) -> int:
    dose = waiting()
    visit = Visit.objects.create(
        dose=dose, person_id=dose.person_id, session=session, state="cleared", arrived_at=clock.now()
    )
    assert session.lot is not None
    race(
        [
            partial(visits.inject, visit=visit, needle=a_needle(session.lot), by=nurse(session.site, number))
            for number in (1, 2)
        ],
        threads=2,
    )
    return Injection.objects.filter(visit=visit).count()


def test_the_same_step_sent_twice_at_once_is_taken_once() -> None:
    session = goes_on(a_session(places=ROUNDS))
    by = nurse(session.site, 1)
    for _ in range(ROUNDS):
        dose, key = waiting(), sent()
        again = partial(visits.check_in, dose=dose, session=session, sent=key, by=by, stands_by=True)
        assert at_once(again, again, again) == [True] * 3
        visit = Visit.objects.get(dose=dose)
        measured = partial(visits.measure, visit=visit, vitals=Vitals(systolic=120, diastolic=80), sent=sent(), by=by)
        assert at_once(measured, measured, measured) == [True] * 3
        assert VisitStep.objects.filter(visit=visit).count() == 2
        visits.clear(visit=visit, answers={"consent": "yes"}, sent=sent(), by=by)
        assert session.lot is not None
        needle = a_needle(session.lot)
        given = partial(visits.inject, visit=visit, needle=needle, by=by)
        assert at_once(given, given, given) == [True] * 3
        assert Injection.objects.filter(visit=visit).count() == 1
    assert_doses_agree()


def last_dose() -> int:
    """Let two who stand by take the last dose of a site at once, and return how many are in."""
    session = goes_on(a_session(places=1))
    at_once(
        *[
            partial(
                visits.check_in, dose=waiting(), session=session, sent=sent(), by=nurse(session.site, at),
                stands_by=True,
            )
            for at in (1, 2)
        ]
    )  # fmt: skip
    return Visit.objects.filter(session=session).count()


def test_the_last_dose_goes_to_one_of_two_who_stand_by() -> None:
    assert [last_dose() for _ in range(ROUNDS)] == [1] * ROUNDS


def test_control_without_the_lock_two_get_the_last_dose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_stock, "hold_all", lambda _site: [])
    assert any(last_dose() > 1 for _ in range(40)), "the race found nothing: it proves nothing"


def test_two_nurses_call_one_person_to_the_last_dose() -> None:
    for _ in range(ROUNDS):
        session = goes_on(a_session(places=1))
        for _person in range(2):
            standby.ask(dose=waiting(), site=session.site, day=clock.today(), by=OFFICE)
        calls = [partial(standby.call_next, site_id=session.site_id, by=nurse(session.site, at)) for at in (1, 2)]
        assert len(won(at_once(*calls))) == 1
        assert StandBy.objects.filter(site=session.site_id).exclude(called_at=None).count() == 1


def losing(lot_doses: int = 1) -> list[object]:
    """Let two write off the last doses of a lot at once."""
    site, lot = a_site(), a_lot()
    site_stock.receive(lot=lot, site_id=site.pk, doses=lot_doses, client_key=uuid4(), by=OFFICE)
    return race(
        [
            partial(
                site_stock.write_off, lot=lot, site_id=site.pk, kind=StockKind.BROKEN, doses=lot_doses,
                client_key=uuid4(), by=nurse(site, at),
            )
            for at in (1, 2)
        ],
        threads=2,
    )  # fmt: skip


def test_two_who_take_the_last_doses_leave_no_balance_below_0() -> None:
    for _ in range(ROUNDS):
        results = losing()
        assert broken(results) == []
        assert len(won(results)) == 1
    assert_doses_agree()


def test_control_without_the_lock_doses_are_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(lot: object, site_id: int) -> SiteLot:
        return SiteLot.objects.get(lot=lot, site=site_id)

    usual = site_stock.hold
    for _ in range(40):
        site, lot = a_site(), a_lot()
        site_stock.receive(lot=lot, site_id=site.pk, doses=1, client_key=uuid4(), by=OFFICE)
        with monkeypatch.context() as patch:
            patch.setattr(site_stock, "hold", unlocked)
            jobs = [
                partial(
                    site_stock.write_off, lot=lot, site_id=site.pk, kind=StockKind.BROKEN, doses=1,
                    client_key=uuid4(), by=OFFICE,
                )
                for _at in (1, 2)
            ]  # fmt: skip
            if len(won(race(jobs, threads=2))) > 1:
                break
    else:
        pytest.fail("the race found nothing: it proves nothing")
    assert site_stock.hold is usual


def test_a_booked_person_is_let_in_once_by_two_devices() -> None:
    session = a_session(places=ROUNDS)
    doses = [booked(session=session) for _ in range(ROUNDS)]
    goes_on(session)
    for dose in doses:
        results = at_once(
            *[
                partial(visits.check_in, dose=dose, session=session, sent=sent(), by=nurse(session.site, at))
                for at in (1, 2)
            ]
        )
        assert len(won(results)) == 1
        assert Visit.objects.filter(dose=dose).count() == 1


def test_who_comes_while_the_day_is_closed_is_either_in_or_missed() -> None:
    """Whoever is let in holds the person and then looks whether the session is there; closing goes the other way."""
    for _ in range(ROUNDS):
        session = a_session()
        dose = booked(session=session)
        goes_on(session)
        Session.objects.filter(pk=session.pk).update(ends_at=clock.now() - timedelta(minutes=1))
        session.refresh_from_db()
        by = nurse(session.site, 1)
        at_once(
            partial(visits.check_in, dose=dose, session=session, sent=sent(), by=by),
            partial(closing.close_day, site=session.site, day=session.day, by=by),
        )
        day = SiteDay.objects.filter(site=session.site).first()
        assert Visit.objects.filter(dose=dose).exists() is (day is None)
        assert day is None or day.no_show == 1


def test_who_stands_by_while_the_day_is_closed_is_either_in_or_outside() -> None:
    """Nobody expects them, so that closing does not hold them: both hold the doses of the site."""
    for _ in range(ROUNDS):
        session = goes_on(a_session())
        dose = waiting()
        Session.objects.filter(pk=session.pk).update(ends_at=clock.now() - timedelta(minutes=1))
        session.refresh_from_db()
        by = nurse(session.site, 1)
        at_once(
            partial(visits.check_in, dose=dose, session=session, sent=sent(), by=by, stands_by=True),
            partial(closing.close_day, site=session.site, day=session.day, by=by),
        )
        day = SiteDay.objects.filter(site=session.site).first()
        assert Visit.objects.filter(dose=dose).exists() is (day is None)
