"""The pages of registering: a person's own, the public ones, the hotline's and the office's."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.messages.models import Message
from khumkan.record.inline import run_jobs
from khumkan.record.models import Event
from khumkan.registry.models import Person
from khumkan.screening.actions import registrations
from khumkan.screening.choices import Channel, Ground, WaitingBecause
from khumkan.screening.models import Registration, Session
from khumkan.screening.queries import registrations as queries
from khumkan.screening.states import RegistrationState
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI, a_person, a_session, a_site, as_contact, people
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db


def post(client: Client, path: str, **fields: object):  # type: ignore[no-untyped-def]
    return client.post(path, {"form_key": uuid4().hex, **fields})


def sound(client: Client, path: str) -> str:
    """Fetch a page in both languages, check it, and return the Thai one."""
    pages = []
    for language in ("en", "th"):
        response = client.get(path, {"lang": language} if "?" not in path else None, follow=True)
        assert response.status_code == 200, (path, response.status_code)
        assert_page_is_sound(response)
        pages.append(response.content.decode())
    return pages[1]


@pytest.fixture
def person() -> Person:
    return a_person()


@pytest.fixture
def phone(person: Person, client: Client) -> Client:
    return sign_in(client, person.pk)


def test_a_person_registers_sees_the_place_changes_it_and_declines(phone: Client, person: Person) -> None:
    first, second = a_session(a_site()), a_session(a_site(north=0.05), in_days=2)
    for path in ("/my/tests/", "/my/tests/register/", "/my/tests/register/contact/", "/tests/"):
        sound(phone, path)

    response = post(phone, "/my/tests/register/contact/", met_on=clock.today().isoformat())
    made = Registration.objects.get(person=person)
    assert response.headers["Location"] == f"/my/tests/{made.reference}/"
    assert made.session_id == first.pk
    assert str(first.site.address) in sound(phone, f"/my/tests/{made.reference}/")
    sound(phone, "/my/tests/")

    sound(phone, f"/my/tests/{made.reference}/change/")
    moved = post(phone, f"/my/tests/{made.reference}/change/", session=second.pk)
    assert moved.status_code == 302
    made.refresh_from_db()
    assert (made.session_id, made.changes_left) == (second.pk, 1)

    sound(phone, f"/my/tests/{made.reference}/decline/")
    assert post(phone, f"/my/tests/{made.reference}/decline/").status_code == 302
    made.refresh_from_db()
    assert made.state == RegistrationState.DECLINED
    sound(phone, "/my/tests/")
    sound(phone, f"/my/tests/{made.reference}/")


def test_a_double_click_registers_once(phone: Client, person: Person) -> None:
    a_session()
    fields = {"form_key": uuid4().hex, "met_on": clock.today().isoformat()}
    answers = [phone.post("/my/tests/register/contact/", fields) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Registration.objects.filter(person=person).count() == 1


@pytest.mark.parametrize("ground", ["contact", "symptoms", "high_risk"])
def test_a_form_with_nothing_in_it_says_what_is_missing(phone: Client, ground: str) -> None:
    response = post(phone, f"/my/tests/register/{ground}/")
    assert response.status_code == 422
    assert_page_is_sound(response)


def test_a_refusal_stands_on_the_form_in_words(phone: Client) -> None:
    long_ago = (clock.today() - timedelta(days=22)).isoformat()
    response = post(phone, "/my/tests/register/contact/", met_on=long_ago)
    assert response.status_code == 422
    assert "14" in response.content.decode()
    assert_page_is_sound(response)


def test_the_waiting_list_explains_itself(phone: Client, person: Person) -> None:
    a_session(a_site(), places=4, in_days=1)
    for other in people(6):
        as_contact(other)
    late = as_contact(person)
    assert late.state == RegistrationState.WAITING
    page = sound(phone, f"/my/tests/{late.reference}/")
    assert 'คนก่อนหน้าคุณ</dt><dd class="govuk-summary-list__value">ประมาณ 1 ถึง 5 คน</dd>' in page
    assert "ไม่มี คุณเป็นคนถัดไป" not in page
    Registration.objects.filter(state=RegistrationState.WAITING).exclude(pk=late.pk).delete()
    assert "ไม่มี คุณเป็นคนถัดไป" in sound(phone, f"/my/tests/{late.reference}/")
    sound(phone, "/my/tests/")


def test_a_page_of_somebody_else_is_a_page_that_does_not_exist(phone: Client) -> None:
    a_session()
    foreign = as_contact(a_person())
    for path in ("", "change/", "decline/"):
        response = phone.get(f"/my/tests/{foreign.reference}/{path}")
        assert response.status_code == 404
    assert post(phone, f"/my/tests/{foreign.reference}/decline/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == RegistrationState.BOOKED


def test_the_page_shows_what_the_tables_hold(person: Person) -> None:
    """The query of this page is written by hand: it must agree with what Django would read."""
    a_session(a_site(phone="021234567"), places=50)
    declined = as_contact(person)
    registrations.decline(registration=declined, by=Actor.person(person.pk))
    as_contact(person)
    found = queries.tests_of(person.pk)
    assert found.live is not None
    for told in (found.live, *found.earlier):
        stored = Registration.objects.select_related("session__site").get(pk=told.pk)
        for mine, own in ((told, stored), (told.session, stored.session), (told.session.site, stored.session.site)):
            read = {name: value for name, value in mine.__dict__.items() if not name.startswith("_")}
            assert read == {name: getattr(own, name) for name in read}


@pytest.mark.parametrize("earlier", [0, 8])
def test_the_persons_page_asks_few_questions_of_the_database(
    phone: Client,
    person: Person,
    earlier: int,
    django_assert_max_num_queries: object,
) -> None:
    a_session(places=50)
    for _ in range(earlier):
        made = as_contact(person)
        registrations.decline(registration=made, by=Actor.person(person.pk))
    made = as_contact(person)
    phone.get("/my/tests/")
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        phone.get("/my/tests/")
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        phone.get(f"/my/tests/{made.reference}/")


def test_the_hotline_finds_by_reference_registers_changes_and_declines(person: Person, client: Client) -> None:
    agent = sign_in(client, user(Role.AGENT))
    a_session(a_site())
    other = a_session(a_site(north=0.1), in_days=3)
    sound(agent, "/desk/tests/")
    found = post(agent, "/desk/tests/", what=person.reference)
    assert found.headers["Location"] == f"/desk/file/{person.reference}/"  # where the hotline begins with a caller
    here = f"/desk/tests/{person.reference}/"
    sound(agent, here)
    sound(agent, f"{here}register/contact/")

    fields = {"met_on": clock.today().isoformat(), "because": "caller has no smartphone"}
    assert post(agent, f"{here}register/contact/", met_on=fields["met_on"]).status_code == 422
    assert post(agent, f"{here}register/contact/", **fields).status_code == 302
    made = Registration.objects.get(person=person)
    assert made.channel == Channel.HOTLINE
    sound(agent, here)
    sound(agent, f"{here}{made.reference}/change/")
    moved = post(agent, f"{here}{made.reference}/change/", session=other.pk, because="works that day")
    assert moved.status_code == 302
    sound(agent, f"{here}{made.reference}/decline/")
    assert post(agent, f"{here}{made.reference}/decline/", because="caller is away").status_code == 302
    made.refresh_from_db()
    assert (made.state, made.changes_left) == (RegistrationState.DECLINED, 2)
    told = Message.objects.filter(person_id=person.pk).order_by("id").values_list("template", flat=True)
    assert list(told) == ["screening.test_booked", "screening.test_moved", "screening.test_ended"]
    assert Event.objects.filter(name="record.saw", person_id=person.pk).exists()


def test_an_officer_of_another_province_finds_nobody(person: Person, client: Client) -> None:
    officer = sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI))
    assert post(officer, "/desk/tests/", what=person.reference).status_code == 422
    assert officer.get(f"/desk/tests/{person.reference}/").status_code == 404


def test_an_officer_opens_changes_and_cancels_sessions(client: Client) -> None:
    officer = sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=BANGKOK))
    session = a_session(places=2)
    person = a_person()
    made = as_contact(person)
    waits = [as_contact(each) for each in people(2)]
    here = f"/office/tests/sessions/{session.reference}/"
    for path in ("/office/tests/sessions/", "/office/tests/sessions/open/", here):
        sound(officer, path)
    assert post(officer, f"{here}places/", places=3).status_code == 302
    run_jobs()
    assert [each.state for each in Registration.objects.filter(pk__in=[w.pk for w in waits]).order_by("pk")] == [
        RegistrationState.BOOKED,
        RegistrationState.BOOKED,
    ]
    assert post(officer, f"{here}cancel/").status_code == 422
    assert post(officer, f"{here}cancel/", why="hall too hot").status_code == 302
    run_jobs()
    made.refresh_from_db()
    assert (made.state, made.waiting_because) == (RegistrationState.WAITING, WaitingBecause.CANCELLED)
    sound(officer, here)
    sound(officer, "/office/tests/waiting/")
    sound(officer, f"/office/tests/waiting/{made.reference}/")


def test_an_officer_gives_a_place_and_ends_a_registration(client: Client) -> None:
    officer = sign_in(client, user(Role.OFFICER))
    first, second = (as_contact(each) for each in people(2))
    session = a_session()
    sound(officer, f"/office/tests/waiting/{first.reference}/")
    response = post(officer, f"/office/tests/waiting/{first.reference}/place/", session=session.pk)
    assert response.status_code == 302
    first.refresh_from_db()
    assert first.session_id == session.pk
    assert post(officer, f"/office/tests/waiting/{second.reference}/decide/", decision="office").status_code == 302
    second.refresh_from_db()
    assert (second.state, second.ended_because) == (RegistrationState.CANCELLED, "office")


def test_sessions_of_another_province_do_not_exist(client: Client) -> None:
    officer = sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI))
    session = a_session()
    waits = registrations.register(
        person_id=a_person().pk,
        ground=Ground.HIGH_RISK,
        answers={"risks": ["care"]},
        channel=Channel.OFFICE,
        by=Actor.system("test"),
    )
    assert officer.get(f"/office/tests/sessions/{session.reference}/").status_code == 404
    assert post(officer, f"/office/tests/sessions/{session.reference}/cancel/", why="x").status_code == 404
    assert officer.get(f"/office/tests/waiting/{waits.reference}/").status_code == 404
    assert session.reference not in officer.get("/office/tests/sessions/").content.decode()
    assert Session.objects.get(pk=session.pk).cancelled_at is None
