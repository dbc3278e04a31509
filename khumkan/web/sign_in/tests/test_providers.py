"""Signing in through a provider, and twenty-five and more answers that are not a sign-in (S17)."""

import time

import pytest
from django.test import Client

from khumkan.accounts.models import ProviderLink, Session, SignInEvent
from khumkan.accounts.oidc import providers
from khumkan.accounts.states import Method, Outcome
from khumkan.accounts.tests import provider as fake
from khumkan.web.sign_in.tests.support import (
    NUMBER,
    UNKNOWN,
    is_signed_in,
    nobody_is_signed_in,
    register,
    sign_in_by_code,
    thai_number,
)
from khumkan.web.sign_in.views import providers as views

pytestmark = pytest.mark.django_db
START, BACK = "/sign-in/provider/thaid/", "/sign-in/provider/thaid/back/"


@pytest.fixture(scope="module")
def running():
    made = fake.Provider()
    yield made
    made.close()


@pytest.fixture
def thaid(running, settings):
    running.honest()
    running.published = [running.key]
    providers.forget()
    settings.KHUMKAN_OIDC = {"thaid": running.settings(), "other": running.settings(issuer=running.issuer + "/other")}
    return running


@pytest.fixture
def somchai():
    return register()


def go(client, thaid, *, number=NUMBER, subject="s-1", next_page="", **changes):
    """Start, sign in there, come back with what the provider gave, changed; a value that is None is left out."""
    address = client.post(START, {"next": next_page}).url
    query = thaid.sign_in(address, number=number, subject=subject) | changes
    return client.get(BACK, {name: value for name, value in query.items() if value is not None})


def test_the_provider_opens_the_door(client, thaid, somchai):
    answer = go(client, thaid, next_page="/my/account/")
    assert (answer.status_code, answer.url) == (302, "/my/account/")
    session = Session.objects.get()
    assert (session.person_id, session.method) == (somchai.pk, Method.OIDC)
    link = ProviderLink.objects.get()
    assert (link.issuer, link.subject, link.person_id) == (thaid.issuer, "s-1", somchai.pk)


def test_the_number_may_stand_in_the_userinfo(client, thaid, somchai):
    thaid.claims = {"pid": None}
    thaid.metadata = {"userinfo_endpoint": f"{thaid.issuer}/userinfo"}
    thaid.userinfo = {"sub": "s-1", "pid": NUMBER}
    go(client, thaid)
    assert is_signed_in(client)


def test_keys_may_be_changed(client, thaid, somchai, monkeypatch):
    go(client, thaid)
    monkeypatch.setattr(providers, "REFETCH_SECONDS", 0)
    thaid.sign_with = fake.RSAKey.generate_key(2048, {"kid": "k2"})
    thaid.published = [thaid.sign_with]
    thaid.header = {"kid": "k2"}
    again = Client()
    go(again, thaid)
    assert is_signed_in(again)


def test_the_second_time_is_the_same_person(client, thaid, somchai):
    go(client, thaid)
    again = Client()
    go(again, thaid)
    assert is_signed_in(again)
    assert ProviderLink.objects.count() == 1


HOSTILE = {
    ("alg none", "signature"): lambda p: {"raw_token": fake.unsigned(p)},
    ("signed with the shared secret", "signature"): lambda p: {
        "sign_with": fake.shared_secret(),
        "header": {"alg": "HS256"},
    },
    ("another key of the same name", "signature"): lambda p: {"sign_with": fake.other_key()},
    ("another family of keys", "signature"): lambda p: {"sign_with": fake.elliptic_key(), "header": {"alg": "ES256"}},
    ("algorithm not on the list", "signature"): lambda p: {"header": {"alg": "RS384"}},
    ("unknown key id", "signature"): lambda p: {"sign_with": fake.other_key(), "header": {"kid": "unknown"}},
    ("a logout token", "type"): lambda p: {"header": {"typ": "logout+jwt"}},
    ("an access token", "type"): lambda p: {"header": {"typ": "at+jwt"}},
    ("no token", "signature"): lambda p: {"raw_token": lambda asked: ""},
    ("rubbish", "signature"): lambda p: {"raw_token": lambda asked: "a.b.c"},
    ("a list for a token", "signature"): lambda p: {"token_answer": {"id_token": ["x"]}},
    ("wrong issuer", "issuer"): lambda p: {"claims": {"iss": "https://evil.example"}},
    ("no issuer", "issuer"): lambda p: {"claims": {"iss": None}},
    ("wrong audience", "audience"): lambda p: {"claims": {"aud": "somebody-else"}},
    ("one audience more", "audience"): lambda p: {"claims": {"aud": [fake.CLIENT, "somebody-else"]}},
    ("wrong authorised party", "authorised_party"): lambda p: {"claims": {"azp": "somebody-else"}},
    ("wrong nonce", "nonce"): lambda p: {"claims": {"nonce": "another"}},
    ("no nonce", "nonce"): lambda p: {"claims": {"nonce": None}},
    ("expired", "expired"): lambda p: {"claims": {"exp": int(time.time()) - 120}},
    ("no expiry", "expired"): lambda p: {"claims": {"exp": None}},
    ("expiry as a text", "expired"): lambda p: {"claims": {"exp": "9999999999"}},
    ("issued an hour ago", "issued"): lambda p: {"claims": {"iat": int(time.time()) - 3600}},
    ("issued tomorrow", "issued"): lambda p: {"claims": {"iat": int(time.time()) + 86400}},
    ("not valid yet", "not_yet"): lambda p: {"claims": {"nbf": int(time.time()) + 3600}},
    ("no subject", "subject"): lambda p: {"claims": {"sub": None}},
    ("subject is a number", "subject"): lambda p: {"claims": {"sub": 7}},
    ("weak assurance", "assurance"): lambda p: {"claims": {"acr": "ial1"}},
    ("no assurance", "assurance"): lambda p: {"claims": {"acr": None}},
    ("no identity number", "no_number"): lambda p: {"claims": {"pid": None}},
    ("identity number is a list", "no_number"): lambda p: {"claims": {"pid": [NUMBER]}},
    ("identity number is empty", "no_number"): lambda p: {"claims": {"pid": ""}},
    ("access token swapped", "access_token"): lambda p: {"claims": {"at_hash": "x" * 22}},
    ("userinfo of somebody else", "userinfo_of_another"): lambda p: {
        "claims": {"pid": None},
        "metadata": {"userinfo_endpoint": f"{p.issuer}/userinfo"},
        "userinfo": {"sub": "s-2", "pid": NUMBER},
    },
    ("metadata of another issuer", "unreachable"): lambda p: {"metadata": {"issuer": "https://evil.example"}},
    ("token endpoint without TLS elsewhere", "unreachable"): lambda p: {
        "metadata": {"token_endpoint": "http://evil.example/token"}
    },
    ("errors", "unreachable"): lambda p: {"status": 500},
}


@pytest.mark.parametrize(("trick", "reason"), HOSTILE, ids=[trick for trick, _ in HOSTILE])
def test_no_hostile_token_is_a_sign_in(client, thaid, somchai, trick, reason, monkeypatch):
    reasons = []
    monkeypatch.setattr(views, "_sentence", lambda found, code: reasons.append(code) or code)
    address = client.post(START).url
    for name, value in HOSTILE[trick, reason](thaid).items():
        setattr(thaid, name, value)
    providers.forget()
    query = thaid.sign_in(address, number=NUMBER)
    answer = client.get(BACK, query)
    assert (answer.status_code, answer.url) == (302, "/sign-in/")
    assert nobody_is_signed_in()
    assert reasons == [reason], "refused for the reason meant, not by accident"
    assert SignInEvent.objects.latest("id").outcome == Outcome.REFUSED


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "another"},
        {"state": None},
        {"state": ""},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"code": None},
        {"code": "invented"},
        {"error": "access_denied"},
    ],
    ids=str,
)
def test_no_hostile_way_back_is_a_sign_in(client, thaid, somchai, changes):
    go(client, thaid, **changes)
    assert nobody_is_signed_in()


class TestCarriedElsewhere:
    def test_another_browser_cannot_finish(self, client, thaid, somchai):
        query = thaid.sign_in(client.post(START).url, number=NUMBER)
        Client().get(BACK, query)
        assert nobody_is_signed_in()

    def test_a_browser_with_its_own_start_cannot_finish_anothers(self, client, thaid, somchai):
        victim = Client()
        victim.post(START)
        victim.get(BACK, thaid.sign_in(client.post(START).url, number=NUMBER))
        assert nobody_is_signed_in()

    def test_the_way_back_serves_once(self, client, thaid, somchai):
        query = thaid.sign_in(client.post(START).url, number=NUMBER)
        handle = client.cookies["oidc"].value
        client.get(BACK, query)
        Session.objects.all().delete()
        client.cookies["oidc"] = handle
        client.get(BACK, query)
        assert nobody_is_signed_in()

    def test_a_start_at_one_provider_is_not_finished_at_another(self, client, thaid, somchai, settings):
        settings.KHUMKAN_OIDC = settings.KHUMKAN_OIDC | {"second": thaid.settings()}
        query = thaid.sign_in(client.post(START).url, number=NUMBER)
        client.get("/sign-in/provider/second/back/", query)
        assert nobody_is_signed_in()

    def test_next_never_leads_elsewhere(self, client, thaid, somchai):
        assert go(client, thaid, next_page="https://evil.example/").url == "/"


class TestWho:
    def test_a_number_that_is_not_in_the_register_opens_nothing(self, client, thaid, somchai):
        go(client, thaid, number=UNKNOWN)
        assert nobody_is_signed_in()

    def test_a_subject_that_was_somebody_else_is_refused(self, client, thaid, somchai):
        register(thai_number(3), phone="+66811111111")
        go(client, thaid)
        Session.objects.all().delete()
        go(Client(), thaid, number=thai_number(3))
        assert nobody_is_signed_in()

    def test_a_person_who_was_another_subject_is_refused(self, client, thaid, somchai):
        go(client, thaid)
        Session.objects.all().delete()
        go(Client(), thaid, subject="s-2")
        assert nobody_is_signed_in()

    def test_proving_once_more_as_somebody_else_is_refused(self, thaid, somchai):
        register(thai_number(3), phone="+66811111111")
        client = sign_in_by_code()
        before = Session.objects.get().proved_at
        go(client, thaid, number=thai_number(3), subject="s-3")
        assert Session.objects.get().proved_at == before
        go(client, thaid)
        assert Session.objects.get().proved_at >= before

    def test_an_old_sign_in_there_does_not_prove_it_once_more(self, thaid, somchai):
        client = sign_in_by_code()
        before = Session.objects.get().proved_at
        thaid.claims = {"auth_time": int(time.time()) - 7200}
        go(client, thaid)
        assert Session.objects.get().proved_at == before


def test_a_provider_that_is_gone_is_a_sentence_and_no_crash(client, thaid, somchai, settings):
    settings.KHUMKAN_OIDC = {"thaid": thaid.settings(issuer="http://127.0.0.1:1")}
    providers.forget()
    assert client.post(START).url == "/sign-in/"
    assert client.get("/sign-in/").status_code == 200


def test_a_provider_that_is_not_configured_does_not_exist(client, thaid):
    assert client.post("/sign-in/provider/invented/").status_code == 404
    assert client.get("/sign-in/provider/invented/back/").status_code == 404
    assert client.post("/sign-in/staff/provider/thaid/").status_code == 404, "persons' provider at the staff's door"
