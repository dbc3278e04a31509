"""Areas, sites and holidays in the database."""

from datetime import date, time

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.places import actions, loading, queries, rules, tasks
from khumkan.places.actions import SiteDetails
from khumkan.places.models import District, Holiday, Province, Site, SiteCapacity, Subdistrict
from khumkan.places.states import HolidayOrigin, SiteKind
from khumkan.record.models import Event

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
HEAD_OFFICE = Actor(ActorKind.STAFF, 1, frozenset({Grant(Role.OFFICER)}))
CHONBURI = Actor(ActorKind.STAFF, 2, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "20")}))
NURSE = Actor(ActorKind.STAFF, 3, frozenset({Grant(Role.NURSE, ScopeKind.SITE, "1")}))
WEEK = {weekday: (time(8), time(16)) for weekday in range(5)}


@pytest.fixture
def areas() -> None:
    """Two subdistricts, in Bangkok and Chonburi; the whole release takes seconds."""
    for code, name in (("100101", "พระบรมมหาราชวัง"), ("200101", "บางปลาสร้อย")):
        names = {"name_th": name, "sort_key": name}
        Province.objects.create(code=code[:2], **names)
        District.objects.create(code=code[:4], province_id=code[:2], **names)
        Subdistrict.objects.create(code=code, district_id=code[:4], province_id=code[:2], **names)


def details(name: str = "สนามกีฬา", code: str = "200101", **more: object) -> SiteDetails:
    values = {"kinds": [SiteKind.TESTING], "latitude": 13.36, "longitude": 100.98, "hours": WEEK, **more}
    return SiteDetails(name_th=name, subdistrict_code=code, **values)  # type: ignore[arg-type]


def test_the_release_is_loaded_whole_and_again_without_a_change(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(30):
        loading.load_areas(by=SYSTEM)
    rows = list(Subdistrict.objects.order_by("pk").values())
    written = Event.objects.filter(name="places.areas_loaded").count()
    with django_assert_max_num_queries(5):
        assert loading.load_areas(by=SYSTEM) == {"provinces": 0, "districts": 0, "subdistricts": 0}

    assert Event.objects.filter(name="places.areas_loaded").count() == written == 1
    Subdistrict.objects.filter(pk="200101").update(name_en="Old name")
    assert loading.load_areas(by=SYSTEM) == {"provinces": 0, "districts": 0, "subdistricts": 1}
    assert list(Subdistrict.objects.order_by("pk").values()) == rows
    assert queries.provinces().count() == 77
    assert District.objects.filter(abolished_on=None).count() == 928
    assert Subdistrict.objects.filter(abolished_on=None).count() == 7436
    assert all(province.latitude and province.longitude for province in Province.objects.order_by("pk"))
    names = [province.name_th for province in queries.provinces()]
    assert names[:3] == ["กระบี่", "กรุงเทพมหานคร", "กาญจนบุรี"]
    assert names.index("เชียงใหม่") < names.index("ตรัง") < names.index("แพร่") < names.index("ภูเก็ต")
    assert queries.areas_now("104701") == ["104702", "104703"]
    assert queries.areas_now("200101") == ["200101"]
    assert queries.areas_now("999999") == []


def test_seeding_holidays_leaves_what_staff_entered() -> None:
    loading.seed_holidays(by=SYSTEM, years=[2026])
    children, songkran = date(2026, 1, 10), date(2026, 4, 13)
    assert not Holiday.objects.get(on=children).is_closed
    actions.set_holiday(on=songkran, name_th="เปิดทำการ", is_closed=False, by=HEAD_OFFICE)

    assert loading.seed_holidays(by=SYSTEM, years=[2026]) == 0

    changed = Holiday.objects.get(on=songkran)
    assert (changed.name_th, changed.is_closed, changed.origin) == ("เปิดทำการ", False, HolidayOrigin.STAFF)
    assert songkran not in queries.closed_holidays(songkran, songkran)


def test_the_worker_seeds_the_years_to_come_once_a_month() -> None:
    last = date(clock.today().year + loading.YEARS_AHEAD, 12, 31)
    loading.seed_holidays(by=SYSTEM)
    assert Holiday.objects.filter(on__lte=last).latest("on").on.year == last.year
    Holiday.objects.filter(on__year=last.year).delete()
    kept = actions.set_holiday(on=last, name_th="ปิดสำนักงาน", is_closed=True, by=HEAD_OFFICE)

    tasks.seed_holidays(timestamp=0)

    kept.refresh_from_db()
    assert (kept.name_th, kept.origin) == ("ปิดสำนักงาน", HolidayOrigin.STAFF)
    assert Holiday.objects.filter(on__year=last.year).count() > 10
    assert Event.objects.filter(name="places.holidays_seeded").count() == 2


def test_an_installation_made_ready_has_its_areas_and_holidays() -> None:
    call_command("load_places")

    assert queries.provinces().count() == 77
    assert queries.closed_holidays(date(2026, 4, 13), date(2026, 4, 13)) == {date(2026, 4, 13)}


def test_a_site_is_open_on_its_weekdays_but_not_when_closed(areas: None) -> None:
    loading.seed_holidays(by=SYSTEM, years=[2026])
    site = actions.add_site(details=details(), by=HEAD_OFFICE)
    actions.close_days(
        site_id=site.pk, first=date(2026, 4, 8), last=date(2026, 4, 9), why="ทำความสะอาด", by=HEAD_OFFICE
    )

    found = queries.open_days(site.pk, first=date(2026, 4, 6), last=date(2026, 4, 17))

    # 6 April is Chakri day, 13 to 15 are Songkran, 11 and 12 a weekend.
    assert found == [date(2026, 4, 7), date(2026, 4, 10), date(2026, 4, 16), date(2026, 4, 17)]
    actions.set_open(site_id=site.pk, is_open=False, by=HEAD_OFFICE)
    assert queries.open_days(site.pk, first=date(2026, 4, 6), last=date(2026, 4, 17)) == []


def test_calendars_cost_the_same_for_one_site_and_many(
    areas: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [actions.add_site(details=details(f"ที่ {number}"), by=HEAD_OFFICE).pk for number in range(5)]

    for wanted in (ids[:1], ids):
        with django_assert_num_queries(4):
            queries.calendars(wanted, first=date(2026, 1, 1), last=date(2026, 1, 31))


def test_the_database_finds_the_same_nearest_sites_as_the_rule(areas: None) -> None:
    for number in range(12):
        actions.add_site(
            details=details(f"ที่ {number}", latitude=13 + number * 0.37 % 3, longitude=100 + number * 0.53 % 2),
            by=HEAD_OFFICE,
        )
    here = {"latitude": 13.7, "longitude": 100.5}

    found = queries.nearest_sites(SiteKind.TESTING, **here, most=5)

    expected = rules.nearest(Site.objects.order_by("name_th", "pk"), **here, most=5)
    assert [site.pk for site in found] == [site.pk for site, _ in expected]
    assert [site.distance_km for site in found] == pytest.approx([distance for _, distance in expected])  # type: ignore[attr-defined]


def test_an_officer_of_a_region_changes_sites_of_that_region_only(areas: None) -> None:
    mine = actions.add_site(details=details(), by=CHONBURI)
    other = actions.add_site(details=details(code="100101"), by=HEAD_OFFICE)

    assert list(queries.sites_for(CHONBURI)) == [mine]
    with pytest.raises(Missing):
        queries.site_for(CHONBURI, other.reference)
    for refused in (
        lambda: actions.add_site(details=details(code="100101"), by=CHONBURI),
        lambda: actions.change_site(site_id=other.pk, details=details(code="100101"), by=CHONBURI),
        lambda: actions.change_site(site_id=mine.pk, details=details(code="100101"), by=CHONBURI),
        lambda: actions.set_open(site_id=mine.pk, is_open=False, by=NURSE),
        lambda: actions.set_holiday(on=date(2026, 1, 1), name_th="x", is_closed=True, by=CHONBURI),
    ):
        with pytest.raises(Refused):
            refused()


def test_changing_a_site_replaces_hours_and_capacities(areas: None) -> None:
    site = actions.add_site(details=details(capacities={SiteKind.TESTING: 300}), by=HEAD_OFFICE)

    actions.change_site(
        site_id=site.pk,
        details=details("ใหม่", hours={6: (time(9), time(12))}, capacities={SiteKind.TESTING: 100}),
        by=HEAD_OFFICE,
    )

    assert queries.places_per_day([site.pk], SiteKind.TESTING) == {site.pk: 100}
    assert [hours.weekday for hours in queries.site_for(HEAD_OFFICE, site.reference).hours.all()] == [6]
    assert SiteCapacity.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": []},
        {"latitude": 100.98, "longitude": 13.36},
        {"hours": {0: (time(16), time(8))}},
        {"code": "999999"},
    ],
)
def test_an_impossible_site_is_refused_in_words(areas: None, wrong: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        actions.add_site(details=details(**wrong), by=HEAD_OFFICE)  # type: ignore[arg-type]

    assert str(refused.value)


@pytest.mark.parametrize(
    ("columns", "name"),
    [({"kinds": []}, "site_has_a_kind"), ({"latitude": 100.0}, "site_is_in_thailand")],
)
def test_the_database_refuses_what_the_rules_do(areas: None, columns: dict[str, object], name: str) -> None:
    site = actions.add_site(details=details(), by=HEAD_OFFICE)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Site.objects.filter(pk=site.pk).update(**columns)
