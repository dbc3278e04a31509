"""Persons sign in by a code, by a letter, and change their phone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from khumkan.accounts import testing
from khumkan.accounts.models import FourEyesRequest, OneTimeCode, PhoneChange, Session, SignInEvent
from khumkan.accounts.states import Method, Outcome, PhoneChangeState
from khumkan.kernel.actors import Role
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry import queries as registry
from khumkan.ui.testing import assert_page_is_sound
from khumkan.web.sign_in import phones
from khumkan.web.sign_in.tests.support import (
    NUMBER,
    OTHER_PHONE,
    PHONE,
    ask,
    is_signed_in,
    last_code,
    register,
    send,
    sign_in_by_code,
    sms,
    staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def somchai():
    return register()


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_code_to_the_registered_phone_opens_the_door(client, somchai, language):
    assert_page_is_sound(client.get(f"/sign-in/?lang={language}"))
    answer = ask(client, next_page="/my/account/")
    assert answer.url == "/sign-in/code/?next=%2Fmy%2Faccount%2F"
    assert_page_is_sound(client.get(answer.url))
    code = last_code()
    assert sms()[-1][0] == PHONE
    answer = client.post(answer.url, {"code": code})
    assert (answer.status_code, answer.url) == (302, "/my/account/")
    session = Session.objects.get()
    assert (session.person_id, session.method) == (somchai.pk, Method.PHONE_CODE)
    assert_page_is_sound(client.get("/my/account/"))


@pytest.mark.parametrize(
    ("kind", "number"), [(IdentifierKind.PASSPORT, "AB1234567"), (IdentifierKind.FOREIGN, "5512345678901")]
)
def test_other_documents_open_it_too(client, kind, number):
    register(number, kind=kind)
    ask(client, number.lower(), kind=kind.value)
    client.post("/sign-in/code/", {"code": last_code()})
    assert is_signed_in(client)


def test_an_impossible_number_is_explained_without_looking_it_up(client, somchai):
    answer = ask(client, NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10))
    assert answer.status_code == 422
    assert_page_is_sound(answer)
    assert not OneTimeCode.objects.exists()


def test_a_wrong_code_is_explained(client, somchai):
    ask(client)
    wrong = f"{(int(last_code()) + 1) % 10**6:06}"
    answer = client.post("/sign-in/code/", {"code": wrong})
    assert answer.status_code == 422
    assert_page_is_sound(answer)
    assert SignInEvent.objects.filter(outcome=Outcome.WRONG).exists()


def test_the_code_stands_in_no_table(client, somchai):
    ask(client)
    code = last_code()
    with connection.cursor() as cursor:
        for table in ("accounts_onetimecode", "messaging_message", "procrastinate_jobs", "accounts_signinevent"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t WHERE true")
            dump = cursor.fetchone()[0].replace(str(somchai.pk), "")
            for secret in (NUMBER, PHONE[1:]):
                assert secret not in dump, table
            assert f"{code}:" not in dump
            assert f'"{code}"' not in dump


def test_a_person_without_a_phone_gets_no_code_and_no_other_page(client):
    register(phone="")
    assert ask(client).url == "/sign-in/code/"
    assert sms() == []


def test_at_most_five_codes_an_hour_go_to_one_phone(client):
    for seed in range(20):
        number = f"AA{seed:07}"
        register(number, kind=IdentifierKind.PASSPORT)
        ask(client, number, kind="passport")
    assert len(sms()) <= 5


class TestLetter:
    def letter(self, somchai):
        send(staff(Role.AGENT), f"/desk/persons/{somchai.reference}/letter/", why="Was here with the card")
        asked = FourEyesRequest.objects.get()
        answer = staff(Role.OFFICER).post(f"/desk/requests/{asked.pk}/", {"decision": "approve"})
        assert_page_is_sound(answer)
        return answer.context["letter"].code

    def test_two_members_of_staff_make_it_and_the_person_comes_in(self, client):
        somchai = register(phone="")
        code = self.letter(somchai)
        assert_page_is_sound(client.get("/sign-in/letter/"))
        client.post("/sign-in/letter/", {"kind": "thai", "number": NUMBER, "code": code})
        assert Session.objects.get(person_id=somchai.pk).method == Method.LETTER

    def test_a_person_without_a_phone_may_then_add_one_at_once(self, client):
        somchai = register(phone="")
        client.post("/sign-in/letter/", {"kind": "thai", "number": NUMBER, "code": self.letter(somchai)})
        client.post("/my/account/phone/", {"phone": OTHER_PHONE})
        client.post("/my/account/phone/code/", {"code": last_code()})
        assert phones.complete_due() == 1
        assert registry.phone_of(somchai.pk) == OTHER_PHONE

    def test_one_alone_cannot(self, client):
        somchai = register(phone="")
        officer = staff(Role.OFFICER)
        send(officer, f"/desk/persons/{somchai.reference}/letter/", why="x")
        asked = FourEyesRequest.objects.get()
        assert officer.post(f"/desk/requests/{asked.pk}/", {"decision": "approve"}).status_code == 422
        assert not OneTimeCode.objects.exists()


class TestPhoneChange:
    def change(self, client):
        assert_page_is_sound(client.get("/my/account/phone/"))
        client.post("/my/account/phone/", {"phone": "089 876 5432"})
        return client.post("/my/account/phone/code/", {"code": last_code()})

    def test_the_old_phone_is_told_and_the_new_one_waits(self, somchai):
        client = sign_in_by_code()
        assert self.change(client).url == "/my/account/"
        address, text = sms()[-1]
        assert address == PHONE
        assert "48" in text
        assert_page_is_sound(client.get("/my/account/"))
        assert phones.complete_due() == 0
        assert registry.phone_of(somchai.pk) == PHONE
        PhoneChange.objects.update(effective_at=Now() - timedelta(seconds=1))
        assert phones.complete_due() == 1
        assert registry.phone_of(somchai.pk) == OTHER_PHONE

    def test_the_person_can_keep_the_old_phone(self, somchai):
        client = sign_in_by_code()
        self.change(client)
        thief = testing.sign_in(Client(), somchai.pk)
        send(client, "/my/account/phone/cancel/")
        assert PhoneChange.objects.get().state == PhoneChangeState.CANCELLED
        assert is_signed_in(client)
        assert not is_signed_in(thief)
        PhoneChange.objects.update(effective_at=Now() - timedelta(seconds=1))
        assert phones.complete_due() == 0

    def test_an_old_sign_in_must_prove_once_more(self, somchai):
        client = sign_in_by_code()
        Session.objects.update(proved_at=Now() - timedelta(minutes=11))
        assert client.get("/my/account/phone/", follow=True).redirect_chain[-1][0].startswith("/my/again/")
        assert_page_is_sound(client.get("/my/again/"))
        client.post("/my/again/?next=/my/account/phone/")
        answer = client.post("/my/again/code/?next=/my/account/phone/", {"code": last_code()})
        assert answer.url == "/my/account/phone/"
        assert client.get("/my/account/phone/").status_code == 200

    def test_two_members_of_staff_can_and_the_old_phone_is_told_too(self, somchai):
        agent, officer = staff(Role.AGENT), staff(Role.OFFICER)
        assert_page_is_sound(agent.get(f"/desk/persons/{somchai.reference}/phone/"))
        send(agent, f"/desk/persons/{somchai.reference}/phone/", phone=OTHER_PHONE, why="Was here with the card")
        assert_page_is_sound(officer.get("/desk/requests/"))
        officer.post(f"/desk/requests/{FourEyesRequest.objects.get().pk}/", {"decision": "approve"})
        assert PhoneChange.objects.get().state == PhoneChangeState.WAITING
        assert sms()[-1][0] == PHONE
        assert registry.phone_of(somchai.pk) == PHONE


def test_a_person_sees_the_sign_ins_and_ends_the_others(somchai):
    client = sign_in_by_code()
    other = testing.sign_in(Client(), somchai.pk)
    send(client, "/my/account/sign-out-elsewhere/")
    assert is_signed_in(client)
    assert not is_signed_in(other)
