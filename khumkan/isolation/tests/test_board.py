"""The bed board: what each bed is, whoever looks, and that the page keeps itself up to date."""

import csv
import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.isolation.actions import discharges, sites, stays
from khumkan.isolation.choices import CareEnd, FacilityKind, Level
from khumkan.isolation.models import Bed, Facility, Stay
from khumkan.isolation.queries import board, supply
from khumkan.isolation.rules.board import Counts
from khumkan.isolation.states import PRESENT, FacilityState
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db


def green(facility: Facility) -> Counts:
    """Return the green beds of a site as the board has them."""
    return board.house(Facility.objects.select_related("site").get(pk=facility.pk)).levels[Level.GREEN]


def officer_of(province: str) -> Actor:
    return Actor(ActorKind.STAFF, 7, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, province)}))


def browser(role: Role = Role.OFFICER, **scope: object) -> Client:
    return sign_in(Client(), user(role, **scope))  # type: ignore[arg-type]


def test_a_bed_goes_from_free_to_held_to_occupied_to_cleaning_and_is_free_again() -> None:
    house = hotel.a_hotel(rooms=2)
    desk, nurse = hotel.staff(Role.FRONT_DESK, house), hotel.staff(Role.NURSE, house)
    assert green(house) == Counts(free=2)
    stay = hotel.held()
    assert green(house) == Counts(free=1, held=1)
    stay = stays.arrive(stay=stay, by=desk)
    assert green(house) == Counts(free=1, occupied=1)
    discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=nurse)
    assert green(house) == Counts(free=1, occupied=1)
    stays.leave(stay=stay, by=desk)
    assert green(house) == Counts(free=1, cleaning=1)
    with time_machine.travel(clock.now() + timedelta(minutes=121)):
        assert green(house) == Counts(free=2)


def test_a_promise_that_lapsed_is_no_held_bed_although_nobody_has_ended_it() -> None:
    house = hotel.a_hotel(rooms=1)
    hotel.held()
    with time_machine.travel(clock.now() + timedelta(minutes=361)):
        assert green(house) == Counts(free=1)


def test_who_lies_in_a_bed_counts_also_when_it_is_broken_or_withdrawn() -> None:
    house = hotel.a_hotel(rooms=2)
    stay = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    sites.set_out_of_order(bed=Bed.objects.select_related("site").get(pk=stay.bed_id), why="no light", by=hotel.OFFICE)
    assert green(house) == Counts(free=1, occupied=1)
    sites.withdraw_beds(facility=house, bed_ids=hotel.beds_of(house), until=clock.today(), by=hotel.OFFICE)
    assert green(house) == Counts(occupied=1)


def test_broken_beds_and_beds_of_a_closed_site_are_not_free() -> None:
    house = hotel.a_hotel(rooms=3)
    (first, *_others) = Bed.objects.filter(site=house.pk).select_related("site").order_by("label")
    sites.set_out_of_order(bed=first, why="no light", by=hotel.OFFICE)
    assert green(house) == Counts(free=2, out_of_order=1)
    sites.set_state(facility=house, to=FacilityState.SUSPENDED, why="water", by=hotel.OFFICE)
    assert green(house) == Counts(out_of_order=1, shut=2)


def test_a_bed_that_leaves_tomorrow_is_given_to_nobody() -> None:
    house = hotel.a_hotel(rooms=2)
    tomorrow = clock.today() + timedelta(days=1)
    sites.withdraw_beds(facility=house, bed_ids=hotel.beds_of(house)[:1], until=tomorrow, by=hotel.OFFICE)
    assert green(house) == Counts(free=1, shut=1)
    _sites, rooms = supply.sites_and_rooms(now=clock.now(), only=[house.pk])
    assert sum(room.beds_free for room in rooms) == 1


def test_what_can_come_is_bounded_by_the_nurses() -> None:
    hotel.a_hotel(rooms=25, nurses=1)
    hotel.held()
    found = board.board(hotel.OFFICER)
    assert found.by_level()[Level.GREEN] == Counts(free=24, held=1)
    assert found.takes()[Level.GREEN] == 19


def test_the_board_agrees_with_the_stays_and_with_what_matching_may_give() -> None:
    houses = [hotel.a_hotel(rooms=3, beds=2), hotel.a_hotel(rooms=2, level=Level.YELLOW)]
    for _ in range(3):
        stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    hotel.held()
    counts = board.board(hotel.OFFICER).counts
    assert counts.occupied == Stay.objects.filter(state__in=PRESENT).count() == 3
    assert counts.total == Bed.objects.count()
    _sites, rooms = supply.sites_and_rooms(now=clock.now(), only=[house.pk for house in houses])
    assert counts.free == sum(room.beds_free for room in rooms)


def test_an_officer_sees_the_own_province_and_the_hotline_the_country() -> None:
    hotel.a_hotel(rooms=1)
    assert len(board.board(officer_of("10")).houses) == 1
    assert board.board(officer_of("50")).houses == []
    assert len(board.board(Actor(ActorKind.STAFF, 8, frozenset({Grant(Role.AGENT)}))).houses) == 1


def test_people_who_wait_stand_beside_the_beds_they_need() -> None:
    hotel.a_hotel(rooms=1)
    hotel.waiting()
    assert board.waiting_by_level(hotel.OFFICER) == {Level.GREEN: 1, Level.YELLOW: 0, Level.RED: 0}
    assert board.waiting_by_level(officer_of("50"))[Level.GREEN] == 0


def test_the_page_shows_filters_and_a_team(client: Client) -> None:
    hotel.a_hotel(rooms=1)
    hotel.a_hotel(rooms=1, level=Level.RED, kind=FacilityKind.HOSPITAL)
    hotel.a_hotel(rooms=0, kind=FacilityKind.HOME, home_places=30)
    officer = browser()
    whole = officer.get(reverse("isolation:board"))
    assert_page_is_sound(whole)
    assert whole.text.count("/field/") == 0
    assert "ทีมดูแลผู้แยกกักตัวที่บ้าน" in whole.text
    red = officer.get(reverse("isolation:board"), {"level": "3"})
    assert len(red.context["table"].rows) == 1
    assert len(officer.get(reverse("isolation:board"), {"kind": "hospital"}).context["board"].houses) == 1
    assert len(officer.get(reverse("isolation:board"), {"level": "9"}).context["table"].rows) == 2


def test_the_hotline_sees_numbers_and_no_way_to_change_anything() -> None:
    house = hotel.a_hotel(rooms=1)
    page = browser(Role.AGENT).get(reverse("isolation:board"))
    assert_page_is_sound(page)
    assert str(house.site) in page.text
    assert house.site.reference not in page.text
    assert reverse("isolation:join_site") not in page.text


def test_the_file_has_a_row_for_each_site_and_level_and_adds_up() -> None:
    house = hotel.a_hotel(rooms=3)
    hotel.held()
    answer = browser().get(reverse("isolation:board"), {"format": "csv", "lang": "en"})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["Reference"], row["Free"], row["Held"], row["All beds"]) == (house.site.reference, "2", "1", "3")
    assert (row["People"], row["People whom the nurses can look after"]) == ("1", "200")


def test_the_part_that_is_exchanged_equals_a_page_that_was_loaded() -> None:
    hotel.a_hotel(rooms=2)
    officer, here = browser(), reverse("isolation:board")
    before = part(officer.get(here).text)
    hotel.held()
    exchanged = part(officer.get(here, headers={"HX-Request": "true"}).text)
    assert exchanged == part(officer.get(here).text)
    assert exchanged != before
    assert 'hx-trigger="every 15s"' in exchanged


def test_figures_that_stand_still_are_not_fetched() -> None:
    page = browser().get(reverse("isolation:board"), {"still": "yes"}).text
    assert "hx-get" not in page


def part(html: str) -> str:
    """Return the part of the page that is exchanged."""
    return html[html.index('<div id="board"') : html.index("ปรับตัวเลขใหม่ทุก")]


def test_the_board_asks_as_often_for_many_sites_as_for_one() -> None:
    hotel.a_hotel(rooms=1)
    officer = browser()
    few = queries(officer)
    for _ in range(4):
        hotel.a_hotel(rooms=2, beds=2)
    assert queries(officer) == few
    assert few <= 10


def queries(client: Client) -> int:
    """Count the questions to the database behind one look at the board."""
    client.get(reverse("isolation:board"))
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("isolation:board"))
    return len(captured)


def test_control_a_board_that_forgot_promises_would_disagree(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same check as above, with held beds taken for free ones."""
    hotel.a_hotel(rooms=2)
    hotel.held()
    monkeypatch.setattr(board, "COUNTS", re.sub(r"busy\.bed_id = b\.id", "false", board.COUNTS))
    _sites, rooms = supply.sites_and_rooms(now=clock.now())
    assert board.board(hotel.OFFICER).counts.free != sum(room.beds_free for room in rooms)
