"""Doses: what is given, planned, left and waited for, and the lists behind it."""

from datetime import timedelta

import pytest

from khumkan.accounts.testing import actor
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.record.inline import run_jobs
from khumkan.situation.actions import figures
from khumkan.situation.choices import Part
from khumkan.situation.indicators import INDICATORS
from khumkan.situation.models import Figure
from khumkan.situation.queries import behind
from khumkan.situation.queries.figures import Asked
from khumkan.situation.tests.counting import SYSTEM
from khumkan.vaccination.actions import corrections, records
from khumkan.vaccination.actions.corrections import Truth
from khumkan.vaccination.choices import Struck, Vaccine
from khumkan.vaccination.models import Injection, Lot, Session, SiteLot
from khumkan.vaccination.tests import country

pytestmark = pytest.mark.django_db
OFFICER = actor(Role.OFFICER)


def given_today() -> Injection:
    """Give somebody a dose today."""
    dose = country.booked()
    assert dose.session is not None
    begins, ends = clock.day_span(clock.today())
    Session.objects.filter(pk=dose.session.pk).update(day=clock.today(), starts_at=begins, ends_at=ends)
    dose.refresh_from_db()
    return country.vaccinated(dose)


def counted(code: str) -> int:
    """Count everything, and return what is told of the whole country over all days."""
    run_jobs()
    figures.count(first=clock.today() - timedelta(days=60), by=SYSTEM)
    rows = Figure.objects.filter(indicator=code, part=Part.COUNTRY, replaced_at=None)
    return sum(rows.values_list("value", flat=True))


def lists_add_up(code: str) -> int:
    """Compare every cell with its list; return how many there were."""
    cells = Figure.objects.filter(indicator=code, replaced_at=None).order_by("pk")
    for row in cells:
        asked = Asked(
            part=Part(row.part),
            first=row.happened_on,
            last=row.happened_on,
            province_code=None if row.part == Part.COUNTRY else row.province_code,
            key=row.key,
        )
        assert behind.total(behind.behind(OFFICER, INDICATORS[code], asked)) == row.value, (code, asked)
    return len(cells)


def test_doses_given_here_and_elsewhere_have_their_lists() -> None:
    injection = given_today()
    other = country.waiting()
    truth = Truth(
        number=1, vaccine=Vaccine.SINOVAC, lot_number="S1", given_on=clock.today() - timedelta(days=30),
        elsewhere="a hospital", evidence="a card",
    )  # fmt: skip
    corrections.enter(person=other.person, truth=truth, by=country.OFFICER)
    assert counted("doses_given") == 2
    assert lists_add_up("doses_given") == 6
    records.strike(injection=injection, because=Struck.NEVER_GIVEN, why="wrong name", by=country.OFFICER)
    assert counted("doses_given") == 1
    lists_add_up("doses_given")


def test_planned_doses_have_their_list() -> None:
    given_today()
    assert counted("doses_planned") > 0
    assert lists_add_up("doses_planned") > 0


def test_stock_at_the_sites_is_counted_and_what_expires_soon() -> None:
    given_today()
    SiteLot.objects.update(doses=40)
    Lot.objects.update(expires_on=clock.today() + timedelta(days=60))
    assert counted("doses_left") == 40 * SiteLot.objects.count() > 0
    assert counted("doses_expiring") == 0
    Lot.objects.update(expires_on=clock.today() + timedelta(days=6))
    assert counted("doses_expiring") == 40 * SiteLot.objects.count()
