"""A person's own pages: what is now, the questions, the reports, saying no; the hotline and the officer beside them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from khumkan.accounts.testing import sign_in, user
from khumkan.isolation.actions import cares, promises, stays
from khumkan.isolation.choices import Level, Setting, StayEnd, Symptom, ToldBy
from khumkan.isolation.models import Care, Escalation, Observation, PartyRequest, Stay, Triage
from khumkan.isolation.queries import calls
from khumkan.isolation.states import CareState
from khumkan.isolation.tests import hotel
from khumkan.isolation.tests.test_care_families import with_phone
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.registry.states import Sex
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
WELL = {"warning": "none", "symptoms": "none", "conditions": "none", "lives_with": "3", "own_room": "no"}
BECAUSE = {"because": "caller has no smartphone"}


def post(client: Client, path: str, **fields: object):  # type: ignore[no-untyped-def]
    return client.post(path, {"form_key": uuid4().hex, **fields})


def sound(client: Client, path: str) -> str:
    """Fetch a page, check it, and return its English text."""
    response = client.get(path, headers={"Accept-Language": "en"}, follow=True)
    assert response.status_code == 200, (path, response.status_code)
    assert_page_is_sound(response)
    return response.content.decode()


def phone_of(care: Care) -> Client:
    client = sign_in(Client(), care.person_id)
    client.get("/about/", {"lang": "en"})
    return client


def agent() -> Client:
    client = sign_in(Client(), user(Role.AGENT))
    client.get("/about/", {"lang": "en"})
    return client


def test_from_the_questions_to_the_bed() -> None:
    house = hotel.a_hotel(rooms=1)
    care = hotel.found(hotel.a_person())
    phone, page = phone_of(care), f"/my/care/{care.reference}/"
    assert "Please answer a few questions" in sound(phone, page)
    form = sound(phone, f"{page}questions/")
    assert "Are you pregnant?" in form
    told = {**WELL, "pregnant": "no", "wants_home": "no", "temperature": "36.7", "spo2": "98", "medicines": "Metformin"}
    assert post(phone, f"{page}questions/", **told).headers["Location"] == page
    made = Triage.objects.get(care=care)
    assert (made.told_by, made.level, made.setting) == (ToldBy.PERSON, Level.GREEN, Setting.HOSPITEL)
    assert "Metformin" not in f"{made.answers} {bytes(made.medicines_sealed)!r}"
    assert made.answers["vitals"] == {"temperature": "36.7", "spo2": 98, "measured_by_self": True}
    shown = sound(phone, page)
    for words in ("We are looking for a bed for you", "A hospitel suits you.", "Nobody: you are next"):
        assert words in shown
    stay = hotel.held(hotel.fresh(care))
    shown = sound(phone, page)
    for words in (house.site.name_en, "It comes before", "Show this code at the front desk", care.reference):
        assert words in shown
    stays.arrive(stay=stay, by=hotel.OFFICE)
    shown = sound(phone, page)
    assert f"Floor 1, room {stay.room.number}, bed {stay.bed.label}" in shown
    assert "Report how I am" in shown


def test_a_warning_sign_means_1669_at_once() -> None:
    care = hotel.found(hotel.a_person(sex=Sex.MALE))
    phone, page = phone_of(care), f"/my/care/{care.reference}/"
    assert "Are you pregnant?" not in sound(phone, f"{page}questions/")
    assert "Call 1669 now" not in sound(phone, page)
    post(phone, f"{page}questions/", **{**WELL, "warning": Symptom.GASPING.value, "wants_home": "yes"})
    assert hotel.fresh(care).level == Level.RED
    assert "Your answers show signs of severe illness. Call 1669 now." in sound(phone, page)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"warning": ["none", "gasping"]}, "Tick either “None of these”"),
        ({"warning": []}, "Choose: Do you have one of these now?"),
        ({"spo2": "30"}, "50"),
        ({"lives_with": ""}, "Please fill in: How many others live in your home?"),
    ],
)
def test_what_is_not_answered_is_asked_again(fields: dict[str, object], words: str) -> None:
    care = hotel.found(hotel.a_person(sex=Sex.MALE))
    answer = post(phone_of(care), f"/my/care/{care.reference}/questions/", **{**WELL, "wants_home": "no", **fields})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Triage.objects.exists()


def test_answering_again_begins_from_what_was_said() -> None:
    care = hotel.waiting()
    form = sound(phone_of(care), f"/my/care/{care.reference}/questions/")
    assert 'name="lives_with" value="3"' in form
    assert "checked" in form  # no long illness, as said before


def test_a_report_that_is_a_warning_calls_somebody() -> None:
    house = hotel.a_hotel(rooms=1)
    stay = stays.arrive(stay=hotel.held(), by=hotel.staff(Role.FRONT_DESK, house))
    phone, page = phone_of(stay.care), f"/my/care/{stay.care.reference}/"
    post(phone, f"{page}report/", temperature="36.5", spo2="98")
    assert "Nothing of this is a warning sign" in sound(phone, page)
    assert not Escalation.objects.exists()
    answer = post(phone, f"{page}report/")
    assert "Please enter the temperature or the oxygen at least." in answer.content.decode()
    post(phone, f"{page}report/", spo2="88", symptoms=Symptom.GASPING.value)
    assert "Call 1669 now" in sound(phone, page)
    assert Escalation.objects.get().care_id == stay.care_id
    assert set(Observation.objects.values_list("told_by", flat=True)) == {ToldBy.PERSON}


def test_saying_no_gives_the_bed_back_and_the_hotline_takes_in_again() -> None:
    hotel.a_hotel(rooms=1)
    stay = hotel.held()
    phone, page = phone_of(stay.care), f"/my/care/{stay.care.reference}/"
    assert "The illness can get worse within hours." in sound(phone, f"{page}decline/")
    post(phone, f"{page}decline/")
    assert hotel.fresh(stay.care).state == CareState.DECLINED
    assert Stay.objects.get(pk=stay.pk).ended_because == StayEnd.REFUSED
    assert "call 1506 and press 6" in sound(phone, page)
    desk = f"/desk/care/{stay.care.person.reference}/"
    helper = agent()
    assert "A place is wanted after all" in sound(helper, desk)
    assert post(helper, f"{desk}again/").status_code == 422  # nobody said why
    post(helper, f"{desk}again/", **BECAUSE)
    care = hotel.fresh(stay.care)
    assert (care.state, care.ended_at, care.ended_because) == (CareState.ASKED, None, "")
    assert Message.objects.filter(person_id=care.person_id, template="isolation.questions").count() == 2
    with pytest.raises(Refused):
        cares.take_up_again(care=care, by=hotel.OFFICE)


def test_who_lies_in_a_bed_is_sent_to_the_nurse() -> None:
    house = hotel.a_hotel(rooms=1)
    stay = stays.arrive(stay=hotel.held(), by=hotel.staff(Role.FRONT_DESK, house))
    phone, page = phone_of(stay.care), f"/my/care/{stay.care.reference}/"
    for part in ("decline", "family", "questions"):
        assert "nurse of" in sound(phone, f"{page}{part}/")
    post(phone, f"{page}decline/")
    assert "Please talk to the nurse of your site" in sound(phone, page)
    assert hotel.fresh(stay.care).state == CareState.ADMITTED


def test_nobody_reads_another_ones_care() -> None:
    mine, other = hotel.waiting(), hotel.waiting()
    phone = phone_of(mine)
    for part in ("", "questions/", "report/", "decline/", "family/"):
        foreign = phone.get(f"/my/care/{other.reference}/{part}")
        unknown = phone.get(f"/my/care/H-22222-22222/{part}")
        assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert post(phone, f"/my/care/{other.reference}/decline/").status_code == 404
    assert hotel.fresh(other).state == CareState.WAITING


def test_a_family_on_two_phones() -> None:
    wife = hotel.waiting(hotel.a_person(first_name="วิไล", last_name="ศรีวิไล"))
    husband = with_phone(hotel.waiting(hotel.a_person(sex=Sex.MALE)), 2)
    answers = [
        post(phone_of(wife), f"/my/care/{wife.reference}/family/", reference=reference, phone_end="0002")
        for reference in ("H-22222-22222", husband.reference)
    ]
    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1
    page = f"/my/care/{husband.reference}/"
    shown = sound(phone_of(husband), page)
    assert wife.person.first_name in shown
    assert wife.person.last_name not in shown
    request = PartyRequest.objects.get()
    assert post(phone_of(wife), f"/my/care/{wife.reference}/family/{request.pk}/", answer="yes").status_code == 404
    post(phone_of(husband), f"{page}family/{request.pk}/", answer="yes")
    assert "You stay together with 1 other person." in sound(phone_of(husband), page)


def test_without_any_care_the_page_says_what_it_is_for() -> None:
    client = sign_in(Client(), hotel.a_person().pk)
    client.get("/about/", {"lang": "en"})
    assert "You are not in our care" in sound(client, "/my/care/")


def test_the_hotline_calls_who_has_not_answered_and_asks_for_them() -> None:
    late, early = with_phone(hotel.found(hotel.a_person(sex=Sex.MALE)), 7), hotel.found(hotel.a_person())
    Care.objects.filter(pk=late.pk).update(answers_due_at=clock.now() - timedelta(hours=1))
    helper = agent()
    listed = sound(helper, "/desk/care/")
    assert late.reference in listed
    assert early.reference not in listed
    assert late.person.last_name not in listed
    assert not Event.objects.filter(name="record.saw", person_id=late.person_id).exists()
    shown = sound(helper, f"/desk/care/call/{late.reference}/")
    assert "081 234 0007" in shown
    assert Event.objects.filter(name="record.saw", person_id=late.person_id).exists()
    desk = f"/desk/care/{late.person.reference}/"
    post(helper, f"{desk}called/")
    assert late.reference not in sound(helper, "/desk/care/")
    assert Event.objects.get(name="isolation.call_tried").on_behalf_of == late.person_id
    sound(helper, f"{desk}questions/")
    assert post(helper, f"{desk}questions/", **{**WELL, "wants_home": "no"}).status_code == 422
    answer = post(helper, f"{desk}questions/", **{**WELL, "wants_home": "no", **BECAUSE})
    assert answer.headers["Location"] == desk
    assert Triage.objects.get(care=late).told_by == ToldBy.HOTLINE
    assert hotel.fresh(late).state == CareState.WAITING


def test_who_was_not_found_is_called_too_until_reached() -> None:
    hotel.a_hotel(rooms=1)
    stay = hotel.held()
    promises.give_back(stay=stay, because=StayEnd.NOT_FOUND, by=hotel.OFFICE)
    care = hotel.fresh(stay.care)
    nation = hotel.OFFICER
    assert [row.pk for row in calls.to_call(nation)] == [care.pk]
    cares.note_called(care=care, by=nation.acting_for(care.person_id, because="on the list"))
    assert list(calls.to_call(nation)) == []
    assert calls.count_to_call(nation) == 0


def test_callers_of_other_provinces_look_as_if_they_did_not_exist() -> None:
    care = hotel.found(hotel.a_person())
    client = sign_in(Client(), user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="50"))
    for path in (f"/desk/care/call/{care.reference}/", f"/desk/care/{care.person.reference}/"):
        assert client.get(path).status_code == 404
    for part in ("questions/", "called/", "decline/", "family/", "report/", "again/"):
        assert post(client, f"/desk/care/{care.person.reference}/{part}", **BECAUSE).status_code == 404
    with pytest.raises(Missing):
        calls.care_of(hotel.a_person())


def test_the_officer_places_by_hand_on_two_pages() -> None:
    house, care = hotel.a_hotel(rooms=1), hotel.waiting()
    client = sign_in(Client(), user(Role.OFFICER))
    client.get("/about/", {"lang": "en"})
    assert care.reference in sound(client, "/office/waiting-beds/")
    assert care.reference not in sound(client, "/office/waiting-beds/?because=no_level")
    page = f"/office/waiting-beds/{care.reference}/"
    assert f"{house.site.name_en}. Free beds: 1, suitable rooms: 1" in sound(client, page)
    chosen = f"?site={house.site.reference}"
    assert "Floor 1, room 101. Free beds: 1" in sound(client, page + chosen)
    wrong = post(client, f"{page}place/{chosen}", room="")
    assert (wrong.status_code, "Choose: Room" in wrong.content.decode()) == (422, True)
    room_id = house.rooms.get().pk
    post(client, f"{page}place/{chosen}", room=str(room_id))
    assert hotel.fresh(care).state == CareState.PLACED
    assert "The bed is held." in sound(client, page)


def test_the_matching_on_its_page() -> None:
    hotel.a_hotel(rooms=1)
    people = [hotel.waiting(), hotel.waiting()]
    client = sign_in(Client(), user(Role.OFFICER))
    client.get("/about/", {"lang": "en"})
    shown = sound(client, "/office/matching/")
    sealed = shown.split('name="proposal" value="')[1].split('"')[0]
    post(client, "/office/matching/", proposal="forged")
    assert "This proposal is too old." in sound(client, "/office/matching/")
    assert not Stay.objects.exists()
    post(client, "/office/matching/", proposal=sealed)
    assert "Done. Beds held: 1." in sound(client, "/office/matching/")
    assert sorted(care.state for care in map(hotel.fresh, people)) == [CareState.PLACED, CareState.WAITING]
