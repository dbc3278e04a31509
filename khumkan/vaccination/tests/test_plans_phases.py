"""Where a plan may give a first dose: wherever a phase is open, also to people who were listed for another one."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from khumkan.kernel import clock
from khumkan.policies.actions import seed_phase
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import Dose, PhaseDetail
from khumkan.vaccination.tests.campaigns import a_plan, first_day, open_site, people_wait
from khumkan.vaccination.tests.country import OFFICE, a_lot

pytestmark = pytest.mark.django_db


def open_phase(number: int, area_codes: Sequence[str], *, vaccine: Vaccine = Vaccine.ASTRAZENECA) -> None:
    today = clock.today()
    phase = seed_phase(
        programme="vaccination", number=number, years="2021", title_th=f"ระยะที่ {number}", title_en=f"Phase {number}",
        opens_on=today - timedelta(days=1), area_codes=list(area_codes), by=OFFICE,
    )  # fmt: skip
    lock_on = today + timedelta(days=30)
    PhaseDetail.objects.create(phase=phase, vaccines=[vaccine], sections=[33], doses=100, lists_lock_on=lock_on)


def test_people_listed_for_another_area_wait_until_a_phase_opens_theirs() -> None:
    open_phase(1, ["1001"])
    people_wait(4)
    open_site(places=16)
    a_lot()
    assert a_plan().figures["left"] == {"area_not_open": 4}


def test_people_listed_for_an_earlier_phase_are_planned_where_a_later_one_opens() -> None:
    open_phase(1, ["1001"])
    people_wait(4)
    open_phase(2, ["1026"])
    open_site(places=16)
    a_lot()
    plan = a_plan()
    assert (plan.persons, plan.figures["left"]) == (4, {})


def test_they_get_the_vaccine_of_the_phase_that_opened_their_area() -> None:
    open_phase(1, ["1001"], vaccine=Vaccine.SINOVAC)
    people_wait(4)
    open_phase(2, ["1026"])
    open_site(places=16, vaccine=Vaccine.SINOVAC)
    a_lot(vaccine=Vaccine.SINOVAC)
    assert a_plan().persons == 0


def test_second_doses_are_planned_when_the_phase_of_the_first_is_closed() -> None:
    open_phase(1, ["1026"])
    [second, *_firsts] = people_wait(4)
    Dose.objects.filter(pk=second.pk).update(number=2, vaccine=Vaccine.ASTRAZENECA, due_from=first_day())
    Phase.objects.update(state=PhaseState.CLOSED)
    open_site(places=16)
    a_lot()
    plan = a_plan()
    assert (plan.persons, plan.figures["left"]) == (1, {"area_not_open": 3})
