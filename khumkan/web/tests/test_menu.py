"""A menu with few pages is one row; a long one is two: the programmes, and the pages of the one that is open."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import translation

from khumkan.accounts.testing import actor, sign_in, user
from khumkan.kernel.actors import Role
from khumkan.ui.testing import assert_page_is_sound
from khumkan.web import navigation
from khumkan.web.places import PROGRAMMES

pytestmark = pytest.mark.django_db
SHORT = (Role.EMPLOYER, Role.NURSE, Role.FRONT_DESK, Role.VACCINATOR, Role.LAB)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read the words of the menu in the language of the pages below."""
    with translation.override("en"):
        yield


def rows(role: Role, view: str) -> list[list[tuple[str, bool]]]:
    """Return the rows of the menu above a page, each entry with whether it is marked as current."""
    page = sign_in(Client(), user(role)).get(reverse(view), {"lang": "en"})
    assert page.status_code == 200
    assert_page_is_sound(page)
    menu = page.text.split('id="navigation"')[1].split("</nav>")[0]
    entries = [re.findall(r"<a [^>]*?(aria-current)?=?\"?(?:true)?\"?>(.*?)</a>", row) for row in menu.split("<ul")[1:]]
    return [[(re.sub("<[^>]*>", "", text), bool(mark)) for mark, text in row] for row in entries]


def current(row: list[tuple[str, bool]]) -> list[str]:
    """Return what is marked in a row."""
    return [text for text, is_current in row if is_current]


@pytest.mark.parametrize("role", SHORT)
def test_few_pages_stand_in_one_row(role: Role) -> None:
    home = navigation.home_of(actor(role))
    assert home

    (row,) = rows(role, resolve(home).view_name)

    assert [text for text, _is_current in row] == [place.text for place in navigation.places_of(actor(role))]


def test_an_officer_sees_programmes_and_the_pages_of_the_one_that_is_open() -> None:
    first, second = rows(Role.OFFICER, "vaccination:phases")

    assert [text for text, _is_current in first] == [
        "Situation", "Insured persons", "Knowledge base", "Testing", "Hospitels", "Vaccination", "Loans",
        "Registers and terms",
    ]  # fmt: skip
    assert current(first) == ["Vaccination"]
    assert current(second) == ["Phases"]
    assert {"Overview", "Plans", "Districts", "Lists", "Reactions", "Records"} <= {text for text, _current in second}


def test_an_agent_finds_the_pages_of_the_hotline_together() -> None:
    first, second = rows(Role.AGENT, "hotline:calls")

    assert current(first) == ["Hotline"]
    assert current(second) == ["Calls today"]
    assert {"My cases", "People to call back", "Wallboard"} <= {text for text, _current in second}


def test_a_page_that_the_menu_does_not_name_opens_the_programme_of_its_app() -> None:
    first, second = rows(Role.OFFICER, "registry:persons")

    assert current(first) == ["Registers and terms"]
    assert current(second) == []


def test_on_the_first_page_no_programme_is_open_and_every_page_has_a_card_under_its_programme() -> None:
    page = sign_in(Client(), user(Role.OFFICER)).get(reverse("web:office"), {"lang": "en"})

    (row,) = rows(Role.OFFICER, "web:office")

    assert current(row) == []
    for programme in navigation.programmes_of(actor(Role.OFFICER)):
        assert f'<h2 class="govuk-heading-m">{programme.text}</h2>' in page.text
        for place in programme.places:
            assert re.search(rf'<h3 class="kk-card__title"><a [^>]*href="{reverse(place.view)}"', page.text), place.view


def test_a_programme_of_one_page_stands_under_the_name_of_the_page() -> None:
    (row,) = rows(Role.SUPERVISOR, "isolation:board")

    assert current(row) == ["Beds"]
    assert "Hospitels" not in {text for text, _is_current in row}


def test_what_waits_in_a_programme_is_counted_at_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, view in enumerate(("screening:alerts", "vaccination:desk_calls", "isolation:desk_cares"), 2):
        waiting = navigation.Waiting(number, "")
        monkeypatch.setitem(navigation.WAITING, view, lambda _actor, waiting=waiting: waiting)  # type: ignore[misc]

    texts = [text for text, _is_current in rows(Role.OFFICER, "web:office")[0]]

    assert {"Insured persons 7", "Testing 2", "Hospitels"} <= set(texts)


def test_every_page_of_the_menu_has_an_address_of_its_own() -> None:
    for programme in PROGRAMMES:
        for place in programme.places:
            assert resolve(reverse(place.view)).view_name == place.view
