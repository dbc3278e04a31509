"""The pages of the room: what stands there, who sees it, and that every list adds up to its cell."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khumkan.accounts.testing import actor, sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.record.inline import run_jobs
from khumkan.registry.models import Employer, Person
from khumkan.screening.actions import result_files, visits
from khumkan.screening.models import Session, Specimen
from khumkan.screening.states import RegistrationState, SpecimenState
from khumkan.screening.tests.at_the_lab import (
    SYSTEM,
    a_laboratory,
    a_session_today,
    an_employer,
    csv_file,
    lab_worker,
    registered,
    swabber,
)
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI, people, town
from khumkan.situation.actions import figures as actions
from khumkan.situation.choices import Part
from khumkan.situation.indicators import INDICATORS
from khumkan.situation.models import Figure
from khumkan.situation.queries import behind, figures
from khumkan.situation.queries.figures import Asked, Lens
from khumkan.situation.rules.cells import Cell
from khumkan.situation.tests.counting import count, provinces
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
OFFICER = actor(Role.OFFICER)
HERE = "/office/situation/"
LINK = re.compile(r'<a[^>]*href="(/office/situation/figures/cases/list/[^"]*)"[^>]*>([\d,]+)<')


@pytest.fixture
def tested() -> None:
    """Make tests with results of every kind in two provinces, of an enterprise and of nobody's, and count them."""
    town(BANGKOK)
    town(CHIANG_MAI)
    session, laboratory, employer = a_session_today(), a_laboratory(), an_employer()
    groups = ((people(6), employer), (people(3, section=None), None), (people(4, CHIANG_MAI, section=39), None))
    for persons, of in groups:
        _take(session, persons, of)
    Specimen.objects.update(state=SpecimenState.RECEIVED, laboratory=laboratory)
    codes = list(Specimen.objects.order_by("pk").values_list("code", flat=True))
    answers = ["positive", "positive", "negative", "negative", "negative"] * 3
    result_files.import_file(
        laboratory_id=laboratory.pk,
        file=csv_file(list(zip(codes, answers, strict=False))[:11]),
        name="results.csv",
        by=lab_worker(laboratory),
    )
    run_jobs()
    actions.count(first=clock.today() - timedelta(days=3), by=SYSTEM)


def _take(session: Session, persons: list[Person], employer: Employer | None) -> None:
    inside = registered(session, state=RegistrationState.CHECKED_IN, persons=persons, employer=employer)
    ids = [each.pk for each in inside]
    visits.take_specimens(session=session, registration_ids=ids, by=swabber(session.site))
    run_jobs()


def every_cell() -> list[tuple[str, Asked, int]]:
    """Return all cells that hold anything and have a list of this room."""
    return [
        (
            row.indicator,
            Asked(
                part=Part(row.part),
                first=row.happened_on,
                last=row.happened_on,
                province_code=None if row.part == Part.COUNTRY else row.province_code,
                key=row.key,
            ),
            row.value,
        )
        for row in Figure.objects.filter(replaced_at=None, indicator__in=behind.LISTS).order_by("pk")
    ]


@pytest.mark.usefixtures("tested")
def test_the_list_behind_every_cell_adds_up_to_it() -> None:
    cells = every_cell()
    assert {code for code, _asked, _value in cells} >= {"tests_taken", "tests_positive", "tests_negative", "cases"}
    assert {asked.part for _code, asked, _value in cells} == set(Part)
    for code, asked, value in cells:
        rows = behind.behind(OFFICER, INDICATORS[code], asked)
        assert behind.total(rows) == sum(row["weight"] for row in rows) == value, (code, asked)
        assert figures.cell(INDICATORS[code], asked) == value


@pytest.mark.usefixtures("tested")
def test_a_list_that_looks_at_another_day_does_not_add_up() -> None:
    """The control: the comparison above finds a list with another condition."""
    code, asked, value = next(cell for cell in every_cell() if cell[0] == "cases")
    yesterday = asked.first - timedelta(days=1)
    other = Asked(part=asked.part, first=yesterday, last=yesterday, province_code=asked.province_code, key=asked.key)
    assert behind.total(behind.behind(OFFICER, INDICATORS[code], other)) != value


@pytest.mark.usefixtures("tested")
def test_the_sum_over_days_and_provinces_has_its_list_too() -> None:
    today = clock.today()
    asked = Asked(part=Part.SECTION, first=today - timedelta(days=3), last=today, key="39")
    rows = behind.behind(OFFICER, INDICATORS["tests_taken"], asked)
    assert behind.total(rows) == figures.cell(INDICATORS["tests_taken"], asked) == 4


@pytest.mark.usefixtures("tested")
def test_every_cell_of_a_page_opens_its_list(client: Client) -> None:
    sign_in(client, user(Role.OFFICER))
    for part in figures.parts_for(OFFICER, INDICATORS["cases"]):
        page = client.get(f"{HERE}figures/cases/", {"part": part.value, "lang": "en"})
        assert_page_is_sound(page)
        links = re.findall(
            r'<a[^>]*href="(/office/situation/figures/cases/list/[^"]*)"[^>]*>([\d,]+)<', page.content.decode()
        )
        assert len(links) > 1
        for href, shown in links:
            answer = client.get(href.replace("&amp;", "&"))
            assert answer.status_code == 200
            assert answer.context["counted"] == answer.context["told"] == int(shown.replace(",", ""))


@pytest.mark.usefixtures("tested")
def test_the_late_list_of_the_programme_adds_up_to_the_stock(client: Client) -> None:
    Specimen.objects.filter(state=SpecimenState.RECEIVED).update(taken_at=clock.now() - timedelta(hours=80))
    actions.count(first=clock.today(), by=SYSTEM)
    told = Figure.objects.get(indicator="late_results", part=Part.PROVINCE, replaced_at=None)
    sign_in(client, user(Role.OFFICER))
    page = client.get(f"{HERE}figures/late_results/", {"province": told.province_code})
    listed = client.get(page.context["programme_list"])
    assert told.value == len(listed.context["page"].rows) == 2


@pytest.mark.usefixtures("tested")
def test_an_officer_of_a_province_sees_it_and_opens_its_lists_only(client: Client) -> None:
    by = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI)
    today = clock.today()
    lens = Lens(today, today)
    assert figures.series(by, ["tests_taken"], lens)["tests_taken"] == {today: 4}
    assert [row.province_code for row in figures.broken_down(by, INDICATORS["cases"], Part.PROVINCE, lens)] == ["50"]
    mine = Asked(part=Part.PROVINCE, first=today, last=today, province_code=CHIANG_MAI)
    assert behind.total(behind.behind(by, INDICATORS["tests_taken"], mine)) == 4
    for foreign in (BANGKOK, "", None):
        with pytest.raises(Missing):
            behind.behind(
                by, INDICATORS["tests_taken"], Asked(part=Part.PROVINCE, first=today, last=today, province_code=foreign)
            )
    sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI))
    assert client.get(HERE).status_code == 200
    asked = {"part": "province", "province": BANGKOK, "first": today.isoformat(), "last": today.isoformat()}
    assert client.get(f"{HERE}figures/cases/list/", asked).status_code == 404
    assert client.get(f"{HERE}figures/cases/list/", asked | {"province": CHIANG_MAI}).status_code == 200


@pytest.mark.usefixtures("tested")
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_others_see_figures_and_neither_enterprises_nor_lists(client: Client, role: Role) -> None:
    sign_in(client, user(role))
    name = str(Employer.objects.get())
    page = client.get(f"{HERE}figures/cases/", {"part": "employer"})
    assert page.status_code == 200
    assert name not in page.content.decode()
    assert "/list/" not in page.content.decode()
    assert client.get(f"{HERE}figures/cases/employer.csv").status_code == 404
    assert client.get(f"{HERE}figures/cases/list/").status_code == 404
    sign_in(client, user(Role.OFFICER))
    assert name in client.get(f"{HERE}figures/cases/", {"part": "employer"}).content.decode()


@pytest.mark.usefixtures("tested")
def test_the_room_shows_what_was_counted(client: Client) -> None:
    sign_in(client, user(Role.OFFICER))
    page = client.get(HERE, {"lang": "en"})
    assert_page_is_sound(page)
    cards = {card.indicator.code: card for card in page.context["room"].cards}
    assert (cards["tests_taken"].value, cards["tests_taken"].yesterday, cards["tests_taken"].week) == (13, 0, 13)
    assert cards["cases"].value == cards["tests_positive"].value == 5
    assert all(card.as_of for card in cards.values())
    narrowed = client.get(HERE, {"province": CHIANG_MAI}).context["room"]
    assert {card.indicator.code: card.value for card in narrowed.cards}["tests_taken"] == 4


def test_the_room_stands_before_anything_was_counted(client: Client) -> None:
    sign_in(client, user(Role.OFFICER))
    page = client.get(HERE, {"lang": "en"})
    assert_page_is_sound(page)
    assert "have not been counted yet" in page.content.decode()
    assert {card.value for card in page.context["room"].cards} == {None}


def test_the_same_questions_whatever_the_length(client: Client) -> None:
    provinces()
    today = clock.today()
    sign_in(client, user(Role.OFFICER))
    few = _queries(client)
    count("cases", [Cell(day=today - timedelta(days=n), value=n + 1, province_code="10") for n in range(40)])
    assert _queries(client) <= few + 1


def _queries(client: Client) -> int:
    client.get(HERE)
    with CaptureQueriesContext(connection) as captured:
        client.get(HERE)
    assert len(captured) <= 25
    return len(captured)


@pytest.mark.usefixtures("tested")
@pytest.mark.parametrize("wrong", [{"part": "nothing"}, {"first": "never"}, {"part": "site", "key": "x"}])
def test_a_list_that_makes_no_sense_is_none(client: Client, wrong: dict[str, str]) -> None:
    sign_in(client, user(Role.OFFICER))
    assert client.get(f"{HERE}figures/cases/list/", wrong).status_code == 404


@pytest.mark.usefixtures("tested")
def test_files_have_every_row(client: Client) -> None:
    sign_in(client, user(Role.OFFICER))
    for part in ("day", "province", "district", "section", "site", "employer"):
        answer = client.get(f"{HERE}figures/cases/{part}.csv", {"lang": "en"})
        assert answer.status_code == 200
        assert len(answer.content.decode("utf-8-sig").splitlines()) > 1
    assert client.get(f"{HERE}figures/cases/nothing.csv").status_code == 404
    assert client.get(f"{HERE}figures/beds_free/district.csv").status_code == 404
    assert client.get(reverse("situation:room_file")).status_code == 200
