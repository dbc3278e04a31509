"""Choosing enterprises: by name or number beyond the riskiest, by risk, and anew while the round is planned."""

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.screening.queries import rounds as queries
from khumkan.screening.states import RoundState
from khumkan.screening.tests.drawing import a_round, an_employer
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI
from khumkan.screening.views import round_choice, rounds
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client) -> Client:
    return sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=BANGKOK))


def sends(officer: Client, url: str, **fields: object) -> int:
    """Send the form of a page with all that stands in it hidden, and these fields."""
    page = officer.get(url)
    assert_page_is_sound(page)
    text = page.content.decode()
    hidden = {name: text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("form_key", "shown")}
    return officer.post(url, hidden | fields).status_code


def test_an_enterprise_beyond_the_riskiest_is_found(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    large, small = an_employer(300), an_employer(12)
    foreign = an_employer(12, province=CHIANG_MAI)
    monkeypatch.setattr(rounds, "CHOICE", 1)
    page = reverse("screening:new_round", args=[BANGKOK])
    shown = officer.get(page).content.decode()
    assert large.name_th in shown
    assert small.name_th not in shown
    for words in (small.name_th[7:-6], small.account_number):
        found = officer.get(page, {"q": words}).content.decode()
        assert small.name_th in found
        assert large.name_th not in found
        assert foreign.name_th not in found
    assert_page_is_sound(officer.get(page, {"q": "ไม่มี"}))


def test_chosen_enterprises_are_changed_and_those_not_shown_stay(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = an_employer(300), an_employer(40), an_employer(60)
    made = a_round([first, second])
    url = reverse("screening:round_choose", args=[made.reference])
    assert url in officer.get(reverse("screening:round_enterprises", args=[made.reference])).content.decode()
    monkeypatch.setattr(round_choice, "CHOICE", 1)
    assert sends(officer, f"{url}?q={third.account_number}", employers=[third.pk]) == 302
    assert queries.employer_ids_of(made) == {first.pk, second.pk, third.pk}
    assert sends(officer, f"{url}?q={first.account_number}") == 302
    assert queries.employer_ids_of(made) == {second.pk, third.pk}
    assert sends(officer, f"{url}?q={first.account_number}", least="1") == 302
    assert queries.employer_ids_of(made) == {first.pk, second.pk, third.pk}


def test_the_last_enterprise_is_not_taken_away(officer: Client) -> None:
    made = a_round([employer := an_employer(40)])
    url = reverse("screening:round_choose", args=[made.reference])
    assert sends(officer, url) == 422
    assert queries.employer_ids_of(made) == {employer.pk}


def test_a_frozen_round_keeps_its_enterprises(officer: Client) -> None:
    made = a_round([an_employer(40)], upto=RoundState.FROZEN)
    url = reverse("screening:round_choose", args=[made.reference])
    assert officer.get(url).headers["Location"] == reverse("screening:round", args=[made.reference])
    assert url not in officer.get(reverse("screening:round_enterprises", args=[made.reference])).content.decode()
