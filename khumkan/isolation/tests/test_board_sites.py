"""Sites, rooms and beds on the officer's pages and on those of the site itself."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.isolation.actions import emptying, placing, room_files, sites, stays
from khumkan.isolation.choices import BedState, FacilityKind
from khumkan.isolation.models import Bed, Facility, Room
from khumkan.isolation.queries import houses, matching
from khumkan.isolation.queries.houses import Standing
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
ELSEWHERE = Actor(ActorKind.STAFF, 8, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))


def officer() -> Client:
    return sign_in(Client(), user(Role.OFFICER))


def at_site(role: Role, facility: Facility) -> Client:
    return sign_in(Client(), user(role, scope_kind=ScopeKind.SITE, key=facility.pk))


def look(client: Client, name: str, *args: object, status: int = 200, **query: str) -> HttpResponse:
    answer: HttpResponse = client.get(reverse(f"isolation:{name}", args=args), query)
    assert answer.status_code == status
    if status == 200:
        assert_page_is_sound(answer)
    return answer


def send(client: Client, name: str, *args: object, status: int = 200, **data: object) -> HttpResponse:
    sent = {"form_key": uuid.uuid4().hex, **data}
    answer: HttpResponse = client.post(reverse(f"isolation:{name}", args=args), sent, follow=True)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer


def file_of(*rows: str, heading: str = "floor,number,beds") -> BytesIO:
    return BytesIO("\n".join((heading, *rows)).encode())


def test_a_site_joins_gets_rooms_and_takes_people() -> None:
    house = hotel.a_hotel(rooms=0)
    site = house.site
    Facility.objects.filter(pk=house.pk).delete()
    client = officer()
    assert site.reference in look(client, "join_site").text
    page = send(client, "join_site", site=site.reference, kind="hospitel", nurses="4")
    assert str(site) in page.text
    assert site.reference not in look(client, "join_site").text
    shown = look(client, "add_rooms", site.reference, **PLAN)
    assert "12 เตียง" in shown.text
    send(client, "add_rooms", site.reference, **PLAN)
    assert Bed.objects.filter(site=site.pk).count() == 12
    assert [room.number for floor in houses.floors(Facility.objects.get(pk=site.pk)) for room in floor.rooms][:2] == [
        "201", "202",
    ]  # fmt: skip
    again = send(client, "add_rooms", site.reference, status=422, **PLAN)
    assert "มีห้อง 201 อยู่แล้ว" in again.text


PLAN = {
    "first_floor": "2", "last_floor": "3", "rooms": "3", "first_room": "1", "beds": "2", "numbering": "two",
    "level": "1", "room_for": "any", "offered_from": "2021-07-01", "letters": "",
}  # fmt: skip


def test_floors_and_rooms_stand_in_the_order_of_people() -> None:
    house = hotel.a_hotel(rooms=0)
    rows = file_of("10,1001,1", "2,202,1", "2,201,1", "G,G1,1")
    room_files.make_rooms(facility=house, file=rows, offered_from=clock.today(), by=hotel.OFFICE)
    assert [(floor.name, [room.number for room in floor.rooms]) for floor in houses.floors(house)] == [
        ("2", ["201", "202"]), ("10", ["1001"]), ("G", ["G1"]),
    ]  # fmt: skip


def test_a_file_is_taken_whole_or_not_at_all() -> None:
    house = hotel.a_hotel(rooms=1)
    client, reference = officer(), house.site.reference
    wrong = SimpleUploadedFile("rooms.csv", file_of("2,201,2", "1,101,1", "2,202,x").getvalue())
    page = send(client, "rooms_file", reference, status=422, file=wrong, offered_from="2021-07-01")
    assert "มีห้อง 101 อยู่แล้ว" in page.text
    assert "2 แถว" in page.text
    assert Room.objects.filter(facility=house).count() == 1
    right = SimpleUploadedFile("rooms.csv", file_of("2,201,2", "2,202,1").getvalue())
    send(client, "rooms_file", reference, file=right, offered_from="2021-07-01")
    assert Bed.objects.filter(site=house.pk).count() == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"a,b\n1,2\n", "column_missing"), (b"PK\x03\x04 no archive", "xlsx_damaged"),
     (b"floor,number,beds\n", "no_rooms"), (b"floor,number,beds\n" + b"1,1,1\n" * 5_001, "file_too_many_rows")],
)  # fmt: skip
def test_a_hostile_or_useless_file_is_refused_in_words(content: bytes, code: str) -> None:
    house = hotel.a_hotel(rooms=0)
    with pytest.raises(Refused) as refusal:
        room_files.make_rooms(facility=house, file=BytesIO(content), offered_from=clock.today(), by=hotel.OFFICE)
    assert (refusal.value.code, Room.objects.count()) == (code, 0)
    assert str(refusal.value)


def test_the_template_is_a_file_that_is_understood() -> None:
    content = b"".join(officer().get(reverse("isolation:rooms_template")).streaming_content)  # type: ignore[attr-defined]
    house = hotel.a_hotel(rooms=0)
    made, said = room_files.make_rooms(
        facility=house, file=BytesIO(content), offered_from=clock.today(), by=hotel.OFFICE
    )
    assert (made, said.wrong) == (2, ())


def test_the_page_of_a_site_shows_each_bed_in_a_word() -> None:
    house = hotel.a_hotel(rooms=2)
    hotel.held()
    page = look(officer(), "house", house.site.reference)
    assert "kk-bed--held" in page.text
    assert "kk-bed--free" in page.text
    assert "จองไว้ชั่วคราว" in page.text


def test_the_beds_offered_follow_those_that_join_and_leave() -> None:
    house = hotel.a_hotel(rooms=2)
    today = clock.today()
    sites.withdraw_beds(
        facility=house, bed_ids=hotel.beds_of(house)[:1], until=today + timedelta(days=3), by=hotel.OFFICE
    )
    offered = dict(houses.offered(house, first=today - timedelta(days=31), last=today + timedelta(days=4)))
    assert (offered[today - timedelta(days=31)], offered[today], offered[today + timedelta(days=2)]) == (0, 2, 2)
    assert (offered[today + timedelta(days=3)], offered[today + timedelta(days=4)]) == (1, 1)


def test_withdrawing_shows_who_lies_there_and_moves_them_in_time() -> None:
    house, other = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=1, north=0.2)
    stay = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    client, reference = officer(), house.site.reference
    until = (clock.today() + timedelta(days=1)).isoformat()
    shown = look(client, "withdraw_beds", reference, until=until)
    assert stay.care.reference in shown.text
    assert Bed.objects.get(pk=stay.bed_id).offered_until is None
    send(client, "withdraw_beds", reference, until=until)
    assert matching.to_move_without_bed() == [stay.care_id]
    (moved,) = placing.place(care_id=stay.care_id, by=hotel.OFFICE)
    assert moved.site_id == other.pk


def test_nobody_is_moved_for_a_bed_that_leaves_in_a_week() -> None:
    """The control beside it."""
    house = hotel.a_hotel(rooms=1)
    stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    until = clock.today() + timedelta(days=7)
    sites.withdraw_beds(facility=house, bed_ids=hotel.beds_of(house), until=until, by=hotel.OFFICE)
    assert matching.to_move_without_bed() == []


def test_a_bed_that_leaves_earlier_keeps_its_day() -> None:
    house = hotel.a_hotel(rooms=1)
    soon, late = clock.today() + timedelta(days=2), clock.today() + timedelta(days=9)
    for until in (soon, late):
        sites.withdraw_beds(facility=house, bed_ids=hotel.beds_of(house), until=until, by=hotel.OFFICE)
    assert Bed.objects.get(site=house.pk).offered_until == soon


def test_a_day_that_is_past_is_refused_in_words() -> None:
    house = hotel.a_hotel(rooms=1)
    past = (clock.today() - timedelta(days=1)).isoformat()
    page = send(officer(), "withdraw_beds", house.site.reference, status=422, until=past)
    assert "วันนั้นผ่านไปแล้ว" in page.text


def test_closing_says_who_is_left_until_everybody_has_another_bed() -> None:
    house, other = hotel.a_hotel(rooms=2), hotel.a_hotel(rooms=0, north=0.2)
    for _ in range(2):
        stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    client, reference = officer(), house.site.reference
    page = look(client, "house_state", reference)
    assert (page.context["standing"], page.context["elsewhere"]) == (Standing(2, 0, 0), 0)
    refused = send(client, "house_state", reference, status=422, to="closed", why=" ")
    assert "กรุณาระบุเหตุผล" in refused.text
    closed = send(client, "house_state", reference, to="closed", why="the lift is broken")
    assert 'id="emptying"' in closed.text
    assert 'hx-trigger="every 15s"' in closed.text
    assert len(look(client, "house_people", reference, left="").context["page"].rows) == 2
    rooms = file_of("1,101,1")
    room_files.make_rooms(facility=other, file=rooms, offered_from=clock.today(), by=hotel.OFFICE)
    assert emptying.empty(site_id=house.pk, by=hotel.OFFICE) == 1
    assert houses.standing(house) == Standing(present=2, moving=1, promised=0)
    people = look(client, "house_people", reference)
    assert str(other.site) in people.text
    assert len(look(client, "house_people", reference, left="").context["page"].rows) == 1


def test_who_looks_at_the_list_of_people_is_on_record() -> None:
    house = hotel.a_hotel(rooms=1)
    stay = hotel.held()
    page = look(officer(), "house_people", house.site.reference)
    assert stay.person.last_name in page.text
    saw = Event.objects.filter(name="record.saw", person_id=stay.person_id)
    assert [event.data["page"] for event in saw] == ["isolation:house_people"]


def test_changing_the_nurses_changes_what_the_site_can_take() -> None:
    house = hotel.a_hotel(rooms=1)
    send(officer(), "house_change", house.site.reference, nurses="3")
    assert Facility.objects.get(pk=house.pk).nurses == 3
    team = hotel.a_hotel(rooms=0, kind=FacilityKind.HOME, home_places=10)
    send(officer(), "house_change", team.site.reference, nurses="1", home_places="25")
    assert Facility.objects.get(pk=team.pk).home_places == 25


def test_the_front_desk_takes_a_bed_out_of_use_and_into_use_again() -> None:
    house = hotel.a_hotel(rooms=1)
    desk = at_site(Role.FRONT_DESK, house)
    assert desk.get(reverse("isolation:field_beds")).headers["Location"].endswith(f"/{house.site.reference}/")
    (bed,) = hotel.beds_of(house)
    look(desk, "field_house", house.site.reference)
    assert "ปัญหา" in send(desk, "bed", bed, status=422, why="").text
    page = send(desk, "bed", bed, why="no hot water")
    assert "kk-bed--out_of_order" in page.text
    assert "no hot water" in look(desk, "bed", bed).text
    send(desk, "bed", bed, decision="in_order")
    assert houses.floors(house)[0].rooms[0].beds[0].state == BedState.FREE


def test_foreign_sites_and_beds_look_as_if_they_did_not_exist() -> None:
    house, other = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=1)
    nurse = at_site(Role.NURSE, other)
    look(nurse, "field_house", house.site.reference, status=404)
    look(nurse, "bed", hotel.beds_of(house)[0], status=404)
    look(nurse, "field_house", other.site.reference)
    with pytest.raises(Missing):
        houses.facility_for(ELSEWHERE, house.site.reference)
    with pytest.raises(Missing):
        houses.bed_for(ELSEWHERE, hotel.beds_of(house)[0])
    with pytest.raises(Missing):
        room_files.make_rooms(facility=house, file=file_of("1,1,1"), offered_from=clock.today(), by=ELSEWHERE)
    assert list(houses.may_join(ELSEWHERE)) == []


def test_a_bed_tells_until_when_it_is_held_and_that_it_is_no_longer_offered() -> None:
    house = hotel.a_hotel(rooms=2)
    stay = hotel.held()
    now = houses.state_of_bed(Bed.objects.get(pk=stay.bed_id))
    assert (now.state, now.until) == (BedState.HELD, stay.blocks.upper)
    (other,) = set(hotel.beds_of(house)) - {stay.bed_id}
    sites.withdraw_beds(facility=house, bed_ids=[other], until=clock.today(), by=hotel.OFFICE)
    assert houses.state_of_bed(Bed.objects.get(pk=other)).leaves_on == clock.today()
    assert [bed.id for floor in houses.floors(house) for room in floor.rooms for bed in room.beds] == [stay.bed_id]
