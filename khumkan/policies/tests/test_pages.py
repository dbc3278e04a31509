"""The pages of terms: what is in force, its history, and a change by two officers, through the browser's eyes."""

import secrets
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given

from khumkan import policies
from khumkan.accounts import testing
from khumkan.accounts.models import User
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.policies import wording
from khumkan.policies.forms import PREFIX, ProposeForm
from khumkan.policies.models import Proposal
from khumkan.policies.terms import kind_of, to_json
from khumkan.policies.tests.test_terms import Sample, samples
from khumkan.ui.testing import assert_page_is_sound

TODAY = clock.today()
HOME = "/office/policies/"
KIND = f"{HOME}tests.sample/"


@pytest.fixture
def anne(db: None) -> User:
    return testing.user(Role.OFFICER, name="anne")


@pytest.fixture
def boon(db: None) -> User:
    return testing.user(Role.OFFICER, name="boon")


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"
    return


def filled(**changes: object) -> dict[str, object]:
    """Return what a browser would send for the form as it was shown, with some answers changed."""
    form = ProposeForm(policies.in_force(Sample, on=TODAY))
    sent: dict[str, object] = {}
    for bound in form:
        value = bound.value()
        if bound.name == PREFIX + "is_strict":
            value = "yes" if value else "no"
        sent[bound.html_name] = "" if value is None else value
    reasons = {"effective_from": TODAY.isoformat(), "why": "Shorter stay", "source": "Order 3"}
    return sent | reasons | {"form_key": secrets.token_urlsafe(16)} | changes


def test_terms_are_listed_with_what_is_in_force(client: Client, anne: User) -> None:
    policies.in_force(Sample, on=TODAY)
    page = testing.sign_in(client, anne).get(HOME)
    assert_page_is_sound(page)
    assert KIND in page.content.decode()


def test_a_kind_shows_values_and_history(client: Client, anne: User) -> None:
    page = testing.sign_in(client, anne).get(KIND)
    assert_page_is_sound(page)
    text = page.content.decode()
    assert "Version 2, in force since 1 May 2021" in text
    assert f"{KIND}1/" in text
    older = client.get(f"{KIND}2/")
    assert_page_is_sound(older)
    assert "Gazette 2" in older.content.decode()
    assert client.get(f"{KIND}9/").status_code == 404
    assert client.get(f"{HOME}tests.unknown/").status_code == 404


def test_a_change_goes_through_two_officers(client: Client, anne: User, boon: User) -> None:
    form = testing.sign_in(client, anne).get(f"{KIND}propose/")
    assert_page_is_sound(form)
    answer = client.post(f"{KIND}propose/", filled(**{PREFIX + "nights": "7"}))
    proposal = Proposal.objects.get()
    assert answer["Location"] == f"{HOME}proposals/{proposal.pk}/"
    own = client.get(answer["Location"])
    assert_page_is_sound(own)
    assert "A second officer must decide" in own.content.decode()
    assert proposal.values == to_json(policies.in_force(Sample, on=TODAY)) | {"nights": 7}
    second = testing.sign_in(Client(), boon)
    second.cookies["django_language"] = "en"
    page = second.get(answer["Location"])
    assert_page_is_sound(page)
    approved = second.post(f"{answer['Location']}approve/", {"form_key": secrets.token_urlsafe(16)})
    assert approved["Location"] == f"{KIND}3/"
    assert policies.in_force(Sample, on=TODAY).nights == 7
    assert "boon" in second.get(f"{KIND}3/").content.decode()


def test_a_rejection_needs_a_reason(client: Client, anne: User, boon: User) -> None:
    testing.sign_in(client, anne).post(f"{KIND}propose/", filled(**{PREFIX + "nights": "7"}))
    address = f"{HOME}proposals/{Proposal.objects.get().pk}/"
    second = testing.sign_in(Client(), boon)
    without = second.post(f"{address}reject/", {"why": "", "form_key": secrets.token_urlsafe(16)})
    assert without.status_code == 422
    assert_page_is_sound(without)
    second.post(f"{address}reject/", {"why": "Not agreed", "form_key": secrets.token_urlsafe(16)})
    page = second.get(address)
    assert_page_is_sound(page)
    assert "Not agreed" in page.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"nights": "many"},
        {"nights": "99"},
        {"weights": "C is three"},
        {"bands": "cap = 5, floor = 1"},
        {"deadline": "x"},
    ],
)
def test_what_does_not_fit_is_told_at_its_field(client: Client, anne: User, changes: dict[str, str]) -> None:
    sent = filled(**{PREFIX + name: value for name, value in changes.items()})
    page = testing.sign_in(client, anne).post(f"{KIND}propose/", sent)
    assert page.status_code == 422
    assert_page_is_sound(page)
    assert Proposal.objects.count() == 0
    (name,) = changes
    assert set(page.context["form"].errors) == {PREFIX + name}


def test_an_unchanged_proposal_is_refused_in_words(client: Client, anne: User) -> None:
    page = testing.sign_in(client, anne).post(f"{KIND}propose/", filled())
    assert page.status_code == 422
    assert "the same as those in force" in page.content.decode()


def test_others_read_or_see_nothing(client: Client, anne: User) -> None:
    auditor, swabber = testing.user(Role.AUDITOR), testing.user(Role.SWABBER, scope_kind=ScopeKind.SITE, key=1)
    assert testing.sign_in(Client(), auditor).get(KIND).status_code == 200
    assert testing.sign_in(Client(), auditor).get(f"{KIND}propose/").status_code == 404
    assert testing.sign_in(Client(), swabber).get(HOME).status_code == 404
    regional = testing.user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="10")
    assert testing.sign_in(Client(), regional).get(f"{KIND}propose/").status_code in (403, 404, 409, 422)


@given(samples)
def test_what_the_form_shows_it_reads_back(values: Sample) -> None:
    for one in kind_of(Sample).terms:
        value = getattr(values, one.name)
        if one.name not in ("note", "weights"):  # free text may hold what separates lines
            assert wording.read(one.type, wording.as_text(value)) == to_json(values)[one.name]


def test_a_length_of_time_is_shown_in_words() -> None:
    with translation.override("en"):
        assert wording.shown(timedelta(days=14, hours=3)) == "14 days 3 hours"
        assert wording.shown(timedelta(minutes=-1)) == "−1 minute"
        assert wording.shown(timedelta()) == "0"
