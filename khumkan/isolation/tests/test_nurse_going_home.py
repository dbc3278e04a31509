"""Going home: who may, with whose word, what is asked once more, and what becomes of a transfer."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from khumkan import policies
from khumkan.isolation.actions import cares, discharges, placing, stays, transfers
from khumkan.isolation.choices import CareEnd, CertificateKind, Decision, FacilityKind, Level, Symptom
from khumkan.isolation.models import Care, Certificate, Discharge, Escalation, Stay
from khumkan.isolation.queries import discharges as single
from khumkan.isolation.queries import escalations, going_home
from khumkan.isolation.queries.going_home import Stage
from khumkan.isolation.rules import discharge as rules
from khumkan.isolation.rules.answers import Vitals
from khumkan.isolation.rules.reasons import reason
from khumkan.isolation.states import CareState, EscalationState, StayState
from khumkan.isolation.tasks.placing import move_on
from khumkan.isolation.terms.stays import StayTerms
from khumkan.isolation.tests import hotel
from khumkan.isolation.tests.nursing import ILL, in_bed, look, nurse, observed, press
from khumkan.isolation.tests.test_nurse_rounds import at_home
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused, Verdict
from khumkan.messages.models import Message

pytestmark = pytest.mark.django_db
LOW = Vitals(temperature=Decimal("36.6"), spo2=94)


# The list


def test_the_list_of_a_site_says_of_each_person_what_the_rules_say_of_one() -> None:
    house, terms = hotel.a_hotel(rooms=12, nurses=10), policies.in_force(StayTerms, on=clock.today())
    people = []
    for days in (0, 5, 9, 10, 13, 14, 20):
        people.append(in_bed(days_ago=days))
    observed(people[3])
    observed(people[4], ILL)
    observed(people[5], LOW)
    observed(people[6], hotel.WELL, Symptom.BREATHLESS)
    Care.objects.filter(pk=people[2].pk).update(level=Level.RED)
    found = {one.care.pk: one for one in going_home.going(house.pk)}
    assert set(found) == {care.pk for care in people}
    for care in people:
        alone = hotel.fresh(care)
        verdict = single.may_go(alone, terms=terms)
        assert (found[care.pk].verdict.allowed, [one.code for one in found[care.pk].verdict.reasons]) == (
            verdict.allowed,
            [one.code for one in verdict.reasons],
        )
        assert found[care.pk].earliest_on == single.earliest_on(alone, terms=terms)
    assert {one.stage for one in found.values()} == {Stage.PROPOSED, Stage.DOCTOR, Stage.NOT_YET}


def test_a_whole_house_costs_as_many_queries_as_one_person(django_assert_max_num_queries: object) -> None:
    house = hotel.a_hotel(rooms=8, nurses=10)
    for days in range(8, 16):
        observed(in_bed(days_ago=days))
    client = nurse(house)
    look(client, "going_home_list", house.site.reference)
    with django_assert_max_num_queries(13):  # type: ignore[operator]  # one counts whom the nurse looks at
        look(client, "going_home_list", house.site.reference)


# Confirming


def test_who_may_go_is_proposed_confirmed_and_can_be_taken_back_until_they_leave() -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed(days_ago=15)
    observed(care)
    client = nurse(house)
    assert "May go home today" in look(client, "going_home_list", house.site.reference)
    assert "Confirm" in look(client, "go_home", care.reference, "recovered")
    press(client, "go_home", care.reference, "recovered")
    stay = Stay.objects.get(care=care)
    assert stay.state == StayState.LEAVING
    assert "Confirmed, has not left yet" in look(client, "going_home_list", house.site.reference)
    press(client, "take_back_discharge", care.reference)
    assert Stay.objects.get(care=care).state == StayState.ADMITTED
    assert Discharge.objects.get(care=care).taken_back_at is not None
    press(client, "go_home", care.reference, "recovered")
    stays.leave(stay=stay, by=hotel.staff(Role.FRONT_DESK, house))
    look(client, "going_one", care.reference, status=404)
    with pytest.raises(Refused):
        discharges.take_back(care=care, by=hotel.OFFICE)


def test_who_may_not_go_is_told_why_and_the_page_offers_no_button() -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed(days_ago=2)
    observed(care)
    client = nurse(house)
    page = look(client, "going_one", care.reference)
    assert "Days still to go: 8." in page
    assert reverse("isolation:go_home", args=[care.reference, "recovered"]) not in page
    response = press(client, "go_home", care.reference, "recovered")
    assert "Days still to go: 8." in response.content.decode()
    assert not Discharge.objects.exists()


def test_a_doctor_may_let_somebody_go_whose_oxygen_is_always_low() -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed(days_ago=15)
    observed(care, LOW)
    by = hotel.staff(Role.NURSE, house)
    with pytest.raises(Refused) as refusal:
        discharges.confirm(care=care, because=CareEnd.RECOVERED, by=by)
    assert refusal.value.code == "go_oxygen"
    client = nurse(house)
    assert "A doctor says that the person may go" in look(client, "going_one", care.reference)
    assert press(client, "go_home", care.reference, "recovered", doctor="").status_code == 422
    press(client, "go_home", care.reference, "recovered", doctor="Dr Suda")
    assert Discharge.objects.get(care=care).doctor == "Dr Suda"
    assert "Dr Suda" in look(client, "going_one", care.reference)


@pytest.mark.parametrize(
    ("days", "vitals", "symptoms"), [(9, LOW, ()), (15, LOW, (Symptom.CHEST_PAIN,)), (15, None, ())]
)
def test_no_doctor_shortens_the_days_or_sets_aside_a_warning_sign_or_a_missing_look(
    days: int, vitals: Vitals | None, symptoms: tuple[Symptom, ...]
) -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed(days_ago=days)
    if vitals:
        observed(care, vitals, *symptoms)
    with pytest.raises(Refused):
        discharges.confirm(care=care, because=CareEnd.RECOVERED, doctor="Dr Suda", by=hotel.staff(Role.NURSE, house))
    assert not Discharge.objects.exists()


def test_a_doctor_decides_on_values_alone_and_only_where_the_terms_refuse() -> None:
    values, days = reason("go_oxygen", value=94, limit=96), reason("go_days", days=1)
    assert rules.doctor_may_decide(Verdict.no(values))
    assert rules.doctor_may_decide(Verdict.no(values, reason("go_fever", hours=24)))
    assert not rules.doctor_may_decide(Verdict.no(values, days))
    assert not rules.doctor_may_decide(Verdict.yes())


def test_a_doctor_named_without_need_is_not_kept() -> None:
    hotel.a_hotel(rooms=1)
    care = in_bed(days_ago=15)
    observed(care)
    made = discharges.confirm(care=care, because=CareEnd.RECOVERED, doctor="Dr Suda", by=hotel.OFFICE)
    assert made.doctor == ""


def test_the_care_of_somebody_at_home_ends_with_the_discharge() -> None:
    team = hotel.a_hotel(rooms=0, kind=FacilityKind.HOME, home_places=5)
    with time_machine.travel(clock.now() - timedelta(days=15)):
        care = at_home()
    observed(care)
    client = nurse(team)
    assert "The care at home ends at once." in look(client, "go_home", care.reference, "recovered")
    press(client, "go_home", care.reference, "recovered")
    assert hotel.fresh(care).state == CareState.DISCHARGED
    assert Certificate.objects.filter(care=care).count() == 2


# Other reasons


@pytest.mark.parametrize(
    ("because", "papers", "told"), [("own_wish", 1, True), ("elsewhere", 1, True), ("died", 0, False)]
)
def test_who_goes_for_another_reason(because: str, papers: int, told: bool) -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed()
    Message.objects.all().delete()
    client = nurse(house)
    look(client, "go_home", care.reference, because)
    press(client, "go_home", care.reference, because)
    stays.leave(stay=Stay.objects.get(care=care), by=hotel.OFFICE)
    assert hotel.fresh(care).ended_because == because
    kinds = Certificate.objects.filter(care=care).values_list("kind", flat=True)
    assert list(kinds) == [CertificateKind.EMPLOYER] * papers
    assert Message.objects.filter(person_id=care.person_id).exists() is told


def test_a_corrected_result_lets_somebody_go_at_once_and_nothing_else_does() -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed()
    client = nurse(house)
    look(client, "go_home", care.reference, "withdrawn", status=404)
    with pytest.raises(Refused) as refusal:
        discharges.confirm(care=care, because=CareEnd.WITHDRAWN, by=hotel.OFFICE)
    assert refusal.value.code == "not_corrected"
    cares.withdraw([care.case_id], by=hotel.OFFICE)
    corrected_at = hotel.fresh(care).result_corrected_at
    cares.withdraw([care.case_id], by=hotel.OFFICE)
    assert hotel.fresh(care).result_corrected_at == corrected_at
    assert "May go: the result was corrected" in look(client, "going_one", care.reference)
    press(client, "go_home", care.reference, "withdrawn")
    stays.leave(stay=Stay.objects.get(care=care), by=hotel.OFFICE)
    assert hotel.fresh(care).state == CareState.WITHDRAWN


@pytest.mark.parametrize("because", ["over", "nonsense"])
def test_what_is_no_reason_is_no_page(because: str) -> None:
    house = hotel.a_hotel(rooms=1)
    look(nurse(house), "go_home", in_bed().reference, because, status=404)


def test_a_nurse_of_another_site_cannot_let_anybody_go() -> None:
    house, elsewhere = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=1, north=0.5)
    care = in_bed(days_ago=15)
    observed(care)
    stranger = nurse(elsewhere)
    for page, args in (("going_one", [care.reference]), ("go_home", [care.reference, "recovered"])):
        look(stranger, page, *args, status=404)
    look(stranger, "going_home_list", house.site.reference, status=404)
    assert press(stranger, "go_home", care.reference, "own_wish").status_code == 404
    with pytest.raises(Missing):
        discharges.confirm(care=care, because=CareEnd.OWN_WISH, by=hotel.staff(Role.NURSE, elsewhere))
    assert not Discharge.objects.exists()
    press(nurse(house), "go_home", care.reference, "own_wish")
    assert Discharge.objects.count() == 1


# Together with a transfer


def moving() -> Care:
    """Let a doctor send somebody to hospital who has no bed there yet."""
    care = in_bed()
    observed(care, ILL)
    transfers.decide(
        escalation=Escalation.objects.get(care=care),
        decision=Decision.HOSPITAL,
        doctor="Dr Suda",
        level=Level.YELLOW,
        by=hotel.OFFICE,
    )
    return care


def test_a_bed_is_looked_for_again_and_again_for_who_is_to_be_moved() -> None:
    hotel.a_hotel(rooms=1)
    care = moving()
    assert move_on(0) == 0
    assert [each.pk for each in escalations.without_bed()] == [care.pk]
    hotel.a_hotel(rooms=1, kind=FacilityKind.HOSPITAL, level=Level.YELLOW)
    assert move_on(0) == 1
    assert escalations.without_bed() == []
    assert move_on(0) == 0


def test_nobody_is_moved_who_goes_home_and_their_transfer_is_closed() -> None:
    hotel.a_hotel(rooms=1)
    care = moving()
    ward = hotel.a_hotel(rooms=1, kind=FacilityKind.HOSPITAL, level=Level.YELLOW)
    (held,) = placing.place(care_id=care.pk, by=hotel.OFFICE)
    discharges.confirm(care=care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
    assert Stay.objects.get(pk=held.pk).state == StayState.GIVEN_BACK
    assert escalations.without_bed() == []
    assert move_on(0) == 0
    stays.leave(stay=Stay.objects.get(care=care, site=care.site_id), by=hotel.OFFICE)
    closed = Escalation.objects.get(care=care)
    assert closed.state == EscalationState.CLOSED
    assert closed.closed_at is not None
    assert not Stay.objects.filter(site=ward.pk).present().exists()


def test_an_open_escalation_is_a_warning_before_somebody_goes() -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed()
    client = nurse(house)
    warning = "An escalation is open. Please speak with the doctor"
    assert warning not in look(client, "going_one", care.reference)
    observed(care, ILL)
    assert warning in look(client, "going_one", care.reference)
    assert warning in look(client, "go_home", care.reference, "own_wish")


def test_confirming_twice_is_refused_in_words() -> None:
    hotel.a_hotel(rooms=1)
    care = in_bed()
    discharges.confirm(care=care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
    with pytest.raises(Refused) as refusal:
        discharges.confirm(care=care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
    assert refusal.value.code == "confirmed_already"
    assert Discharge.objects.count() == 1
