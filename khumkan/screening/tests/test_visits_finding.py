"""Finding somebody at the door by document, code or name, and walk-ins who were there before."""

import uuid

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import references
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.places.models import Site
from khumkan.record.models import Event
from khumkan.registry.actions.persons import add_document
from khumkan.registry.models import Person
from khumkan.screening.actions import visits as actions
from khumkan.screening.models import Registration, Session
from khumkan.screening.queries import visits
from khumkan.screening.states import RegistrationState
from khumkan.screening.tests.at_the_lab import a_session_today, refuses, registered, swabber
from khumkan.screening.tests.registering import a_session
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
THAI, PASSPORT, FOREIGN = "1101700203450", "MB123456", "6012345678901"
NUMBERS = ((IdentifierKind.PASSPORT, PASSPORT), (IdentifierKind.FOREIGN, FOREIGN))


def on_list(session: Session, kind: IdentifierKind, number: str) -> Registration:
    listed = registered(session)[0]
    add_document(person_id=listed.person_id, kind=kind, number=number, by=Actor.system("test"))
    return listed


def swab_team(site: Site) -> Client:
    return sign_in(Client(), user(Role.SWABBER, scope_kind=ScopeKind.SITE, key=site.pk))


def press(client: Client, page: str, *args: object, **data: str) -> HttpResponse:
    address = reverse(f"screening:{page}", args=args) + "?lang=en"
    return client.post(address, {"form_key": uuid.uuid4().hex, **data})  # type: ignore[return-value]


def name(registration: Registration, key: str) -> None:
    Person.objects.filter(pk=registration.person_id).update(name_key=key)


@pytest.mark.parametrize(("kind", "number"), NUMBERS)
def test_a_foreign_worker_is_found_by_the_number_of_the_document(kind: IdentifierKind, number: str) -> None:
    session = a_session_today()
    other, wanted = registered(session)[0], on_list(session, kind, number)
    assert list(visits.on_list(session, search=number.lower())) == [wanted]
    assert visits.find_today(swabber(session.site), number) == [wanted]
    assert other not in visits.find_today(swabber(session.site), number)


def test_a_number_of_nobody_here_finds_nobody() -> None:
    session = a_session_today()
    on_list(a_session(session.site), IdentifierKind.PASSPORT, PASSPORT)  # expected tomorrow
    registered(session)
    assert visits.find_today(swabber(session.site), PASSPORT) == []
    assert list(visits.on_list(session, search=PASSPORT)) == []


def test_a_name_is_found_on_todays_lists_of_the_own_sites_only() -> None:
    session, elsewhere = a_session_today(), a_session_today()
    wanted, other, foreign = registered(session)[0], registered(session)[0], registered(elsewhere)[0]
    name(wanted, "aung ko")
    name(foreign, "aung win")
    assert visits.find_today(swabber(session.site), "AUNG") == [wanted]
    assert other not in visits.find_today(swabber(session.site), "AUNG")
    assert visits.find_today(swabber(session.site), "A") == []


def test_one_match_opens_several_are_shown_and_the_look_is_recorded() -> None:
    session = a_session_today()
    first, second = registered(session, 2)
    name(first, "aung ko")
    name(second, "aung win")
    client = swab_team(session.site)
    answer = press(client, "field_today", wanted="aung")
    assert_page_is_sound(answer)
    page = answer.content.decode()
    assert first.reference in page
    assert second.reference in page
    assert Event.objects.filter(name="record.saw", person_id=second.person_id).exists()
    answer = press(client, "field_today", wanted="Aung W")
    assert answer.headers["Location"] == reverse("screening:arrival", args=[second.reference])


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (references.new("B"), "is the code of something else"),
        (references.new("T"), "Nobody with this code, number or name"),
        ("ไม่มีใครชื่อนี้", "Nobody with this code, number or name"),
    ],
    ids=["box", "registration", "name"],
)
def test_what_finds_nobody_says_why(wanted: str, sentence: str) -> None:
    answer = press(swab_team(a_session_today().site), "field_today", wanted=wanted)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_scanned_code_of_another_kind_is_no_label() -> None:
    session = a_session_today()
    by, listed = swabber(session.site), registered(session, state=RegistrationState.CHECKED_IN)[0]
    with refuses("not_a_label"):
        actions.take_specimen(registration=listed, by=by, code=listed.reference)
    assert actions.take_specimen(registration=listed, by=by, code=references.new("S")).registration_id == listed.pk


def walk_in(session: Session, listed: Registration) -> Registration:
    """Let the person of an earlier registration come again; return the registration that the page leads to."""
    add_document(person_id=listed.person_id, kind=IdentifierKind.PASSPORT, number=PASSPORT, by=Actor.system("test"))
    values = {"kind": IdentifierKind.PASSPORT.value, "number": PASSPORT, "ground": "symptoms"}
    answer = press(swab_team(session.site), "walk_in", session.reference, **values)
    reference = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    return Registration.objects.get(reference=reference)


@pytest.mark.parametrize("state", [RegistrationState.TURNED_AWAY, RegistrationState.MISSED])
def test_whoever_comes_back_to_the_session_is_taken_in_anew(state: RegistrationState) -> None:
    session = a_session_today()
    earlier = registered(session, state=state)[0]
    taken_in = walk_in(session, earlier)
    assert taken_in != earlier
    assert (taken_in.state, taken_in.session_id) == (RegistrationState.BOOKED, session.pk)


@pytest.mark.parametrize("state", [RegistrationState.BOOKED, RegistrationState.CHECKED_IN])
def test_whoever_is_on_the_list_is_found_there(state: RegistrationState) -> None:
    session = a_session_today()
    listed = registered(session, state=state)[0]
    assert walk_in(session, listed) == listed
