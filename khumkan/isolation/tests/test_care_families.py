"""Staying together: asked without learning anything, agreed by the other one, or made by the hotline."""

from functools import partial

import pytest

from khumkan.capacity.testing import broken, race
from khumkan.isolation.actions import parties, placing, stays
from khumkan.isolation.models import Care, PartyRequest, Stay
from khumkan.isolation.queries import parties as queries
from khumkan.isolation.states import CareState, StayState
from khumkan.isolation.tests import hotel
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event
from khumkan.registry.actions.persons import set_contact
from khumkan.registry.states import ContactKind, Sex

pytestmark = pytest.mark.django_db
AGENT = Actor(ActorKind.STAFF, 4, frozenset({Grant(Role.AGENT)}))


def with_phone(care: Care, number: int) -> Care:
    """Give somebody a telephone that ends with a number of four digits."""
    address = f"+6681234{number:04d}"
    set_contact(person_id=care.person_id, kind=ContactKind.PHONE, address=address, by=hotel.OFFICE)
    return care


def person_of(care: Care) -> Actor:
    return Actor.person(care.person_id)


def ask(care: Care, other: Care, phone_end: str = "0002") -> None:
    parties.ask(care=care, reference=other.reference, phone_end=phone_end, by=person_of(care))


def two() -> tuple[Care, Care]:
    return hotel.waiting(), with_phone(hotel.waiting(hotel.a_person(sex=Sex.MALE)), 2)


def test_who_agrees_waits_together_and_gets_one_room() -> None:
    wife, husband = two()
    ask(wife, husband)
    (request,) = queries.open_requests(husband)
    assert request.asking_id == wife.pk
    parties.answer(request=request, agrees=True, by=person_of(husband))
    wife, husband = hotel.fresh(wife), hotel.fresh(husband)
    assert wife.party_id is not None
    assert wife.party_id == husband.party_id
    assert [care.pk for care in queries.family_of(wife)] == [husband.pk]
    hotel.a_hotel(rooms=1, beds=2)
    placed = placing.place(care_id=wife.pk, by=hotel.OFFICE)
    assert {(stay.room_id, stay.sharing) for stay in placed} == {(placed[0].room_id, f"family:{wife.party_id}")}
    assert len(placed) == 2


def test_who_does_not_agree_stays_alone() -> None:
    wife, husband = two()
    ask(wife, husband)
    (request,) = queries.open_requests(husband)
    parties.answer(request=request, agrees=False, by=person_of(husband))
    assert hotel.fresh(husband).party_id is None
    assert queries.open_requests(husband) == []
    with pytest.raises(Refused) as refusal:
        parties.answer(request=request, agrees=True, by=person_of(husband))
    assert refusal.value.code == "answered"


def test_asking_shows_nothing_of_the_other_one() -> None:
    """Whatever is wrong: no refusal, no difference in the record; only the right pair reaches the other one."""
    wife, husband = two()
    wrong = [(husband.reference, "9999"), ("H-22222-22222", "0002"), ("nonsense", "0002"), (wife.reference, "0002")]
    for reference, phone_end in wrong:
        parties.ask(care=wife, reference=reference, phone_end=phone_end, by=person_of(wife))
    assert queries.open_requests(husband) == []
    ask(wife, husband)
    ask(wife, husband)
    assert len(queries.open_requests(husband)) == 1
    told = set(Event.objects.filter(name="isolation.family_asked").values_list("person_id", "data__other"))
    assert told == {(wife.person_id, None)}


def test_more_requests_than_a_family_has_are_dropped_without_a_word() -> None:
    wife = hotel.waiting()
    others = [with_phone(hotel.waiting(), 2) for _ in range(parties.MOST_OPEN + 1)]
    for other in others:
        ask(wife, other)
    assert PartyRequest.objects.count() == parties.MOST_OPEN


def test_nobody_answers_for_somebody_else() -> None:
    wife, husband = two()
    ask(wife, husband)
    (request,) = queries.open_requests(husband)
    with pytest.raises(Missing):
        queries.request_for(person_of(wife), husband, request.pk)
    with pytest.raises(Missing):
        parties.answer(request=request, agrees=True, by=person_of(wife))
    assert queries.request_for(person_of(husband), husband, request.pk).pk == request.pk


def test_a_bed_that_was_held_for_one_alone_is_given_back() -> None:
    hotel.a_hotel(rooms=1)
    stay = hotel.held()
    wife, husband = hotel.fresh(stay.care), with_phone(hotel.found(hotel.a_person(sex=Sex.MALE)), 2)
    since = wife.waiting_since
    ask(wife, husband)
    parties.answer(request=queries.open_requests(husband)[0], agrees=True, by=person_of(husband))
    wife = hotel.fresh(wife)
    assert (wife.state, wife.waiting_since) == (CareState.WAITING, since)
    assert Stay.objects.get(pk=stay.pk).state == StayState.GIVEN_BACK


def test_who_lies_in_a_bed_or_is_at_home_is_not_joined() -> None:
    house = hotel.a_hotel(rooms=1)
    stay = stays.arrive(stay=hotel.held(), by=hotel.staff(Role.FRONT_DESK, house))
    husband = hotel.waiting(hotel.a_person(sex=Sex.MALE))
    by = AGENT.acting_for(husband.person_id, because="both called")
    with pytest.raises(Refused) as refusal:
        parties.join(care=husband, other=stay.care, by=by)
    assert refusal.value.code == "has_bed"
    with pytest.raises(Refused) as refusal:
        ask(hotel.fresh(stay.care), husband)
    assert refusal.value.code == "has_bed"
    assert hotel.fresh(husband).party_id is None


def test_the_hotline_makes_a_family_and_says_why() -> None:
    mother, child = hotel.waiting(), hotel.found(hotel.a_person(sex=""))
    with pytest.raises(Refused) as refusal:
        parties.join(care=mother, other=child, by=AGENT.acting_for(mother.person_id))
    assert refusal.value.code == "no_reason"
    parties.join(care=mother, other=child, by=AGENT.acting_for(mother.person_id, because="the mother called"))
    assert hotel.fresh(mother).party_id == hotel.fresh(child).party_id is not None
    seen = Event.objects.filter(name="isolation.family_joined").values_list("person_id", "on_behalf_of", "because")
    assert {row[0] for row in seen} == {row[1] for row in seen} == {mother.person_id, child.person_id}
    assert {row[2] for row in seen} == {"the mother called"}


def test_families_that_find_each_other_become_one() -> None:
    first = hotel.a_family(hotel.a_person(), hotel.a_person())
    second = hotel.a_family(hotel.a_person(), hotel.a_person())
    parties.join(care=first[0], other=second[1], by=AGENT.acting_for(first[0].person_id, because="called"))
    assert len({hotel.fresh(care).party_id for care in (*first, *second)}) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_agree_at_the_same_moment_end_in_one_family() -> None:
    for _ in range(3):
        wife, husband = with_phone(hotel.waiting(), 1), with_phone(hotel.waiting(hotel.a_person(sex=Sex.MALE)), 2)
        ask(wife, husband)
        ask(husband, wife, "0001")
        both = [(husband, queries.open_requests(husband)[0]), (wife, queries.open_requests(wife)[0])]
        jobs = [partial(parties.answer, request=each, agrees=True, by=person_of(care)) for care, each in both]
        assert broken(race(jobs, threads=2)) == []
        assert hotel.fresh(wife).party_id == hotel.fresh(husband).party_id is not None
