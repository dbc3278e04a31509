"""The doses of a site: never below 0, never more than the lot, held when the refrigerator was out of range."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.places.models import Site
from khumkan.record.models import Event
from khumkan.vaccination.actions import site_stock, stock, visits
from khumkan.vaccination.choices import StockKind
from khumkan.vaccination.models import Injection, Lot, SiteLot, StockMove
from khumkan.vaccination.queries import site_doses
from khumkan.vaccination.rules.visits import Vitals
from khumkan.vaccination.states import LotState
from khumkan.vaccination.tests.country import (
    OFFICE,
    OFFICER,
    a_lot,
    a_needle,
    a_session,
    a_site,
    booked,
    goes_on,
    sent,
    vaccinated,
    vaccinator_at,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


def received(site: Site, doses: int = 20, lot: Lot | None = None) -> Lot:
    found = lot or a_lot()
    site_stock.receive(lot=found, site_id=site.pk, doses=doses, client_key=uuid4(), by=vaccinator_at(site))
    return found


def left(lot: Lot, site: Site) -> int:
    row = SiteLot.objects.get(lot=lot, site=site)
    moved = StockMove.objects.filter(lot=lot, site=site).aggregate(doses=Sum("doses"))["doses"] or 0
    assert row.doses == moved, "the balance is the sum of the moves"
    return row.doses


def lose(lot: Lot, site: Site, doses: int, kind: StockKind = StockKind.BROKEN) -> None:
    by = vaccinator_at(site)
    site_stock.write_off(lot=lot, site_id=site.pk, kind=kind, doses=doses, client_key=uuid4(), by=by)


def test_the_balance_is_what_came_less_what_went() -> None:
    site, other = a_site(), a_site()
    lot, by = received(site, 20), vaccinator_at(site)
    for kind in site_doses.LOSSES:
        lose(lot, site, 2, kind)
    site_stock.send_on(lot=lot, site_id=site.pk, to_site_id=other.pk, doses=3, client_key=uuid4(), by=by)
    assert left(lot, site) == 9
    counted = {"lot": lot, "site_id": site.pk, "note": "two vials behind the tray", "by": by}
    assert site_stock.count(doses=11, client_key=uuid4(), **counted)
    assert left(lot, site) == 11
    assert site_stock.count(doses=11, client_key=uuid4(), **counted) is None


def test_no_more_goes_than_is_there() -> None:
    site = a_site()
    lot = received(site, 2)
    with pytest.raises(Refused, match="only 2 doses"):
        lose(lot, site, 3)
    assert left(lot, site) == 2


def test_the_database_refuses_a_balance_below_0() -> None:
    site = a_site()
    lot = received(site, 1)
    with pytest.raises(IntegrityError, match="not_below_0"), transaction.atomic():
        SiteLot.objects.filter(lot=lot, site=site).update(doses=-1)


def test_the_sites_never_have_more_than_the_office_received() -> None:
    lot = a_lot(doses=10)
    received(a_site(), 6, lot)
    with pytest.raises(Refused, match="10 doses of this lot, and 6"):
        received(a_site(), 5, lot)
    received(a_site(), 4, lot)


def test_what_a_device_sends_twice_moves_doses_once() -> None:
    site, key = a_site(), uuid4()
    lot = a_lot()
    by = vaccinator_at(site)
    for _ in range(2):
        site_stock.receive(lot=lot, site_id=site.pk, doses=5, client_key=key, by=by)
    assert left(lot, site) == 5


def test_a_site_writes_only_its_own_doses() -> None:
    site = a_site()
    lot = received(site, 5)
    with pytest.raises(Missing):
        site_stock.write_off(
            lot=lot, site_id=site.pk, kind=StockKind.BROKEN, doses=1, client_key=uuid4(), by=vaccinator_at(a_site())
        )
    assert left(lot, site) == 5


@pytest.mark.parametrize(("doses", "note"), [(-1, "counted"), (3, " ")])
def test_a_count_is_no_less_than_0_and_says_why(doses: int, note: str) -> None:
    site = a_site()
    lot = received(site)
    with pytest.raises(Refused):
        site_stock.count(lot=lot, site_id=site.pk, doses=doses, note=note, client_key=uuid4(), by=OFFICE)


def test_each_injection_takes_one_dose() -> None:
    made = vaccinated()
    assert made.lot is not None
    assert made.site is not None
    assert left(made.lot, made.site) == 1  # two were received for two places


def test_nothing_is_given_of_what_is_not_there() -> None:
    visit = cleared(lose_first=True)
    with pytest.raises(Refused, match="only 0 doses"):
        visits.inject(visit=visit, needle=a_needle(visit.session.lot), by=OFFICE)
    assert not Injection.objects.exists()


def cleared(*, lose_first: bool = False):  # type: ignore[no-untyped-def]
    session = a_session()
    dose = booked(session=session)
    goes_on(session)
    if lose_first:
        lose(session.lot, session.site, 2)
    visit = visits.check_in(dose=dose, session=session, sent=sent(), by=OFFICE)
    visits.measure(visit=visit, vitals=Vitals(systolic=120, diastolic=80), sent=sent(), by=OFFICE)
    return visits.clear(visit=visit, answers={"consent": "yes"}, sent=sent(), by=OFFICE)


def read(site: Site, celsius: str) -> None:
    site_stock.read_thermometer(site_id=site.pk, celsius=Decimal(celsius), client_key=uuid4(), by=vaccinator_at(site))


@pytest.mark.parametrize(("celsius", "is_held"), [("1.9", True), ("2.0", False), ("8.0", False), ("8.1", True)])
def test_out_of_range_the_doses_are_held(celsius: str, is_held: bool) -> None:
    site = a_site()
    lot = received(site)
    read(site, celsius)
    assert (SiteLot.objects.get(lot=lot).held_at is not None) is is_held
    assert Event.objects.filter(name="vaccination.out_of_range").exists() is is_held
    assert [row.lot_id for row in site_doses.held_back(OFFICER)] == ([lot.pk] if is_held else [])
    assert (lot.pk in [row.lot_id for row in site_doses.usable(site.pk, clock.today())]) is not is_held


def test_a_held_dose_is_given_to_nobody_until_an_officer_lets_it() -> None:
    visit = cleared()
    site, lot = visit.session.site, visit.session.lot
    read(site, "11.0")
    with pytest.raises(Refused, match="held back"):
        visits.inject(visit=visit, needle=a_needle(lot), by=OFFICE)
    read(site, "5.0")  # that it is cold again does not mend the doses
    with pytest.raises(Refused, match="held back"):
        visits.inject(visit=visit, needle=a_needle(lot), by=OFFICE)
    row = SiteLot.objects.get(lot=lot, site=site)
    with pytest.raises(Missing):
        site_stock.release(site_lot=row, why="looks fine", by=vaccinator_at(site))
    site_stock.release(site_lot=row, why="the maker allows ten minutes", by=OFFICER)
    assert visits.inject(visit=visit, needle=a_needle(lot), by=OFFICE)


def test_what_was_given_before_the_doses_were_held_is_taken_also_when_it_is_told_later() -> None:
    visit, told_late = cleared(), cleared()
    given_at = clock.now()
    for each in (visit, told_late):
        read(each.session.site, "11.0")
    needle = replace(a_needle(told_late.session.lot), given_at=given_at)
    assert visits.inject(visit=told_late, needle=needle, by=OFFICE).given_at == given_at
    at = told_late.session.site_id, told_late.session.day
    assert (site_doses.usable(*at).count(), site_doses.usable(*at, at=given_at).count()) == (0, 1)
    with pytest.raises(Refused, match="held back"):
        visits.inject(visit=visit, needle=a_needle(visit.session.lot), by=OFFICE)


def test_an_officer_decides_within_the_own_provinces() -> None:
    site = a_site()
    received(site)
    read(site, "11.0")
    row = SiteLot.objects.get(site=site)
    elsewhere = Actor(ActorKind.STAFF, 9, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))
    assert list(site_doses.held_back(elsewhere)) == []
    with pytest.raises(Missing):
        site_stock.discard(site_lot=row, why="no", client_key=uuid4(), by=elsewhere)
    site_stock.discard(site_lot=row, why="too warm for an hour", client_key=uuid4(), by=OFFICER)
    assert left(row.lot, site) == 0
    with pytest.raises(Refused, match="not held back"):
        site_stock.discard(site_lot=row, why="again", client_key=uuid4(), by=OFFICER)


def test_a_lot_that_the_office_holds_is_usable_nowhere() -> None:
    site = a_site()
    lot = received(site)
    stock.set_lot_state(lot=lot, to=LotState.HELD, why="recall", by=OFFICE)
    assert list(site_doses.usable(site.pk, clock.today())) == []
    assert list(site_doses.usable(site.pk, clock.today() + timedelta(days=200))) == []


def test_the_share_that_was_lost() -> None:
    made = vaccinated()
    assert made.lot is not None
    assert made.site is not None
    lose(made.lot, made.site, 1, StockKind.LEFT_OVER)
    today = clock.today()
    (row,) = site_doses.wastage(OFFICER, first=today, last=today)
    assert (row.received, row.given, row.wasted, row.left, row.share) == (2, 1, 1, 0, 0.5)
    assert site_doses.wastage(OFFICER, first=today - timedelta(days=9), last=today - timedelta(days=8)) == []
