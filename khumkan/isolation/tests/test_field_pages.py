"""Pages of drives, of the front desk, and of people whom a driver did not find."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khumkan.accounts.testing import actor_of, sign_in, user
from khumkan.isolation.actions import discharges, promises, stays, transport
from khumkan.isolation.choices import CareEnd, Need, NotLetIn
from khumkan.isolation.models import DoorNote, Facility, Pickup, Run, Stay
from khumkan.isolation.queries import door
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.states import CareState, PickupState, RunState, StayState
from khumkan.isolation.tests import hotel
from khumkan.isolation.words import WORDS
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.record.models import Event
from khumkan.registry.actions.persons import set_contact
from khumkan.registry.states import ContactKind
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db


class Browser:
    """Somebody who works, with a browser."""

    def __init__(self, role: Role, scope: ScopeKind = ScopeKind.NATIONAL, key: str | int = "") -> None:
        self.member = user(role, scope_kind=scope, key=key)
        self.client = sign_in(Client(), self.member)

    @property
    def actor(self) -> Actor:
        return actor_of(self.member)

    def look(self, name: str, *args: object, status: int = 200, **query: str) -> str:
        answer = self.client.get(reverse(f"isolation:{name}", args=args), query)
        assert answer.status_code == status
        if status == 200:
            assert_page_is_sound(answer)
        return answer.content.decode()

    def press(self, name: str, *args: object, **data: object) -> HttpResponse:
        fields = {"form_key": uuid.uuid4().hex, **data}
        return self.client.post(reverse(f"isolation:{name}", args=args), fields, follow=True)

    def saw(self, page: str) -> set[int]:
        events = Event.objects.filter(name="record.saw", actor_id=self.member.pk, data__page=f"isolation:{page}")
        return set(events.values_list("person_id", flat=True))


def officer() -> Browser:
    return Browser(Role.OFFICER, ScopeKind.PROVINCE, "10")


def driver(province: str = "10") -> Browser:
    return Browser(Role.DRIVER, ScopeKind.PROVINCE, province)


def desk(house: Facility) -> Browser:
    return Browser(Role.FRONT_DESK, ScopeKind.SITE, house.pk)


def said(answer: HttpResponse, words: str) -> bool:
    return words in answer.content.decode()


@pytest.fixture(autouse=True)
def english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


def a_drive(*people: Stay, by: Browser | None = None) -> Run:
    house = people[0].site
    run = transport.plan_run(
        site=house,
        vehicle="AB 1",
        seats=6,
        starts_at=clock.now(),
        stay_ids=[one.pk for one in people],
        by=hotel.OFFICER,
    )
    return transport.start(run=run, by=by.actor) if by else run


def test_an_officer_plans_a_drive_for_those_whose_time_is_shortest() -> None:
    house, office = hotel.a_hotel(rooms=4), officer()
    people = [hotel.held() for _ in range(3)]
    assert str(house) in office.look("runs")
    page = office.look("plan_run", house.site.reference, seats="2")
    assert page.count(" checked") == 3  # two people, and today
    assert office.saw("plan_run") == {stay.person_id for stay in people}
    sent = {"vehicle": "AB 1", "seats": "2", "day": "tomorrow", "time": "07:30", "people": [people[0].pk, people[1].pk]}
    office.press("plan_run", house.site.reference, **sent)
    run = Run.objects.get()
    assert clock.bangkok(run.starts_at).date() == clock.today() + timedelta(days=1)
    assert Pickup.objects.filter(run=run).count() == 2
    none = office.press("plan_run", house.site.reference, **{**sent, "people": [people[2].pk], "seats": "0"})
    assert none.status_code == 422
    assert "Nobody waits" in office.look("plan_run", hotel.a_hotel(rooms=1).site.reference)


def test_an_officer_changes_the_list_and_calls_the_drive_off() -> None:
    hotel.a_hotel(rooms=4)
    office, run = officer(), a_drive(hotel.held(), hotel.held())
    late = hotel.held()
    assert late.person.full_name in office.look("run", run.reference)
    office.press("add_to_run", run.reference, people=[late.pk])
    office.press("take_off_run", run.reference, 1)
    states = list(Pickup.objects.filter(run=run).order_by("position").values_list("state", flat=True))
    assert states == ["cancelled", "planned", "planned"]
    stays.arrive(stay=late, by=hotel.OFFICE)
    assert late.person.full_name in office.look("run", run.reference)
    office.press("cancel_run", run.reference)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    office.look("run", run.reference)


def test_only_whoever_drives_sees_names_and_telephones_and_no_illness() -> None:
    hotel.a_hotel(rooms=4)
    needs = Answers(lives_with=3, vitals=hotel.WELL, needs=(Need.WHEELCHAIR, Need.HALAL))
    house = hotel.a_hotel(rooms=1, accessible=True)
    stay = hotel.held(hotel.waiting(answers=needs))
    assert stay.site_id == house.pk
    set_contact(person_id=stay.person_id, kind=ContactKind.PHONE, address="+66812345678", by=hotel.OFFICE)
    mine, other = driver(), driver()
    run = a_drive(stay)
    for each in (mine, other):
        assert stay.person.first_name not in each.look("drive", run.reference)
    mine.press("start_drive", run.reference)
    page = mine.look("drive", run.reference)
    assert stay.person.full_name in page
    assert 'href="tel:+66812345678"' in page
    assert "Wheelchair" in page
    assert not any(word in page for word in ("Halal", "Green", "symptom", "infect"))
    assert stay.person.first_name not in other.look("drive", run.reference)
    assert (mine.saw("drive"), other.saw("drive")) == ({stay.person_id}, set())
    mine.press("pickup_outcome", run.reference, 1, outcome="picked_up")
    page = mine.look("drive", run.reference)
    assert stay.person.full_name in page
    assert "tel:" not in page
    stays.arrive(stay=stay, by=hotel.OFFICE)
    assert stay.person.first_name not in mine.look("drive", run.reference)
    mine.press("finish_drive", run.reference)
    assert stay.person.first_name not in mine.look("drive", run.reference)


@pytest.mark.parametrize(
    ("outcome", "pickup", "care"),
    [
        ("not_found", PickupState.NOT_FOUND, CareState.WAITING),
        ("not_now", PickupState.REFUSED, CareState.WAITING),
        ("no_bed", PickupState.REFUSED, CareState.DECLINED),
        ("nonsense", PickupState.PLANNED, CareState.PLACED),
    ],
)
def test_a_driver_says_what_became_of_somebody(outcome: str, pickup: PickupState, care: CareState) -> None:
    hotel.a_hotel()
    mine, stay = driver(), hotel.held()
    run = a_drive(stay, by=mine)
    mine.press("pickup_outcome", run.reference, 1, outcome=outcome)
    assert Pickup.objects.get(run=run).state == pickup
    assert hotel.fresh(stay.care).state == care


def test_a_driver_sees_who_is_late_and_who_has_no_bed_any_more() -> None:
    hotel.a_hotel(rooms=4)
    mine, late, given_up = driver(), hotel.held(), hotel.held()
    run = a_drive(late, given_up, by=mine)
    with time_machine.travel(late.blocks.upper - timedelta(minutes=1), tick=False):
        place = Pickup.objects.get(stay=given_up)
        transport.picked_up(pickup=place, by=mine.actor)
    with time_machine.travel(late.blocks.upper + timedelta(hours=4), tick=False):
        mine = again(mine)
        for stay in (late, given_up):
            promises.end_lapsed(stay=stay, by=hotel.OFFICE)
        page = mine.look("drive", run.reference)
        assert "The person is here all the same" in page
        assert "No bed is held any more" in page
        mine.press("pickup_outcome", run.reference, place.position, outcome="brought_back")
        mine.press("pickup_outcome", run.reference, Pickup.objects.get(stay=late).position, outcome="picked_up")
    assert Stay.objects.filter(care=late.care, state=StayState.ON_THE_WAY).exists()


def again(browser: Browser) -> Browser:
    """Sign in anew: hours have passed."""
    browser.client = sign_in(Client(), browser.member)
    return browser


def test_the_hotline_calls_who_was_not_found() -> None:
    hotel.a_hotel()
    mine, stay, agent = driver(), hotel.held(), Browser(Role.AGENT)
    run = a_drive(stay, by=mine)
    mine.press("pickup_outcome", run.reference, 1, outcome="not_found")
    page = agent.look("not_found")
    assert stay.care.reference in page
    assert stay.person.first_name not in page
    assert stay.person.full_name in agent.look("not_found_one", stay.care.reference)
    assert agent.saw("not_found_one") == {stay.person_id}
    sent = {"because": "asked by telephone"}
    assert agent.press("not_found_one", stay.care.reference, **sent).status_code == 422
    agent.press("not_found_one", stay.care.reference, came_of_it="reached", **sent)
    assert stay.care.reference not in agent.look("not_found")
    event = Event.objects.get(name="isolation.reached")
    assert (event.on_behalf_of, event.because) == (stay.person_id, "asked by telephone")
    far = Browser(Role.OFFICER, ScopeKind.PROVINCE, "50")
    far.look("not_found_one", stay.care.reference, status=404)


def test_somebody_is_found_checked_in_and_leaves() -> None:
    house = hotel.a_hotel(rooms=2)
    front, stay = desk(house), hotel.held()
    assert stay.person.full_name in front.look("arrivals")
    assert front.saw("arrivals") == {stay.person_id}
    answer = front.press("arrivals", wanted=f"https://help.example/my/care/{stay.care.reference}/")
    assert said(answer, stay.person.full_name)
    assert front.press("arrivals", wanted="ไม่มีใคร").status_code == 422
    assert str(WORDS[StayState.HELD].words) in front.look("arriving", stay.care.reference)
    front.press("arrive", stay.care.reference, belongings="one bag")
    page = front.look("arriving", stay.care.reference)
    assert "one bag" in page
    other = door.beds_for(hotel.fresh(stay.care), site_ids=[house.pk])[0]
    front.press("change_bed", stay.care.reference, bed=other.pk)
    assert other.label in front.look("arriving", stay.care.reference)
    discharges.confirm(care=hotel.fresh(stay.care), because=CareEnd.OWN_WISH, by=hotel.OFFICE)
    assert stay.person.full_name in front.look("leaving")
    assert "Give back: one bag" in front.look("arriving", stay.care.reference)
    front.press("leave", stay.care.reference)
    left = door.being_cleaned(front.actor)
    assert len(left) == 2
    for each in left:
        front.press("clean_bed", each.pk)
    assert "No bed is being cleaned" in front.look("leaving")
    assert stay.person.full_name in front.look("arriving", stay.care.reference)


def test_another_bed_is_chosen_when_the_one_that_was_held_is_gone() -> None:
    house = hotel.a_hotel(rooms=2)
    front, first = desk(house), hotel.held()
    with time_machine.travel(clock.now() + timedelta(hours=7), tick=False):
        promises.hold_bed(care=hotel.waiting(), bed_ids=[first.bed_id], by=hotel.OFFICE)
        front = again(front)
        answer = front.press("arrive", first.care.reference)
        assert said(answer, "Please choose another free bed")
        (free,) = door.beds_for(hotel.fresh(first.care), site_ids=[house.pk])
        gone = front.press("other_bed", first.care.reference, bed=first.bed_id)
        assert gone.status_code == 422
        assert said(gone, "This bed is not free any more")
        front.press("other_bed", first.care.reference, bed=free.pk, belongings="")
    assert Stay.objects.get(care=first.care, state=StayState.ADMITTED).bed_id == free.pk


def test_a_walk_in_is_told_apart_first_and_gets_a_bed_then() -> None:
    house = hotel.a_hotel(rooms=1)
    front, care = desk(house), hotel.waiting()
    front.look("walk_in")
    assert front.press("walk_in", wanted="H-WRONG").status_code == 422
    answer = front.press("walk_in", wanted=care.reference)
    assert answer.status_code == 200
    assert_page_is_sound(answer)
    assert said(answer, care.person.full_name)
    assert front.saw("walk_in") == {care.person_id}
    front.press("walk_in", wanted=care.reference, bed=hotel.beds_of(house)[0])
    assert hotel.fresh(care).state == CareState.ADMITTED


def test_a_walk_in_with_a_bed_elsewhere_is_told_so_and_may_have_no_bed_here() -> None:
    near, here = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=0)
    stay = hotel.held()
    assert stay.site_id == near.pk
    answer = desk(here).press("walk_in", wanted=stay.care.reference)
    assert said(answer, f"A bed is held for this person at {near}")
    assert said(answer, "No free bed here suits")


def test_a_document_of_somebody_else_is_noted() -> None:
    house = hotel.a_hotel()
    front, stay = desk(house), hotel.held()
    assert front.press("not_let_in", stay.care.reference).status_code == 422
    front.press("not_let_in", stay.care.reference, why="mismatch", note="her sister's card")
    assert DoorNote.objects.get().why == NotLetIn.MISMATCH
    assert "her sister&#x27;s card" in front.look("arriving", stay.care.reference)


def test_foreign_things_look_as_if_they_did_not_exist() -> None:
    house, elsewhere = hotel.a_hotel(), hotel.a_hotel(rooms=1, north=0.4)
    stay = hotel.held()
    assert stay.site_id == house.pk
    run = a_drive(stay, by=driver())
    far_desk, far_driver = desk(elsewhere), driver("50")
    far_office = Browser(Role.OFFICER, ScopeKind.PROVINCE, "50")
    far_desk.look("arriving", stay.care.reference, status=404)
    far_driver.look("drive", run.reference, status=404)
    far_office.look("run", run.reference, status=404)
    far_office.look("plan_run", house.site.reference, status=404)
    for browser, name, args in (
        (far_desk, "arrive", [stay.care.reference]),
        (far_desk, "clean_bed", [stay.pk]),
        (far_driver, "pickup_outcome", [run.reference, 1]),
        (far_office, "cancel_run", [run.reference]),
    ):
        assert browser.press(name, *args).status_code == 404
    assert Stay.objects.get(pk=stay.pk).state == StayState.HELD


def test_lists_cost_as_many_queries_for_six_as_for_two() -> None:
    house = hotel.a_hotel(rooms=12)
    front, mine, office = desk(house), driver(), officer()
    few = a_drive(*[hotel.held() for _ in range(2)], by=mine)
    lists = ((front, "arrivals", []), (front, "leaving", []), (mine, "drives", []), (office, "runs", []))
    before = [queries_of(browser, name, *args) for browser, name, args in lists]
    of_few = queries_of(mine, "drive", few.reference)
    many = a_drive(*[hotel.held() for _ in range(6)], by=mine)
    assert [queries_of(browser, name, *args) for browser, name, args in lists] == before
    assert queries_of(mine, "drive", many.reference) == of_few


def queries_of(browser: Browser, name: str, *args: object) -> int:
    browser.look(name, *args)
    with CaptureQueriesContext(connection) as seen:
        browser.look(name, *args)
    return len(seen)
