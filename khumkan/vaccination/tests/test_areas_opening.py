"""Phases open areas: whose first dose may be planned, by which rule, and what each person can be told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState
from khumkan.record.inline import run_jobs
from khumkan.registry.models import Employer
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.actions import enrolling, opening, phases
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.models import Dose, Enrolment, Roster
from khumkan.vaccination.queries import phases as queries
from khumkan.vaccination.queries.reasons import reason_for
from khumkan.vaccination.rules.incidence import Because
from khumkan.vaccination.tests import choosing, country
from khumkan.vaccination.tests.choosing import ONE, OTHER, PROVINCIAL

pytestmark = pytest.mark.django_db
AWAY = {"subdistrict_code": "", "district_code": "2401", "province_code": "24"}


def waiting_at(**fields: str) -> Dose:
    """Return the first dose of somebody who works there and wants it."""
    return country.waiting(roster=country.a_roster(country.an_employer(**fields)))


def because(dose: Dose) -> str:
    return Dose.objects.get(pk=dose.pk).waiting_because


def open_2401() -> Phase:
    """Open the district by a signed choice."""
    phase = choosing.awaiting()
    choosing.signed(phase, choosing.known())
    return phases.sign(phase_id=phase.pk, by=OTHER)


def test_who_works_where_no_phase_is_open_waits_for_the_area() -> None:
    assert because(waiting_at()) == WaitingBecause.NEXT_PLAN
    assert because(waiting_at(**AWAY)) == WaitingBecause.AREA_NOT_OPEN


def test_when_the_phase_is_signed_they_are_in_the_next_plan_and_know_the_rule() -> None:
    here, there, elsewhere = (
        waiting_at(),
        waiting_at(**AWAY),
        waiting_at(district_code="2403", province_code="24", subdistrict_code=""),
    )
    phase = open_2401()
    run_jobs()
    assert [because(each) for each in (here, there, elsewhere)] == ["next_plan", "next_plan", "area_not_open"]
    choice = queries.phase_called(phase.pk).signed_choice
    assert choice is not None
    rules = [Enrolment.objects.get(pk=each.enrolment_id).opened_because for each in (here, there, elsewhere)]
    assert rules == ["listed", choice.reference, "listed"]


def test_who_is_listed_afterwards_knows_the_rule_at_once() -> None:
    country.a_phase()
    phase = open_2401()
    choice = queries.phase_called(phase.pk).signed_choice
    assert choice is not None
    dose = waiting_at(**AWAY)
    assert because(dose) == WaitingBecause.NEXT_PLAN
    assert dose.enrolment.opened_because == choice.reference


def test_doing_it_again_changes_nothing() -> None:
    waiting_at(**AWAY)
    open_2401()
    assert opening.open_areas(by=country.OFFICE) == {"opened": 1, "closed": 0, "explained": 1}
    assert opening.open_areas(by=country.OFFICE) == {"opened": 0, "closed": 0, "explained": 0}


def test_part_by_part_nobody_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    country.a_phase()
    roster = country.a_roster(country.an_employer(**AWAY))
    doses = [country.waiting(roster=roster) for _ in range(5)]
    open_2401()
    monkeypatch.setattr(opening, "AT_ONCE", 2)
    assert opening.open_areas(by=country.OFFICE) == {"opened": 5, "closed": 0, "explained": 5}
    assert {because(dose) for dose in doses} == {"next_plan"}


def test_a_paused_phase_lets_first_doses_wait_again_and_second_ones_go_on() -> None:
    first = waiting_at(**AWAY)
    second = waiting_at(**AWAY)
    Dose.objects.filter(pk=second.pk).update(number=2)
    phase = open_2401()
    run_jobs()
    Dose.objects.filter(pk=second.pk).update(waiting_because=WaitingBecause.NEXT_PLAN)
    phases.move(phase_id=phase.pk, to=PhaseState.PAUSED, why="no doses", by=ONE)
    run_jobs()
    assert [because(first), because(second)] == ["area_not_open", "next_plan"]


def test_a_phase_that_begins_later_opens_on_its_day() -> None:
    dose = waiting_at(**AWAY)
    phase = choosing.awaiting(2, opens_on=clock.today() + timedelta(days=3))
    choosing.signed(phase, choosing.known())
    phases.sign(phase_id=phase.pk, by=OTHER)
    run_jobs()
    assert because(dose) == "area_not_open"
    with clock.set_to(clock.now() + timedelta(days=3)):
        opening.open_areas(by=country.OFFICE)
    assert because(dose) == "next_plan"


def test_whose_workplace_is_unknown_is_asked_and_not_told_of_an_area() -> None:
    nowhere = {"subdistrict_code": "", "district_code": "", "province_code": ""}
    roster = country.a_roster(country.an_employer(**nowhere))
    dose = country.waiting(country.a_person(**nowhere), roster=roster)
    assert because(dose) == WaitingBecause.NO_ADDRESS
    assert str(reason_for(dose.enrolment).why) == str(WaitingBecause.NO_ADDRESS.label)


# -------------------------------------------------------------------------------- what a person can be told
def test_each_person_can_be_told_which_rule_chose_them() -> None:
    dose = waiting_at(**AWAY)
    phase = open_2401()
    run_jobs()
    told = reason_for(Enrolment.objects.get(pk=dose.enrolment_id))
    assert told.is_open
    assert (told.area_code, told.area) == ("2401", "อำเภอ 2401")
    assert told.judged is not None
    assert told.terms is not None
    assert told.choice is not None
    assert (told.judged.rate, told.terms.least_rate, told.judged.rank) == (Decimal(140), Decimal(50), 1)
    assert told.choice.until_on == clock.today() - timedelta(days=1)
    assert told.phase == phase
    assert "140.00" in str(told.why)


def test_who_was_not_chosen_is_told_why_not() -> None:
    dose = waiting_at(**{**AWAY, "district_code": "2403"})
    open_2401()
    told = reason_for(dose.enrolment)
    assert not told.is_open
    assert told.judged is not None
    assert told.judged.because is Because.RATE


def test_where_no_choice_decided_the_phase_itself_is_named() -> None:
    told = reason_for(waiting_at().enrolment)
    assert (told.is_open, told.choice, told.why.code) == (True, None, "phase")
    assert reason_for(waiting_at(**AWAY).enrolment).why.code == "not_open"


# -------------------------------------------------------------------------------- the phase itself
def test_a_phase_needs_two_officers_of_the_whole_country() -> None:
    phase = choosing.awaiting(5, chosen_by_cases=False, area_codes=["24"])
    for by, error in ((ONE, Refused), (PROVINCIAL, Missing)):
        with pytest.raises(error):
            phases.sign(phase_id=phase.pk, by=by)
    with pytest.raises(Missing):
        phases.draft(draft=choosing.draft_of(6), by=PROVINCIAL)
    assert phases.sign(phase_id=phase.pk, by=OTHER).state == PhaseState.OPEN


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"vaccines": []}, "phase_empty"),
        ({"sections": [34]}, "phase_sections_wrong"),
        ({"lists_lock_on": clock.today() + timedelta(days=90)}, "phase_lock_late"),
        ({"area_codes": ["24"]}, "phase_areas_and_choice"),
    ],
)
def test_a_phase_that_makes_no_sense_is_refused(fields: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        phases.draft(draft=choosing.draft_of(7, **fields), by=ONE)
    assert refused.value.code == code
    assert not Phase.objects.filter(number=7).exists()


def test_a_phase_of_another_programme_is_not_ours() -> None:
    phase = Phase.objects.create(
        programme="loans", number=1, years="2021", title_th="x", title_en="x", opens_on=clock.today()
    )
    for act in (
        lambda: phases.sign(phase_id=phase.pk, by=ONE),
        lambda: phases.move(phase_id=phase.pk, to=PhaseState.CLOSED, why="x", by=ONE),
    ):
        with pytest.raises(Missing):
            act()


def test_everybody_reads_open_phases_and_only_those(client: Client) -> None:
    country.a_phase()
    choosing.awaiting(3)
    page = client.get(reverse("vaccination:open_phases"), headers={"Accept-Language": "en"})
    assert_page_is_sound(page)
    assert "ระยะที่ 1" in page.content.decode()
    assert "ระยะที่ 3" not in page.content.decode()


def test_officers_go_from_the_draft_to_the_signature_on_the_pages(client: Client) -> None:
    sign_in(client, user(Role.OFFICER))
    choosing.known()
    day = {"opens_on": clock.today().isoformat(), "lists_lock_on": clock.today().isoformat(), "closes_on": ""}
    form = {"number": "4", "years": "2021", "title_th": "ระยะที่ 4", "title_en": "Phase 4", **day, "doses": "1400"}
    form |= {"vaccines": ["astrazeneca"], "sections": ["33"], "areas": "by_cases"}
    made = client.post(reverse("vaccination:new_phase"), {**form, "form_key": "one"})
    phase = Phase.objects.get(number=4)
    assert made.headers["Location"] == reverse("vaccination:phase", args=[phase.pk])
    page = client.get(made.headers["Location"])
    assert_page_is_sound(page)
    assert reverse("vaccination:new_choice") in page.content.decode()
    sign = reverse("vaccination:sign_phase", args=[phase.pk])
    client.post(sign, {"form_key": "two"})
    phase.refresh_from_db()
    assert phase.state == PhaseState.PLANNED


def test_an_officer_of_a_province_reads_and_does_nothing(client: Client) -> None:
    sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="24"))
    phase = choosing.awaiting()
    assert client.get(reverse("vaccination:phase", args=[phase.pk])).status_code == 200
    assert client.get(reverse("vaccination:new_phase")).status_code == 404
    assert client.post(reverse("vaccination:sign_phase", args=[phase.pk]), {"form_key": "one"}).status_code == 404


def test_listing_many_costs_the_same_as_listing_few(django_assert_max_num_queries: object) -> None:
    country.a_phase()
    open_2401()
    employer: Employer = country.an_employer(**AWAY)
    roster = Roster.objects.create(
        employer=employer, phase=country.a_phase(), opened_at=clock.now(), changed_at=clock.now()
    )
    people = [(country.a_person().pk, "") for _ in range(30)]
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        enrolling.list_people(roster=roster, people=people, by=country.OFFICE)
    assert not Enrolment.objects.filter(opened_because="listed", employer=employer).exists()
