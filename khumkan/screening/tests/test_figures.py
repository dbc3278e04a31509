"""The officers' figures: counted where the test was, corrected where they were counted, and never more than a whole."""

from datetime import date, datetime, time, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.record.inline import run_jobs
from khumkan.registry.models import Person
from khumkan.screening.actions import results, visits
from khumkan.screening.choices import Method, Outcome
from khumkan.screening.models import Case, DailyFigure, Result, Specimen
from khumkan.screening.queries import figures
from khumkan.screening.queries.figures import Clock, Lens, Part
from khumkan.screening.rules.figures import Figures
from khumkan.screening.states import RegistrationState, SpecimenState
from khumkan.screening.tests.at_the_lab import (
    SYSTEM,
    a_laboratory,
    a_session_today,
    csv_file,
    lab_worker,
    registered,
    swabber,
)
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI, people, town

MONDAY, TUESDAY, THURSDAY = date(2021, 8, 16), date(2021, 8, 17), date(2021, 8, 19)
counts = st.integers(min_value=-20, max_value=200)


def at(day: date, hour: int = 9) -> datetime:
    return clock.at(day, time(hour))


@given(negative=counts, positive=counts)
def test_a_share_lies_between_nothing_and_everything_whatever_was_corrected(negative: int, positive: int) -> None:
    found = Figures(negative=negative, positive=positive)
    share, interval = found.positivity, found.interval
    assert (share is None) == (interval is None)
    if share is not None and interval is not None:
        assert 0 <= interval[0] <= share <= interval[1] <= 1


def test_more_taken_back_than_found_has_no_share() -> None:
    assert Figures(negative=-1, positive=2).positivity is None
    assert Figures(negative=-1, positive=2).interval is None
    assert Figures(negative=3, positive=1).positivity == 0.25


def test_turn_round_is_a_share_of_the_answered() -> None:
    found = Figures(answered=4, within_24=1, within_48=3)
    assert (found.share_within_24, found.share_within_48) == (0.25, 0.75)
    assert Figures().share_within_24 is None


def a_figure(**values: object) -> DailyFigure:
    where = {"day": MONDAY, "reported_on": THURSDAY, "province_code": BANGKOK, "district_code": "1026", "section": 33}
    return DailyFigure.objects.create(**{**where, "method": Method.PCR, **values})  # type: ignore[misc]


@pytest.mark.django_db
def test_the_page_stands_when_more_was_corrected_than_found(client: Client) -> None:
    town()
    a_figure(negative=-1, positive=2, cases=-1)
    sign_in(client, user(Role.OFFICER))
    asked = {"first": "2021-08-16", "last": "2021-08-20", "clock": Clock.REPORTED.value, "lang": "en"}
    answer = client.get("/office/tests/", asked)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "200.0%" not in page
    assert "a number may be below zero" in page
    assert "a number may be below zero" not in client.get("/office/tests/", asked | {"clock": "day"}).content.decode()


@pytest.mark.django_db
def test_every_chart_has_its_file_and_every_table_its_interval(client: Client) -> None:
    town()
    a_figure(sampled=20, negative=19, positive=1, site_id=0)
    sign_in(client, user(Role.OFFICER))
    asked = {"first": "2021-08-16", "last": "2021-08-20", "lang": "en"}
    page = client.get("/office/tests/", asked).content.decode()
    for part in ("day", "province", "section"):
        assert page.count(f"/office/tests/figures/{part}.csv?") >= (1 if part == "day" else 2)
    for part in ("province", "district", "site", "section"):
        file = client.get(f"/office/tests/figures/{part}.csv", asked).content.decode("utf-8-sig")
        assert "95% interval" in file
        assert "0.1%–24.9%" in file


def take(count: int = 1, *, method: Method = Method.PCR, persons: list[Person] | None = None) -> list[Specimen]:
    """Take specimens as a site does, so that everything that follows is counted."""
    session = a_session_today(method=method)
    inside = registered(session, count, state=RegistrationState.CHECKED_IN, persons=persons)
    taken = visits.take_specimens(
        session=session, registration_ids=[each.pk for each in inside], by=swabber(session.site)
    )
    laboratory = a_laboratory()
    Specimen.objects.filter(pk__in=[each.pk for each in taken]).update(
        state=SpecimenState.RECEIVED, laboratory=laboratory
    )
    return list(Specimen.objects.filter(pk__in=[each.pk for each in taken]).order_by("pk"))


def answer(specimen: Specimen, outcome: str) -> None:
    assert specimen.laboratory is not None
    results.import_file(
        laboratory_id=specimen.laboratory.pk,
        file=csv_file([(specimen.code, outcome)]),
        name="results.csv",
        by=lab_worker(specimen.laboratory),
    )
    run_jobs()


def correct(specimen: Specimen, outcome: Outcome) -> None:
    assert specimen.laboratory is not None
    entered = results.enter_by_hand(specimen=specimen, outcome=outcome, by=lab_worker(specimen.laboratory, 1))
    results.release(result=entered, by=lab_worker(specimen.laboratory, 2))
    run_jobs()


def move_away(person_id: int) -> None:
    area = town(CHIANG_MAI).code
    Person.objects.filter(pk=person_id).update(
        subdistrict_code=area, district_code=area[:4], province_code=area[:2], section=39
    )


def by_part(part: Part, *, reported: date | None = None) -> dict[str, tuple[int, int, int]]:
    lens = Lens(first=MONDAY, last=THURSDAY)
    if reported is not None:
        lens = Lens(first=reported, last=reported, clock=Clock.REPORTED)
    rows = figures.broken_down(SYSTEM, lens, part)
    return {row.key: (row.figures.negative, row.figures.positive, row.figures.cases) for row in rows}


@pytest.mark.django_db
def test_a_correction_is_counted_where_the_test_was_also_when_the_person_has_moved() -> None:
    with clock.set_to(at(MONDAY)):
        specimen = take()[0]
    with clock.set_to(at(TUESDAY)):
        answer(specimen, "positive")
        assert by_part(Part.PROVINCE) == {BANGKOK: (0, 1, 1)}
    move_away(specimen.person_id)
    with clock.set_to(at(THURSDAY)):
        correct(specimen, Outcome.NEGATIVE)
    assert by_part(Part.PROVINCE) == {BANGKOK: (1, 0, 0)}
    assert by_part(Part.DISTRICT) == {"1026": (1, 0, 0)}
    assert by_part(Part.SECTION) == {"33": (1, 0, 0)}
    assert Case.objects.get().withdrawn_at is not None


@pytest.mark.django_db
def test_whoever_has_moved_before_the_answer_is_counted_where_the_specimen_was() -> None:
    with clock.set_to(at(MONDAY)):
        specimen = take()[0]
    move_away(specimen.person_id)
    with clock.set_to(at(TUESDAY)):
        answer(specimen, "positive")
    assert by_part(Part.PROVINCE) == {BANGKOK: (0, 1, 1)}


@pytest.mark.django_db
def test_by_the_day_reported_the_past_stands_and_the_correction_has_its_own_day() -> None:
    with clock.set_to(at(MONDAY)):
        specimen = take()[0]
    with clock.set_to(at(TUESDAY)):
        answer(specimen, "positive")
    with clock.set_to(at(THURSDAY)):
        correct(specimen, Outcome.NEGATIVE)
    assert by_part(Part.PROVINCE, reported=TUESDAY) == {BANGKOK: (0, 1, 1)}
    assert by_part(Part.PROVINCE, reported=THURSDAY) == {BANGKOK: (1, -1, -1)}


@pytest.mark.django_db
def test_a_correction_towards_an_infection_counts_a_case_and_no_second_answer() -> None:
    with clock.set_to(at(MONDAY)):
        specimen = take()[0]
    with clock.set_to(at(TUESDAY)):
        answer(specimen, "negative")
    with clock.set_to(at(THURSDAY)):
        correct(specimen, Outcome.POSITIVE)
    assert by_part(Part.PROVINCE) == {BANGKOK: (0, 1, 1)}
    assert figures.totals(SYSTEM, Lens(MONDAY, THURSDAY)).answered == 1


@pytest.mark.django_db
def test_answers_are_counted_by_how_long_they_took() -> None:
    with clock.set_to(at(MONDAY)):
        first, second, third = take(3)
    for specimen, hours in ((first, 24), (second, 30), (third, 49)):
        with clock.set_to(at(MONDAY) + timedelta(hours=hours)):
            answer(specimen, "negative")
    found = figures.totals(SYSTEM, Lens(MONDAY, THURSDAY))
    assert (found.answered, found.within_24, found.within_48) == (3, 1, 2)
    assert found.mean_hours == pytest.approx((24 + 30 + 49) / 3, abs=0.01)


@pytest.mark.django_db
def test_officers_of_a_province_see_only_it(client: Client) -> None:
    with clock.set_to(at(MONDAY)):
        take(1)
        town(CHIANG_MAI)
        take(persons=people(1, CHIANG_MAI))
        run_jobs()
    sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI))
    asked = {"first": "2021-08-16", "last": "2021-08-19", "lang": "en"}
    file = client.get("/office/tests/figures/province.csv", asked).content.decode("utf-8-sig")
    assert [line.split(",")[1] for line in file.splitlines()[1:]] == ["1"]


@pytest.mark.django_db
def test_what_was_counted_before_keeps_its_place_and_its_turn_round() -> None:
    with clock.set_to(at(MONDAY)):
        specimen = take()[0]
    with clock.set_to(at(TUESDAY, 8)):
        answer(specimen, "negative")
    Specimen.objects.update(province_code="", district_code="", section=0)
    DailyFigure.objects.update(within_24=0, within_48=0)
    migration = import_module("khumkan.screening.migrations.0012_figures_stay_where_they_were_counted")
    with connection.cursor() as cursor:
        cursor.execute(migration.HOMES)
        cursor.execute(migration.TURN_ROUND)
    specimen.refresh_from_db()
    assert (specimen.province_code, specimen.district_code, specimen.section) == (BANGKOK, "1026", 33)
    found = figures.totals(SYSTEM, Lens(MONDAY, THURSDAY))
    assert (found.within_24, found.within_48) == (1, 1)
    assert Result.objects.count() == 1
