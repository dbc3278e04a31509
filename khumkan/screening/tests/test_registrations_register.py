"""Registering: the nearest place with room or the waiting list, one registration a person, refusals in words."""

import pytest

from khumkan import capacity
from khumkan.accounts.testing import actor
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.screening.actions import registrations
from khumkan.screening.choices import Channel, Ground, WaitingBecause
from khumkan.screening.models import Registration
from khumkan.screening.states import RegistrationState
from khumkan.screening.tests.registering import CHIANG_MAI, a_person, a_session, a_site, as_contact, people

pytestmark = pytest.mark.django_db


def test_a_contact_gets_the_nearest_place_with_room_and_is_told() -> None:
    a_session(a_site(north=0.3))
    near = a_session(a_site(north=0.01))
    person = a_person()

    made = as_contact(person)

    assert (made.state, made.session_id) == (RegistrationState.BOOKED, near.pk)
    assert capacity.room_of([near.supply_id])[near.supply_id].free == 9
    assert [event.name for event in Event.objects.filter(person_id=person.pk).order_by("id")] == [
        "screening.registered",
        "screening.booked",
    ]
    told = Message.objects.filter(person_id=person.pk).order_by("id")
    assert list(told.values_list("template", flat=True)) == ["screening.test_booked"]


def test_a_day_of_waiting_is_as_bad_as_some_kilometres() -> None:
    a_session(a_site(), in_days=5)
    sooner = a_session(a_site(north=0.1), in_days=1)

    assert as_contact(a_person()).session_id == sooner.pk


def test_without_room_the_person_waits_and_is_told_why() -> None:
    a_session(places=1)
    as_contact(a_person())
    late = as_contact(a_person())

    assert (late.state, late.waiting_because) == (RegistrationState.WAITING, WaitingBecause.NO_ROOM)
    assert Message.objects.get(person_id=late.person_id).template == "screening.test_waiting"


def test_a_place_too_far_away_is_not_offered() -> None:
    a_session(a_site(CHIANG_MAI))
    assert as_contact(a_person()).state == RegistrationState.WAITING
    assert as_contact(a_person(CHIANG_MAI)).state == RegistrationState.BOOKED


def test_a_person_has_one_registration_under_way() -> None:
    person = a_person()
    as_contact(person)
    with pytest.raises(Refused) as refusal:
        as_contact(person)
    assert refusal.value.code == "registered_already"
    assert Registration.objects.filter(person=person).count() == 1


def test_somebody_not_insured_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refused) as refusal:
        as_contact(a_person(section=None))
    assert "1506" in str(refusal.value)


def test_a_chosen_session_without_room_is_a_refusal_and_leaves_nothing() -> None:
    session = a_session(places=0)
    person = a_person()
    with pytest.raises(capacity.Full):
        as_contact(person, session_id=session.pk)
    assert not Registration.objects.filter(person=person).exists()
    assert not Event.objects.filter(person_id=person.pk).exists()


def test_nobody_registers_somebody_else() -> None:
    mine, other = people(2)
    with pytest.raises(Missing):
        as_contact(other, by=Actor.person(mine.pk))
    elsewhere = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI)
    with pytest.raises(Missing):
        as_contact(other, by=elsewhere.acting_for(other.pk, because="asked"))


def test_the_hotline_registers_for_a_caller_and_says_why() -> None:
    person = a_person()
    agent = actor(Role.AGENT)
    with pytest.raises(Refused) as refusal:
        as_contact(person, by=agent)
    assert refusal.value.code == "no_reason"
    made = as_contact(person, by=agent.acting_for(person.pk, because="caller has no smartphone"))
    event = Event.objects.get(name="screening.registered", person_id=person.pk)
    assert (event.on_behalf_of, event.because) == (person.pk, "caller has no smartphone")
    assert made.reasons[0]["code"] == "insured"


def test_answers_that_are_no_answers_are_refused() -> None:
    person = a_person()
    with pytest.raises(Refused):
        registrations.register(
            person_id=person.pk,
            ground=Ground.SYMPTOMS,
            answers={"symptoms": ["<script>"]},
            channel=Channel.SELF,
            by=Actor.person(person.pk),
        )
