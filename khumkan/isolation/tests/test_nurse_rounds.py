"""The nurse's list and the bedside: who is late, what is entered, who is next, and who may not look."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from khumkan import policies
from khumkan.isolation.actions import cares, homes, placing, rounds, stays, transfers, triage
from khumkan.isolation.choices import Decision, FacilityKind, Level, Need, Symptom, ToldBy
from khumkan.isolation.models import Care, Escalation, Observation, Stay
from khumkan.isolation.queries import round_list
from khumkan.isolation.queries.round_list import Due
from khumkan.isolation.rules import rounds as rules
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.isolation.states import EscalationState
from khumkan.isolation.terms.rounds import RoundTerms
from khumkan.isolation.tests import hotel
from khumkan.isolation.tests.nursing import ILL, in_bed, look, nurse, observed, press
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event

pytestmark = pytest.mark.django_db
#: A working day in the middle of the morning round.
DAY = date(2026, 11, 25)
MORNING = clock.at(DAY, time(9))


def at_home() -> Care:
    """Let a team look after somebody at home."""
    told = Answers(lives_with=0, own_room=True, wants_home=True, weight_kg=60, vitals=hotel.WELL)
    care = hotel.found(hotel.a_person())
    triage.answer(care=care, answers=told, told_by=ToldBy.PERSON, by=hotel.OFFICE)
    homes.find_team(care_id=care.pk, by=hotel.OFFICE)
    return hotel.fresh(care)


# The list


@pytest.mark.parametrize("hour", [0, 3, 5, 6, 9, 12, 13, 16, 18, 21, 22, 23])
def test_the_list_says_of_a_round_what_the_rules_say(hour: int) -> None:
    """At every hour, for people who came and were measured at many different moments."""
    house, terms = hotel.a_hotel(rooms=40, nurses=10), policies.in_force(RoundTerms, on=MORNING.date())
    now = clock.at(DAY, time(hour, 1))
    expected = {}
    with time_machine.travel(now, tick=False):
        for number, came in enumerate((0, 3, 5, 11, 30, 49)):
            for seen in (None, 1, 2, 4, 8, 13, 20, 29):
                if (number + (seen or 0)) % 2:  # half of all pairs
                    continue
                care = in_bed()
                came_at, seen_at = now - timedelta(hours=came), None
                Stay.objects.filter(care=care).update(arrived_at=came_at)
                if seen is not None:
                    seen_at = now - timedelta(hours=seen)
                    Observation.objects.filter(pk=observed(care).pk).update(at=seen_at)
                expected[care.pk] = _by_the_rules(seen_at, came_at, now, terms)
        found = {one.care_id: one.due for one in round_list.people(house.pk, now=now)}
    assert found == expected
    assert len(expected) > 20


def _by_the_rules(seen_at: datetime | None, came_at: datetime, now: datetime, terms: RoundTerms) -> Due:
    if rules.is_late(seen_at, came_at, now, terms):
        return Due.LATE
    return Due.DUE if rules.slot_due(seen_at, came_at, now, terms) else Due.DONE


def test_who_is_late_comes_first_then_due_then_done_each_on_the_way_through_the_house() -> None:
    house = hotel.a_hotel(rooms=4, nurses=10)
    with time_machine.travel(MORNING - timedelta(days=1)):
        people = [in_bed() for _ in range(4)]
        for care in people:
            observed(care)
    with time_machine.travel(MORNING - timedelta(hours=12)):  # the evening before, of whom one is forgotten
        for care in people[:3]:
            observed(care)
    with time_machine.travel(MORNING):
        observed(people[0])
        rows = round_list.people(house.pk, now=clock.now())
        assert [(one.care_id, one.due) for one in rows] == [
            (people[3].pk, Due.LATE),
            (people[1].pk, Due.DUE),
            (people[2].pk, Due.DUE),
            (people[0].pk, Due.DONE),
        ]


def test_a_whole_house_costs_as_many_queries_as_one_person(django_assert_max_num_queries: object) -> None:
    house = hotel.a_hotel(rooms=12, nurses=10)
    people = [in_bed() for _ in range(12)]
    for care in people:
        observed(care)
    client = nurse(house)
    look(client, "round_list", house.site.reference)
    with django_assert_max_num_queries(11):  # type: ignore[operator]  # with those that count whom the nurse looks at
        look(client, "round_list", house.site.reference)


def test_values_reported_by_the_person_are_marked() -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed()
    rounds.observe(care=care, vitals=hotel.WELL, by=Actor.person(care.person_id))
    client = nurse(house)
    assert "told by the person" in look(client, "round_list", house.site.reference)
    assert "Told by the person" in look(client, "bedside", care.reference)
    observed(care)
    assert "told by the person" not in look(client, "round_list", house.site.reference)


def test_a_floor_alone_and_what_is_not_a_floor() -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed()
    client = nurse(house)
    assert care.reference in look(client, "round_list", house.site.reference, query="?floor=1")
    assert care.reference not in look(client, "round_list", house.site.reference, query="?floor=7")


def test_somebody_at_home_stands_on_the_list_of_the_team() -> None:
    team = hotel.a_hotel(rooms=0, kind=FacilityKind.HOME, home_places=5)
    care = at_home()
    client = nurse(team)
    assert care.reference in look(client, "round_list", team.site.reference)
    press(client, "bedside", care.reference, temperature="36.6", spo2="98")
    assert Observation.objects.get(care=care).site_id == team.pk


def test_who_changes_beds_is_not_new_and_who_comes_from_elsewhere_is() -> None:
    hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=2, north=0.02)
    with time_machine.travel(MORNING - timedelta(hours=20)):
        care = in_bed()
    stay = Stay.objects.get(care=care)
    (moved,) = [bed for bed in hotel.beds_of(hotel.a_hotel(rooms=1, north=0.03))]
    with time_machine.travel(MORNING):
        second = placing.promises.hold_bed(care=care, bed_ids=[moved], by=hotel.OFFICE)
        stays.arrive(stay=second, by=hotel.OFFICE)
        (one,) = round_list.people(second.site_id, now=clock.now())
        assert one.came_at == clock.bangkok(Stay.objects.get(pk=second.pk).arrived_at)
    assert stay.site_id != second.site_id


# The bedside


def test_an_entry_leads_to_the_next_person_of_the_floor_and_then_back_to_the_list() -> None:
    house = hotel.a_hotel(rooms=3)
    with time_machine.travel(MORNING):
        first, second, third = (in_bed() for _ in range(3))
        client = nurse(house)
        response = press(client, "bedside", second.reference, temperature="36.6", spo2="98", medicine_taken="yes")
        assert response.redirect_chain[-1][0] == reverse("isolation:bedside", args=[third.reference])
        response = press(client, "bedside", third.reference, temperature="36.4")
        assert response.redirect_chain[-1][0] == reverse("isolation:bedside", args=[first.reference])
        response = press(client, "bedside", first.reference, spo2="97")
        assert response.redirect_chain[-1][0] == reverse("isolation:round_list", args=[house.site.reference])
    made = Observation.objects.get(care=second)
    assert (made.temperature, made.spo2, made.medicine_taken, made.told_by) == (Decimal("36.6"), 98, True, "nurse")
    assert Observation.objects.get(care=third).medicine_taken is None


def test_nothing_is_chosen_beforehand() -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed()
    page = look(nurse(house), "bedside", care.reference)
    entry = page.split('name="temperature"')[1].split("</form>")[0]
    assert " checked" not in entry


@pytest.mark.parametrize(
    ("field", "value"), [("temperature", "366"), ("temperature", "warm"), ("spo2", "9"), ("breaths", "900")]
)
def test_what_cannot_be_a_persons_value_is_said_and_not_stored(field: str, value: str) -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed()
    response = press(nurse(house), "bedside", care.reference, **{field: value})
    assert response.status_code == 422
    assert f'href="#id_{field}"' in response.content.decode()
    assert not Observation.objects.exists()


def test_an_empty_entry_is_refused_in_words() -> None:
    house = hotel.a_hotel(rooms=1)
    response = press(nurse(house), "bedside", in_bed().reference)
    assert response.status_code == 422
    assert "Please enter the temperature or the oxygen at least." in response.content.decode()


def test_a_bad_value_keeps_the_nurse_with_the_person_until_a_doctor_has_decided() -> None:
    house = hotel.a_hotel(rooms=2)
    care = in_bed()
    in_bed()
    client = nurse(house)
    response = press(client, "bedside", care.reference, temperature="38.6", spo2="93", symptoms=["breathless"])
    assert response.redirect_chain[-1][0] == reverse("isolation:bedside", args=[care.reference])
    assert "Please call a doctor for this person now." in response.content.decode()
    escalation = Escalation.objects.get(care=care)
    response = press(client, "decide_escalation", care.reference, doctor="", decision="stays", level="2")
    assert response.status_code == 422
    press(client, "decide_escalation", care.reference, doctor="Dr Suda", decision="stays", level="2")
    escalation.refresh_from_db()
    assert (escalation.state, escalation.decision, escalation.doctor) == (EscalationState.CLOSED, "stays", "Dr Suda")
    assert hotel.fresh(care).level == Level.YELLOW
    assert (
        press(client, "decide_escalation", care.reference, doctor="x", decision="stays", level="1").status_code == 404
    )


def test_who_goes_to_hospital_is_seen_to_wait_and_then_to_have_a_bed() -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed()
    observed(care, ILL, Symptom.BREATHLESS)
    client = nurse(house)
    press(client, "decide_escalation", care.reference, doctor="Dr Suda", decision="hospital", level="2")
    for page in ("escalations",):
        assert "To be moved, no bed yet" in look(client, page)
    assert "To be moved, no bed yet" in look(client, "round_list", house.site.reference)
    ward = hotel.a_hotel(rooms=1, kind=FacilityKind.HOSPITAL, level=Level.YELLOW)
    (held,) = placing.place(care_id=care.pk, by=hotel.OFFICE)
    for page in (
        look(client, "escalations"),
        look(client, "bedside", care.reference),
        look(client, "round_list", house.site.reference),
    ):
        assert ward.site.name_en in page
        assert "no bed yet" not in page
    stays.arrive(stay=held, by=hotel.OFFICE)
    look(client, "bedside", care.reference, status=404)
    back = nurse(ward)
    assert "Well enough for a hospitel again" in look(back, "bedside", care.reference)
    press(back, "step_down", care.reference, doctor="Dr Suda")
    assert Escalation.objects.filter(care=care).latest("pk").decision == Decision.BACK


def test_nobody_in_a_hospitel_is_stepped_down_by_a_page() -> None:
    house = hotel.a_hotel(rooms=1)
    assert "Well enough for a hospitel again" not in look(nurse(house), "bedside", in_bed().reference)


def test_what_was_told_at_triage_is_there_with_the_medicines_opened() -> None:
    house = hotel.a_hotel(rooms=1)
    care = hotel.found(hotel.a_person())
    told = Answers(lives_with=3, vitals=hotel.WELL, needs=(Need.HALAL,))
    triage.answer(care=care, answers=told, medicines="metformin", told_by=ToldBy.PERSON, by=hotel.OFFICE)
    stays.arrive(stay=hotel.held(hotel.fresh(care)), by=hotel.OFFICE)
    page = look(nurse(house), "bedside", care.reference)
    assert "metformin" in page
    assert "Halal food" in page


def test_a_corrected_result_stands_first_and_loudest() -> None:
    house = hotel.a_hotel(rooms=2)
    usual, corrected = in_bed(), in_bed()
    client = nurse(house)
    assert "must not stay" not in look(client, "round_list", house.site.reference)
    cares.withdraw([corrected.case_id], by=hotel.OFFICE)
    assert hotel.fresh(corrected).result_corrected_at is not None
    page = look(client, "round_list", house.site.reference)
    assert "1 person must not stay: the result was corrected." in page
    assert page.index(corrected.reference) < page.index(usual.reference)
    assert "this person is not infected and may go at once" in look(client, "bedside", corrected.reference)


def test_what_is_most_urgent_is_said_first_and_a_late_round_all_the_same() -> None:
    house = hotel.a_hotel(rooms=1)
    with time_machine.travel(MORNING - timedelta(days=1)):
        care = in_bed()
        observed(care, ILL)
    with time_machine.travel(MORNING):
        page = look(nurse(house), "round_list", house.site.reference).split(care.reference)[1]
        assert "Call a doctor" in page
        assert "Late" in page.split("Call a doctor")[0]
        transfers.decide(
            escalation=Escalation.objects.get(),
            decision=Decision.STAYS,
            doctor="Dr Suda",
            level=Level.YELLOW,
            by=hotel.OFFICE,
        )
        page = look(nurse(house), "round_list", house.site.reference).split(care.reference)[1]
        assert "Call a doctor" not in page


# Who may


def test_a_nurse_of_another_site_finds_nothing_and_leaves_no_trace() -> None:
    house, elsewhere = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=1, north=0.5)
    care = in_bed()
    observed(care, ILL)
    stranger, own = nurse(elsewhere), nurse(house)
    for name, args in (("bedside", [care.reference]), ("round_list", [house.site.reference])):
        look(stranger, name, *args, status=404)
        look(own, name, *args)
    assert care.person.last_name not in look(stranger, "escalations")
    assert care.person.last_name in look(own, "escalations")
    assert press(stranger, "bedside", care.reference, temperature="36.6").status_code == 404
    press(stranger, "decide_escalation", care.reference, doctor="x", decision="stays", level="1")
    assert Escalation.objects.get().state == EscalationState.RAISED
    with pytest.raises(Missing):
        rounds.observe(care=care, vitals=hotel.WELL, by=stranger.actor)  # type: ignore[attr-defined]
    seen = Event.objects.filter(name="record.saw", person_id=care.person_id)
    assert set(seen.values_list("actor_id", flat=True)) == {own.actor.id}  # type: ignore[attr-defined]


def test_only_who_is_shown_is_noted_as_seen() -> None:
    house = hotel.a_hotel(rooms=2, nurses=10)
    on_one, other = in_bed(), in_bed()
    Stay.objects.get(care=other).room.__class__.objects.filter(pk=Stay.objects.get(care=other).room_id).update(
        floor="2"
    )
    look(nurse(house), "round_list", house.site.reference, query="?floor=1")
    seen = Event.objects.filter(name="record.saw").values_list("person_id", flat=True)
    assert set(seen) == {on_one.person_id}


def test_a_nurse_of_several_sites_chooses_and_one_of_a_single_site_is_led_there() -> None:
    house = hotel.a_hotel(rooms=1)
    client = nurse(house)
    for page, to in (("rounds", "round_list"), ("going_home", "going_home_list")):
        response = client.get(reverse(f"isolation:{page}"))
        assert response["Location"] == reverse(f"isolation:{to}", args=[house.site.reference])


def test_two_decisions_on_one_escalation_are_one() -> None:
    hotel.a_hotel(rooms=1)
    care = in_bed()
    observed(care, ILL)
    found = Escalation.objects.get()
    said = {"decision": Decision.STAYS, "doctor": "Dr Suda", "level": Level.YELLOW, "by": hotel.OFFICE}
    transfers.decide(escalation=found, **said)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refusal:
        transfers.decide(escalation=found, **said)  # type: ignore[arg-type]
    assert refusal.value.code == "decided"


def test_what_was_not_decided_goes_along_to_the_next_site() -> None:
    hotel.a_hotel(rooms=1)
    care = in_bed()
    observed(care, Vitals(temperature=Decimal("38.2"), spo2=97))
    there = hotel.a_hotel(rooms=1, north=0.3)
    second = placing.promises.hold_bed(care=care, bed_ids=hotel.beds_of(there), by=hotel.OFFICE)
    stays.arrive(stay=second, by=hotel.OFFICE)
    assert care.reference in look(nurse(there), "escalations")
