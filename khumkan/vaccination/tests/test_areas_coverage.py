"""Coverage: counters that follow the events, are never counted twice, and agree with the rows behind them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.record.inline import run_jobs
from khumkan.record.models import Delivery
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.actions import booking, corrections, coverage, insured, records, willing
from khumkan.vaccination.actions.corrections import Truth
from khumkan.vaccination.choices import Decided, Struck, Vaccine, WaitingBecause
from khumkan.vaccination.models import CoverageDay, CoverageFigure, DailyDose, InsuredCount, Session
from khumkan.vaccination.queries import coverage as queries
from khumkan.vaccination.queries.coverage import Lens, Part, Standing
from khumkan.vaccination.tests import country

pytestmark = pytest.mark.django_db
ELSEWHERE = Actor(ActorKind.STAFF, 75, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))
SUPERVISOR = Actor(ActorKind.STAFF, 76, frozenset({Grant(Role.SUPERVISOR)}))


def lens() -> Lens:
    return Lens(clock.today() - timedelta(days=1), clock.today() + timedelta(days=5))


def totals() -> Standing:
    return queries.totals(country.OFFICER, lens())


def let_be_now(session: Session) -> None:
    begins, ends = clock.day_span(clock.today())
    Session.objects.filter(pk=session.pk).update(day=clock.today(), starts_at=begins, ends_at=ends)


def test_each_step_is_followed() -> None:
    country.invited()
    dose = country.waiting()
    run_jobs()
    assert totals() == Standing(listed=2, confirmed=1)
    held = country.booked(dose)
    run_jobs()
    assert totals() == Standing(listed=2, confirmed=1, booked=1)
    booking.give_back(dose=held, because=WaitingBecause.GAVE_BACK, by=country.herself(held.person))
    willing.refuse(enrolment=held.enrolment, how=Decided.LINK, by=country.herself(held.person))
    run_jobs()
    assert totals() == Standing(listed=2, declined=1)


def test_another_date_is_no_step_and_nobody_counts_anew() -> None:
    dose, other = country.booked(), country.a_session()
    run_jobs()
    before = totals()
    deliveries = Delivery.objects.count()
    booking.change_date(dose=dose, session=other, by=country.OFFICE)
    assert Delivery.objects.count() == deliveries
    coverage.count_all(since=clock.today())
    assert totals() == before


def test_told_twice_and_in_any_order_it_stays_right() -> None:
    dose = country.booked()
    run_jobs()
    before = totals()
    for _ in range(3):
        coverage.follow(person_ids=[dose.person_id])
    coverage.count_all(since=clock.today())
    assert totals() == before == Standing(listed=1, confirmed=1, booked=1)


def test_control_a_counter_that_is_added_to_would_be_wrong_when_told_twice() -> None:
    dose = country.booked()
    run_jobs()
    CoverageFigure.objects.update(booked=5)
    assert totals().booked == 5
    coverage.follow(person_ids=[dose.person_id])
    assert totals().booked == 1


def test_a_dose_is_counted_where_and_when_it_was_given_and_not_any_more_when_it_was_struck() -> None:
    dose = country.booked()
    assert dose.session is not None
    let_be_now(dose.session)
    dose.refresh_from_db()
    injection = country.vaccinated(dose)
    run_jobs()
    assert totals() == Standing(listed=1, confirmed=1, first=1)
    figure = DailyDose.objects.get()
    assert (figure.day, figure.site_id, figure.number, figure.given) == (clock.today(), injection.site_id, 1, 1)
    assert (figure.province_code, figure.district_code) == ("10", "1026")
    records.strike(injection=injection, because=Struck.NEVER_GIVEN, why="wrong name", by=country.OFFICER)
    run_jobs()
    assert not DailyDose.objects.exists()
    assert totals().first == 0


def test_a_dose_entered_from_elsewhere_is_counted_at_once() -> None:
    dose, on = country.waiting(), clock.today() - timedelta(days=30)
    truth = Truth(
        number=1, vaccine=Vaccine.SINOVAC, lot_number="S1", given_on=on, elsewhere="a hospital", evidence="a card"
    )  # fmt: skip
    corrections.enter(person=dose.person, truth=truth, by=country.OFFICER)
    run_jobs()
    assert (totals().first, DailyDose.objects.get(site_id=0, day=on).given) == (1, 1)


def test_a_dose_written_to_another_person_is_counted_with_their_employer() -> None:
    given, other = country.vaccinated(), country.waiting()
    asked = corrections.give_to(injection=given, person=other.person, why="swapped cards", by=country.OFFICER)
    corrections.decide(correction=asked, accepts=True, by=country.OTHER_OFFICER)
    run_jobs()
    assert CoverageFigure.objects.get(employer_id=other.enrolment.employer_id).first == 1
    assert totals().first == 1


def test_the_days_show_plan_supply_and_doses_given() -> None:
    dose = country.booked()
    assert dose.session is not None
    let_be_now(dose.session)
    dose.refresh_from_db()
    country.vaccinated(dose)
    run_jobs()
    coverage.keep_day()
    (day,) = [each for each in queries.by_day(country.OFFICER, lens()) if each.given]
    assert (day.planned, day.kept, day.first, day.given) == (1, 2, 1, 1)
    assert (day.listed, day.confirmed) == (1, 1)


def test_a_day_is_kept_anew_until_it_is_over_and_then_for_good() -> None:
    country.invited()
    run_jobs()
    coverage.keep_day()
    country.invited()
    run_jobs()
    coverage.keep_day()
    assert CoverageDay.objects.get().listed == 2
    with clock.set_to(clock.now() + timedelta(days=1)):
        country.invited()
        coverage.count_all(since=clock.today())
        coverage.keep_day()
    assert list(CoverageDay.objects.order_by("day").values_list("listed", flat=True)) == [2, 3]


def test_every_part_adds_up_to_the_whole() -> None:
    for _ in range(3):
        country.booked()
    country.invited()
    run_jobs()
    for part in Part:
        rows = queries.broken_down(country.OFFICER, lens(), part)
        assert sum(row.standing.listed for row in rows) == totals().listed == 4
        assert all(row.name for row in rows)


def test_officers_see_their_provinces_and_supervisors_what_the_hotline_sees() -> None:
    country.invited()
    run_jobs()
    assert queries.totals(ELSEWHERE, lens()) == Standing()
    assert queries.broken_down(ELSEWHERE, lens(), Part.EMPLOYER) == []
    assert queries.totals(SUPERVISOR, lens()) == Standing(listed=1)


def test_pages_and_files_cost_the_same_for_many(django_assert_max_num_queries: object, client: Client) -> None:
    for _ in range(4):
        country.invited()
    run_jobs()
    sign_in(client, user(Role.OFFICER))
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        page = client.get(reverse("vaccination:coverage"))
    assert_page_is_sound(page)
    for part in ("province", "district", "employer", "group", "day"):
        assert client.get(reverse("vaccination:coverage_file", args=[part])).status_code == 200
    assert client.get(reverse("vaccination:coverage_file", args=["nothing"])).status_code == 404


def test_insured_persons_are_counted_by_district_and_forgotten_where_nobody_lives_any_more() -> None:
    InsuredCount.objects.create(area_code="9901", people=5, counted_at=clock.now())
    country.a_person()
    country.a_person(section=None)
    country.a_person(died_on=clock.today())
    country.a_person(district_code="", subdistrict_code="")
    assert insured.count(by=country.OFFICE) == 2
    assert dict(InsuredCount.objects.order_by("area_code").values_list("area_code", "people")) == {"10": 1, "1026": 1}
