"""What the second person sees of a change of phone, and how staff stop one that is not the person's."""

import pytest

from khumkan.accounts import testing
from khumkan.accounts.actions import phones as phone_actions
from khumkan.accounts.models import FourEyesRequest, PhoneChange
from khumkan.accounts.states import PhoneChangeState
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.record.models import Event
from khumkan.registry import queries as registry
from khumkan.ui.testing import assert_page_is_sound
from khumkan.web.sign_in import phones
from khumkan.web.sign_in.tests.support import OTHER_PHONE, PHONE, register, send, staff

pytestmark = pytest.mark.django_db
NEW_SHOWN, OLD_DIGITS = "089 876 5432", PHONE[-4:]
LOOK = {"name": "record.saw", "data__page": "sign_in:requests"}


@pytest.fixture
def somchai():
    return register()


@pytest.fixture
def asked(somchai):
    """An agent has asked for a new phone; returns that agent's browser."""
    browser = staff(Role.AGENT)
    send(browser, f"/desk/persons/{somchai.reference}/phone/", phone=OTHER_PHONE, why="Lost it")
    return browser


@pytest.fixture
def change(somchai):
    return phones.ask_change(person_id=somchai.pk, phone=OTHER_PHONE, by=Actor.person(somchai.pk))


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_second_person_sees_the_new_number_and_the_end_of_the_old(somchai, asked, language):
    page = staff(Role.SUPERVISOR).get(f"/desk/requests/?lang={language}")

    assert_page_is_sound(page)
    assert NEW_SHOWN in page.text
    assert OLD_DIGITS in page.text
    assert PHONE[3:] not in page.text.replace(" ", "")
    assert Event.objects.filter(**LOOK, person_id=somchai.pk).count() == 1


def test_without_an_old_number_the_page_says_so():
    person = register(phone="")
    send(staff(Role.AGENT), f"/desk/persons/{person.reference}/phone/", phone=OTHER_PHONE, why="Has none")

    page = staff(Role.SUPERVISOR).get("/desk/requests/?lang=en")

    assert "None yet" in page.text
    assert NEW_SHOWN in page.text


def test_who_asked_sees_the_number_again_and_other_agents_do_not(somchai, asked):
    assert NEW_SHOWN in asked.get("/desk/requests/").text
    seen = Event.objects.filter(**LOOK).count()

    page = staff(Role.AGENT).get("/desk/requests/").text

    assert somchai.reference in page
    assert NEW_SHOWN not in page
    assert Event.objects.filter(**LOOK).count() == seen == 1


def test_a_letter_shows_no_number(somchai):
    send(staff(Role.AGENT), f"/desk/persons/{somchai.reference}/letter/", why="Was here")

    page = staff(Role.SUPERVISOR).get("/desk/requests/").text

    assert FourEyesRequest.objects.count() == 1
    assert OLD_DIGITS not in page
    assert not Event.objects.filter(**LOOK).exists()


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.OFFICER])
def test_staff_stop_a_change_that_the_person_did_not_ask_for(client, somchai, change, role):
    browser = staff(role)
    here = f"/desk/tests/{somchai.reference}/"
    page = browser.get(here)
    assert_page_is_sound(page)
    stop = f"/desk/persons/{somchai.reference}/phone/cancel/"
    assert stop in page.text

    answer = send(browser, stop)

    assert answer.headers["Location"] == here
    change.refresh_from_db()
    assert change.state == PhoneChangeState.CANCELLED
    assert phones.complete_due() == 0
    assert registry.phone_of(somchai.pk) == PHONE
    event = Event.objects.get(name="accounts.phone_change_cancelled")
    assert (event.person_id, event.on_behalf_of, event.actor_kind) == (somchai.pk, somchai.pk, "staff")
    assert stop not in browser.get(here).text
    testing.sign_in(client, somchai.pk)
    assert "Stopped the change of your telephone number" in client.get("/my/record/?lang=en").text


def test_control_a_change_that_nobody_stops_counts_after_its_wait(somchai, change):
    PhoneChange.objects.update(effective_at="2020-01-01T00:00Z")

    assert phones.complete_due() == 1
    assert registry.phone_of(somchai.pk) == OTHER_PHONE


def test_stopping_twice_or_nothing_does_no_harm(somchai, change):
    browser = staff(Role.AGENT)
    for _ in range(2):
        assert send(browser, f"/desk/persons/{somchai.reference}/phone/cancel/").status_code == 302

    assert Event.objects.filter(name="accounts.phone_change_cancelled").count() == 1


def test_an_officer_of_another_province_stops_nothing(client, somchai, change):
    testing.sign_in(client, testing.user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="50"))

    assert send(client, f"/desk/persons/{somchai.reference}/phone/cancel/").status_code == 404
    assert PhoneChange.objects.filter(state=PhoneChangeState.WAITING).exists()


@pytest.mark.parametrize(
    "by",
    [
        lambda person: testing.actor(Role.NURSE).acting_for(person),
        lambda person: testing.actor(Role.FRONT_DESK).acting_for(person),
        lambda person: testing.actor(Role.ADMINISTRATOR).acting_for(person),
        lambda person: testing.actor(Role.CLIENT).acting_for(person),
        lambda _person: testing.actor(Role.AGENT),
        lambda person: testing.actor(Role.AGENT).acting_for(person + 1),
        lambda person: Actor.person(person + 1),
    ],
    ids=["nurse", "front desk", "administrator", "system", "for nobody", "for another", "another person"],
)
def test_nobody_else_stops_it(somchai, change, by):
    with pytest.raises(Refused) as refusal:
        phone_actions.cancel(person_id=somchai.pk, by=by(somchai.pk))

    assert refusal.value.code == "may_not_cancel"
    assert PhoneChange.objects.filter(state=PhoneChangeState.WAITING).exists()


def test_the_front_desk_finds_nobody_and_asks_for_nobody(somchai):
    desk = staff(Role.FRONT_DESK)

    for page in (f"/desk/persons/{somchai.reference}/letter/", "/desk/requests/", "/desk/tests/"):
        assert desk.get(page).status_code == 404
