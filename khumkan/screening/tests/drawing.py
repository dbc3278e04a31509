"""Enterprises with workers, and rounds at any step, for the tests of rounds."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.places.models import Site
from khumkan.registry.models import Employer, Employment
from khumkan.screening.actions import rounds
from khumkan.screening.actions.rounds.announcing import Arrangement
from khumkan.screening.actions.rounds.planning import Plan
from khumkan.screening.choices import Method
from khumkan.screening.models import Round
from khumkan.screening.rules.sampling import Design, StratumKey
from khumkan.screening.states import RoundState
from khumkan.screening.tests.registering import BANGKOK, a_site, people, town

OFFICE = Actor.system("test")
FIFTH = Design(keys=(StratumKey.INDUSTRY,), share=Decimal("0.2"), minimum=1, reserve=Decimal("0.5"))
STEPS = (RoundState.PLANNED, RoundState.FROZEN, RoundState.DRAWN, RoundState.ANNOUNCED)
_count = itertools.count(1)


def an_employer(
    workers: int = 20,
    *,
    industry: str = "10",
    province: str = BANGKOK,
    since: date = date(2020, 1, 1),
    **fields: object,
) -> Employer:
    """Make an enterprise and people who work there."""
    area, now, number = town(province), clock.now(), next(_count)
    values = {
        "reference": references.new("N"),
        "account_number": f"{number:010d}",
        "name_th": f"บริษัท ทดสอบ {number} จำกัด",
        "name_en": f"Test {number} Co., Ltd.",
        "industry": industry,
        "size": workers,
        "subdistrict_code": area.code,
        "district_code": area.code[:4],
        "province_code": province,
        "latitude": area.latitude,
        "longitude": area.longitude,
        "created_at": now,
        "updated_at": now,
    }
    employer = Employer.objects.create(**{**values, **fields})
    employ(employer, people(workers, province), since=since)
    return employer


def employ(employer: Employer, persons: Sequence[object], *, since: date = date(2020, 1, 1)) -> None:
    """Let persons work for an employer."""
    Employment.objects.bulk_create(Employment(person=person, employer=employer, started_on=since) for person in persons)


def a_plan(province: str = BANGKOK, **fields: object) -> Plan:
    """Describe a round of the next days."""
    today = clock.today()
    values = {
        "title": "โรงงานอาหาร",
        "province_code": province,
        "method": Method.PCR,
        "first_day": today + timedelta(days=2),
        "last_day": today + timedelta(days=9),
    }
    return Plan(**{**values, **fields})  # type: ignore[arg-type]


def a_round(
    employers: Sequence[Employer],
    *,
    upto: RoundState = RoundState.PLANNED,
    design: Design = FIFTH,
    province: str = BANGKOK,
    by: Actor = OFFICE,
    site: Site | None = None,
) -> Round:
    """Make a round and take it as far as is wanted."""
    ids = [employer.pk for employer in employers]
    made = rounds.plan(plan=a_plan(province), design=design, employer_ids=ids, by=by)
    for step in STEPS[1 : STEPS.index(upto) + 1]:
        made = _step(made, step, by, site)
    return made


def _step(made: Round, step: RoundState, by: Actor, site: Site | None) -> Round:
    if step is RoundState.FROZEN:
        return rounds.freeze(round=made, by=by)
    if step is RoundState.DRAWN:
        return rounds.draw(round=made, by=by)
    arrangement = Arrangement(
        site_id=(site or a_site(made.province_code or BANGKOK, **ALWAYS_OPEN)).pk,
        first_day=made.first_day,
        last_day=made.last_day,
        per_day=500,
    )
    open_every_day(arrangement.site_id or 0)
    rounds.arrange(round=made, arrangement=arrangement, by=by)
    return rounds.announce(round=made, by=by)


ALWAYS_OPEN = {"works_on_holidays": True}


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect a refusal, whatever the language of its sentence."""
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.code == code


def open_every_day(site_id: int) -> None:
    """Give a site hours on every weekday, unless it has some."""
    site = Site.objects.get(pk=site_id)
    if not site.hours.exists():
        for weekday in range(7):
            site.hours.create(weekday=weekday, opens=time(9), closes=time(16))
