"""Somebody who knows everything about a person opens nothing and learns nothing (S4).

The attacker knows number, names, date of birth, address, employer, reference, telephone number (old and new), what
the code looks like, and how Khumkan works; holds neither phone nor letter, and is not the person at the provider.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from khumkan.accounts import codes, limits, testing, throttle
from khumkan.accounts.actions import four_eyes, phones
from khumkan.accounts.models import FourEyesRequest, OneTimeCode, PhoneChange, Session
from khumkan.accounts.states import CodePurpose, RequestKind
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry import actions as registry_actions
from khumkan.registry import queries as registry
from khumkan.registry.states import ContactKind
from khumkan.web.sign_in import phones as sign_in_phones
from khumkan.web.sign_in.tests.support import (
    NUMBER,
    OTHER_PHONE,
    PHONE,
    ask,
    is_signed_in,
    last_code,
    nobody_is_signed_in,
    register,
    send,
    sign_in_by_code,
    sms,
    staff,
    thai_number,
)

pytestmark = pytest.mark.django_db
THIEF = thai_number(99)
FACTS = [NUMBER, NUMBER[-6:], NUMBER[-8:], "010190", "01011990", "25330101", "0812345678", "345678", "12345678"]


@pytest.fixture
def victim():
    return register()


@pytest.fixture
def thief():
    """The attacker is insured too, and signed in as themselves."""
    return register(THIEF, phone=OTHER_PHONE)


@pytest.mark.parametrize("fact", [*FACTS, "000000", "111111", "123456", "654321", "", " ", "1506", "' OR 1=1 --", "%"])
def test_no_fact_is_a_code(victim, fact):
    browser = Client()
    ask(browser)
    sms()
    browser.post("/sign-in/code/", {"code": fact})
    assert nobody_is_signed_in()


@pytest.mark.parametrize("fact", [*FACTS, "L-22222-22222", "L", "", "' OR 1=1 --", "R-22222-22222"])
def test_no_fact_is_a_letter(victim, fact):
    codes.write_letter(kind=IdentifierKind.THAI, number=NUMBER, person_id=victim.pk)
    Client().post("/sign-in/letter/", {"kind": "thai", "number": NUMBER, "code": fact})
    assert nobody_is_signed_in()


@pytest.mark.parametrize(
    "more",
    [
        {"phone": OTHER_PHONE},
        {"to": OTHER_PHONE},
        {"person_id": "1"},
        {"person": "1"},
        {"code": "123456"},
        {"method": "oidc"},
        {"number": [NUMBER, THIEF]},
        {"email": "thief@example.com"},
    ],
    ids=str,
)
def test_nothing_added_to_the_form_moves_the_message(victim, thief, more):
    browser = Client()
    browser.post("/sign-in/", {"kind": "thai", "number": NUMBER} | more)
    assert {phone for phone, _ in sms()} <= {PHONE, OTHER_PHONE if "number" in more else PHONE}
    assert nobody_is_signed_in()


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-User": "1"},
        {"Remote-User": "admin"},
        {"Authorization": "Bearer khk_x_y"},
        {"X-Real-IP": "127.0.0.1"},
        {"X-Original-URL": "/my/account/"},
    ],
    ids=str,
)
def test_no_header_opens_a_page(victim, header):
    assert Client().get("/my/account/", headers=header).status_code == 302


@pytest.mark.parametrize(
    "name", ["signed-in", "sessionid", "person_id", "code-sign_in", "second_factor", "enrolment", "oidc"]
)
@pytest.mark.parametrize("value", ["1", "victim", "x" * 43])
def test_no_invented_cookie_opens_a_page(victim, name, value):
    browser = Client()
    browser.cookies[name] = value.replace("victim", str(victim.pk))
    for page in ("/my/account/", "/my/account/phone/", "/my/again/", "/account/"):
        assert browser.get(page).status_code == 302
    browser.post("/sign-in/code/", {"code": "123456"})
    assert nobody_is_signed_in()


class TestOtherPeoplesCodes:
    def test_ones_own_code_does_not_open_anothers_account(self, victim, thief):
        browser = Client()
        ask(browser, THIEF)
        own = last_code()
        ask(browser, NUMBER)
        browser.post("/sign-in/code/", {"code": own})
        assert not Session.objects.filter(person_id=victim.pk).exists()

    def test_a_code_read_over_the_shoulder_is_of_no_use_in_another_browser(self, victim):
        ask(Client())
        seen = last_code()
        browser = Client()
        ask(browser)
        browser.post("/sign-in/code/", {"code": seen})
        Client().post("/sign-in/code/", {"code": seen})
        assert nobody_is_signed_in()

    def test_a_code_for_a_new_phone_does_not_sign_in(self, victim, thief):
        browser = sign_in_by_code(number=THIEF)
        browser.post("/my/account/phone/", {"phone": "+66811112222"})
        handle, code = browser.cookies["code-new_phone"].value, last_code()
        other = Client()
        other.cookies["code-sign_in"] = handle
        other.post("/sign-in/code/", {"code": code})
        assert not is_signed_in(other)

    def test_a_stepping_up_with_ones_own_code_stays_ones_own(self, victim, thief):
        browser = sign_in_by_code(number=THIEF)
        ask(browser, NUMBER)
        browser.post("/my/again/code/", {"code": last_code()})
        assert set(Session.objects.values_list("person_id", flat=True)) == {thief.pk}

    def test_a_used_code_is_of_no_use(self, victim):
        browser = sign_in_by_code()
        handle = browser.cookies["code-sign_in"].value
        code = last_code()
        other = Client()
        other.cookies["code-sign_in"] = handle
        other.post("/sign-in/code/", {"code": code})
        assert Session.objects.count() == 1

    def test_a_late_code_is_of_no_use(self, victim):
        browser = Client()
        ask(browser)
        code = last_code()
        OneTimeCode.objects.update(expires_at=Now() - timedelta(seconds=1))
        browser.post("/sign-in/code/", {"code": code})
        assert nobody_is_signed_in()

    def test_a_person_who_died_is_not_signed_in(self, victim):
        type(victim).objects.filter(pk=victim.pk).update(died_on="2021-07-01")
        ask(Client())
        assert sms() == []


class TestPhone:
    def test_another_person_cannot_change_it(self, victim, thief):
        with pytest.raises(Refused):
            phones.open_change(
                person_id=victim.pk,
                phone=OTHER_PHONE,
                wait=timedelta(),
                by=testing.actor(Role.PERSON, person_id=thief.pk),
            )

    def test_an_unproved_phone_is_not_taken(self, victim):
        browser = sign_in_by_code()
        browser.post("/my/account/phone/", {"phone": OTHER_PHONE})
        browser.post("/my/account/phone/code/", {"code": "000000"})
        assert not PhoneChange.objects.exists()

    def test_a_code_for_one_phone_does_not_prove_another(self, victim):
        browser = sign_in_by_code()
        browser.post("/my/account/phone/", {"phone": OTHER_PHONE})
        handle, code = browser.cookies["code-new_phone"].value, last_code()
        browser.post("/my/account/phone/", {"phone": "+66811112222"})
        browser.cookies["code-new_phone"] = handle
        browser.post("/my/account/phone/code/", {"code": code})
        assert not PhoneChange.objects.exists()

    def test_a_stolen_sign_in_that_is_old_cannot_change_it(self, victim):
        browser = sign_in_by_code()
        Session.objects.update(proved_at=Now() - timedelta(minutes=11))
        answer = browser.post("/my/account/phone/", {"phone": OTHER_PHONE})
        assert answer.url.startswith("/sign-in/again/")
        assert not OneTimeCode.objects.filter(purpose=CodePurpose.NEW_PHONE).exists()

    def test_even_with_a_fresh_sign_in_the_old_phone_is_told_and_two_days_pass(self, victim):
        sign_in_phones.ask_change(
            person_id=victim.pk, phone=OTHER_PHONE, by=testing.actor(Role.PERSON, person_id=victim.pk)
        )
        assert sms()[-1][0] == PHONE
        assert sign_in_phones.complete_due() == 0
        assert PhoneChange.objects.filter(effective_at__gt=Now() + timedelta(hours=47)).exists()

    def test_an_old_phone_opens_nothing_after_the_change(self, victim):
        sign_in_phones.ask_change(
            person_id=victim.pk, phone=OTHER_PHONE, by=testing.actor(Role.PERSON, person_id=victim.pk)
        )
        PhoneChange.objects.update(effective_at=Now() - timedelta(seconds=1))
        sign_in_phones.complete_due()
        before = len(sms())
        ask(Client())
        assert [phone for phone, _ in sms()[before:]] == [OTHER_PHONE]

    def test_a_shared_phone_opens_only_the_account_that_was_asked_for(self, victim):
        child = register(thai_number(5), phone=PHONE)
        browser = sign_in_by_code(number=thai_number(5))
        assert set(Session.objects.values_list("person_id", flat=True)) == {child.pk}
        assert is_signed_in(browser)


class TestHotline:
    """A caller who knows everything talks an agent into helping."""

    @pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
    def test_an_agent_cannot_write_a_phone_into_the_register(self, victim, role):
        with pytest.raises(Refused):
            registry_actions.set_contact(
                person_id=victim.pk, kind=ContactKind.PHONE, address=OTHER_PHONE, by=testing.actor(role)
            )

    @pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.OFFICER, Role.ADMINISTRATOR])
    def test_nobody_changes_a_phone_alone(self, victim, role):
        with pytest.raises(Refused):
            phones.open_change(person_id=victim.pk, phone=OTHER_PHONE, wait=timedelta(), by=testing.actor(role))

    @pytest.mark.parametrize("kind", ["letter", "phone"])
    def test_nobody_approves_the_own_request(self, victim, kind):
        both = staff(Role.SUPERVISOR)
        send(both, f"/desk/persons/{victim.reference}/{kind}/", phone=OTHER_PHONE, why="He knew everything")
        asked = FourEyesRequest.objects.get()
        assert both.post(f"/desk/requests/{asked.pk}/", {"decision": "approve"}).status_code == 422
        assert not PhoneChange.objects.exists()
        assert not OneTimeCode.objects.exists()

    @pytest.mark.parametrize("kind", ["letter", "phone"])
    def test_two_agents_are_not_enough(self, victim, kind):
        send(
            staff(Role.AGENT), f"/desk/persons/{victim.reference}/{kind}/", phone=OTHER_PHONE, why="He knew everything"
        )
        asked = FourEyesRequest.objects.get()
        assert staff(Role.AGENT).post(f"/desk/requests/{asked.pk}/", {"decision": "approve"}).status_code == 404

    @pytest.mark.parametrize("role", [Role.NURSE, Role.LAB, Role.SWABBER, Role.EMPLOYER, Role.BANKER, Role.AUDITOR])
    def test_other_roles_do_not_find_the_pages(self, victim, role):
        browser = staff(role)
        for page in ("letter", "phone"):
            assert browser.get(f"/desk/persons/{victim.reference}/{page}/").status_code == 404

    def test_a_letter_to_one_person_is_of_no_use_for_another(self, victim, thief):
        letter = codes.write_letter(kind=IdentifierKind.THAI, number=THIEF, person_id=thief.pk)
        Client().post("/sign-in/letter/", {"kind": "thai", "number": NUMBER, "code": letter})
        assert nobody_is_signed_in()

    def test_without_saying_why_nothing_is_asked(self, victim):
        with pytest.raises(Refused):
            four_eyes.ask(kind=RequestKind.LETTER, person_id=victim.pk, why=" ", by=testing.actor(Role.AGENT))

    def test_a_request_of_one_kind_is_not_carried_out_as_another(self, victim):
        admin, second = (testing.actor_of(testing.user(Role.ADMINISTRATOR)) for _ in range(2))
        nurse = testing.user(Role.NURSE, scope_kind=ScopeKind.SITE, key=1)
        asked = four_eyes.ask(kind=RequestKind.FACTOR_RESET, user=nurse, why="x", by=admin)
        with pytest.raises(Missing):
            four_eyes.approve_administrator(request_id=asked.pk, by=second)

    @pytest.mark.parametrize(
        "by", [Actor.system("x"), testing.actor(Role.PERSON, person_id=1)], ids=["system", "person"]
    )
    def test_only_staff_ask(self, victim, by):
        with pytest.raises(Refused):
            four_eyes.ask(kind=RequestKind.LETTER, person_id=victim.pk, why="x", by=by)


def test_the_victims_phone_is_still_the_one_in_the_register(victim, thief):
    """After the whole walk through every page that takes a phone, as the thief."""
    browser = sign_in_by_code(number=THIEF)
    for page in ("/my/account/phone/", "/my/account/phone/code/", "/my/again/", "/my/again/code/"):
        send(browser, page, phone=OTHER_PHONE, person_id=victim.pk, person=victim.pk, code="123456")
    assert registry.phone_of(victim.pk) == PHONE
    assert not PhoneChange.objects.filter(person_id=victim.pk).exists()


class TestAllAtOnce:
    """The inverted attack: a few guesses at the code of each of very many phones, from very many networks (S5)."""

    PHONES, GUESSES = 80, 3

    @pytest.fixture
    def budget(self, monkeypatch):
        """The budget of the whole service, a hundred times smaller; return how many wrong guesses it bears at once."""
        small = replace(limits.GUESS_RISK, burst=limits.GUESS_RISK.burst / 100, refill=limits.GUESS_RISK.refill / 100)
        monkeypatch.setattr(limits, "GUESS_RISK", small)
        return small.burst / codes._risk(codes.USUAL_DIGITS)

    @pytest.fixture
    def answers(self, monkeypatch):
        """What became of every guess."""
        given, usual = [], codes.guess

        def guess(*args, **more):
            given.append(usual(*args, **more).answer)
            return codes.Guess(given[-1])

        monkeypatch.setattr(codes, "guess", guess)
        return given

    def attack(self):
        """Ask for all codes, then guess at all of them."""
        windows = [Client(REMOTE_ADDR=f"10.{phone}.0.1") for phone in range(self.PHONES)]
        for phone, window in enumerate(windows):
            ask(window, thai_number(5000 + phone))
        for window in windows * self.GUESSES:
            window.post("/sign-in/code/", {"code": "000000"})

    def test_the_budget_of_the_whole_service_stops_it(self, budget, answers):
        self.attack()
        assert set(answers) == {codes.Answer.WRONG, codes.Answer.BUSY}
        assert len(answers) == self.PHONES * self.GUESSES
        assert budget <= answers.count(codes.Answer.WRONG) <= budget * 1.2  # some of it comes in again meanwhile
        assert codes.digits_now() == codes.CAREFUL_DIGITS

    def test_control_without_the_budget_every_guess_is_looked_at(self, budget, answers, monkeypatch):
        usual = throttle.take
        monkeypatch.setattr(
            throttle, "take", lambda limit, *rest, **more: limit is limits.GUESS_RISK or usual(limit, *rest, **more)
        )
        self.attack()
        assert answers.count(codes.Answer.WRONG) == self.PHONES * self.GUESSES > budget
