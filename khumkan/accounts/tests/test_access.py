"""Who may call a view."""

import re
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.http import Http404
from django.test import RequestFactory

from khumkan.accounts import testing
from khumkan.accounts.access import Access, access_of, open_to, public, safe_next
from khumkan.accounts.models import RoleGrant, Session, User
from khumkan.accounts.tests import urls
from khumkan.kernel.actors import NOBODY, Role, ScopeKind

pytestmark = [pytest.mark.django_db, pytest.mark.urls("khumkan.accounts.tests.urls")]


@pytest.fixture(autouse=True)
def no_menu(settings):
    """These addresses are not all of Khumkan's: the menu would point to others."""
    settings.UI_NAVIGATION = ""


@pytest.fixture
def nurse():
    return testing.user(Role.NURSE, scope_kind=ScopeKind.SITE, key=7)


def test_the_actor_is_asked_for_only_when_somebody_looks(client, nurse, django_assert_num_queries):
    testing.sign_in(client, nurse)
    with django_assert_num_queries(1):
        assert client.get("/t/nurse/").content.decode() == f"staff {nurse.pk}"


def test_without_a_cookie_nothing_is_asked(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/t/public/").content.decode() == f"{NOBODY.kind} None"


def test_an_invented_cookie_is_nobody(client):
    client.cookies["signed-in"] = "x" * 43
    assert client.get("/t/public/").content.decode() == f"{NOBODY.kind} None"


@pytest.mark.parametrize(("page", "door"), [("/t/nurse/", "/sign-in/staff/"), ("/t/person/", "/sign-in/")])
def test_somebody_not_signed_in_is_led_to_the_right_door_and_back(client, page, door):
    answer = client.get(f"{page}?a=1")
    assert answer.status_code == 302
    assert answer.url == f"{door}?next={page.replace('/', '%2F')}%3Fa%3D1"


def test_htmx_is_told_to_load_the_door_as_a_whole_page(client):
    answer = client.get("/t/nurse/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith("/sign-in/staff/")


def test_another_role_sees_the_page_of_a_url_that_does_not_exist(client):
    testing.sign_in(client, testing.user(Role.BANKER, scope_kind=ScopeKind.BANK, key=1))
    foreign, missing = client.get("/t/nurse/"), client.get("/t/there-is-no-such-page/")
    assert foreign.status_code == missing.status_code == 404
    assert without_reference(foreign) == without_reference(missing)


def without_reference(answer):
    return re.sub(r"E-\w{5}.?-\w{5}|/t/[\w-]+/", "", answer.content.decode().replace("&amp;", "&"))


def test_a_person_is_no_staff_and_staff_are_no_person(client, nurse):
    assert testing.sign_in(client, 5).get("/t/nurse/").status_code == 404
    assert client.get("/t/person/").content.decode() == "person 5"
    assert testing.sign_in(client, nurse).get("/t/person/").status_code == 404


def test_what_changes_counts_at_the_next_request(client, nurse):
    testing.sign_in(client, nurse)
    assert client.get("/t/nurse/").status_code == 200
    RoleGrant.objects.update(withdrawn_at=Now())
    assert client.get("/t/nurse/").status_code == 404
    RoleGrant.objects.update(withdrawn_at=None)
    User.objects.update(is_active=False)
    assert client.get("/t/nurse/").status_code == 302


def test_a_sensitive_page_asks_once_more_after_ten_minutes(client, nurse):
    testing.sign_in(client, nurse)
    assert client.get("/t/fresh/").status_code == 200
    Session.objects.update(proved_at=Now() - timedelta(minutes=11))
    assert client.get("/t/fresh/").url == "/sign-in/again/?next=%2Ft%2Ffresh%2F"
    sent = client.post("/t/fresh/", headers={"Referer": "http://testserver/t/nurse/"})
    assert sent.url == "/sign-in/again/?next=%2Ft%2Fnurse%2F"


def test_every_mark_can_be_read(nurse):
    assert access_of(urls.urlpatterns[1].callback) == Access(roles=frozenset({Role.NURSE, Role.OFFICER}))
    assert access_of(urls.urlpatterns[0].callback) == Access(public="a test")
    assert access_of(lambda request: None) is None


def test_a_mark_must_say_something():
    with pytest.raises(ValueError, match="role"):
        open_to()
    with pytest.raises(ValueError, match="why"):
        public("")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "",
        None,
    ],
)
def test_next_stays_on_this_site(target):
    assert safe_next(RequestFactory().get("/"), target, default="/home/") == "/home/"


def test_next_may_be_a_page_of_ours():
    assert safe_next(RequestFactory().get("/"), "/my/?a=1", default="/") == "/my/?a=1"


def test_the_404_for_a_wrong_role_is_raised_not_answered(nurse):
    request = RequestFactory().get("/t/nurse/")
    request.actor = testing.actor(Role.LAB, scope_kind=ScopeKind.SITE, key=1)
    with pytest.raises(Http404):
        urls.urlpatterns[1].callback(request)
