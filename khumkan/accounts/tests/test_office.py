"""The administrators' pages, and what one of them cannot do alone."""

import uuid
from contextlib import contextmanager

import pytest

from khumkan.accounts import sessions, testing
from khumkan.accounts.actions import four_eyes, grants, users
from khumkan.accounts.models import ApiToken, Factor, FourEyesRequest, Invitation, RoleGrant, Session, User
from khumkan.accounts.states import FactorKind, Method, RequestKind, RequestState
from khumkan.kernel.actors import Grant, Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return testing.user(Role.ADMINISTRATOR, name="first.admin")


@pytest.fixture
def second():
    return testing.user(Role.ADMINISTRATOR, name="second.admin")


@pytest.fixture
def nurse():
    return testing.user(Role.NURSE, scope_kind=ScopeKind.SITE, key=7, name="nurse")


@pytest.fixture
def office(client, admin):
    return testing.sign_in(client, admin)


@contextmanager
def refused(code):
    """Expect a refusal for this reason, in whatever language."""
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.code == code


def send(client, address, **values):
    return client.post(address, values | {"form_key": uuid.uuid4().hex})


@pytest.mark.parametrize(
    "page",
    [
        "users/",
        "users/new/",
        "users/requests/",
        "users/signed-in/",
        "users/{nurse}/",
        "users/{own}/",
        "tokens/",
        "tokens/new/",
    ],
)
@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_is_sound(office, admin, second, nurse, page, language):
    four_eyes.ask(kind=RequestKind.FACTOR_RESET, user=nurse, why="lost phone", by=testing.actor_of(second))
    ApiToken.objects.create(
        name="Lab",
        prefix="abc",
        secret_hash=b"x",
        scopes=["a:b"],
        scope_kind="national",
        owner=admin,
        expires_at="2030-01-01T00:00Z",
    )
    answer = office.get(f"/office/{page.format(nurse=nurse.pk, own=admin.pk)}?lang={language}")
    assert answer.status_code == 200
    assert_page_is_sound(answer)


def test_only_administrators_find_these_pages(client, nurse):
    testing.sign_in(client, nurse)
    for page in ("users/", "users/new/", f"users/{nurse.pk}/", "tokens/"):
        assert client.get(f"/office/{page}").status_code == 404


def test_a_new_user_is_invited_with_a_code_shown_once(office):
    entered = {"username": "New.Nurse", "name": "New Nurse", "language": "th"}
    answer = office.post("/office/users/new/", entered)
    assert_page_is_sound(answer)
    made = User.objects.get(username="new.nurse")
    assert answer.context["invited"].user == made
    assert not made.has_usable_password()
    assert office.post("/office/users/new/", entered).status_code == 422, "the name is taken"


class Directory:
    """One site, which people call “A” and the tables 9."""

    def find(self, kind, typed):
        return "9" if (kind, typed) == (ScopeKind.SITE, "A") else None

    def names(self, scopes):
        return {("site", "9"): "Stadium (A)"}


@pytest.fixture
def one_site(settings):
    settings.ACCOUNTS_SCOPES = f"{__name__}.Directory"


def test_a_role_is_given_and_taken_away(office, nurse, one_site):
    send(office, f"/office/users/{nurse.pk}/roles/", role="swabber", scope_kind="site", key=" A ")
    row = RoleGrant.objects.get(role="swabber")
    assert (row.scope_kind, row.key, row.withdrawn_at) == ("site", "9", None)
    assert "Stadium (A)" in office.get(f"/office/users/{nurse.pk}/").text
    send(office, f"/office/users/{nurse.pk}/roles/{row.pk}/withdraw/")
    row.refresh_from_db()
    assert row.withdrawn_at, "history stays"


@pytest.mark.parametrize(
    ("scope_kind", "key"),
    [
        ("site", "B"),
        ("site", "9"),
        ("site", ""),
        ("province", "A"),
        ("employer", "A"),
        ("bank", "A"),
        ("national", "A"),
    ],
)
def test_a_role_is_given_only_within_what_exists(office, nurse, one_site, scope_kind, key):
    answer = send(office, f"/office/users/{nurse.pk}/roles/", role="officer", scope_kind=scope_kind, key=key)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"key"}
    assert_page_is_sound(answer)
    assert not RoleGrant.objects.filter(role="officer").exists()


def test_disabling_ends_all_sign_ins(office, nurse):
    sessions.create("k", method=Method.TOTP, user=nurse)
    send(office, f"/office/users/{nurse.pk}/active/", active="no")
    assert not User.objects.get(pk=nurse.pk).is_active
    assert not Session.objects.filter(user=nurse).exists()
    send(office, f"/office/users/{nurse.pk}/active/", active="yes")
    assert User.objects.get(pk=nurse.pk).is_active


def test_a_token_is_shown_once(office, admin):
    entered = {"name": "Lab", "scopes": "screening:results:write", "scope_kind": "national", "key": "", "days": "30"}
    answer = office.post("/office/tokens/new/", entered | {"owner": admin.username})
    assert_page_is_sound(answer)
    assert answer.context["token"].startswith("khk_")
    assert office.post("/office/tokens/new/", entered | {"owner": "nobody"}).status_code == 422


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"scopes": ["screening:results:wirte"]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"scope_kind": "site", "key": "B"}, "key"),
    ],
)
def test_a_token_is_issued_only_for_what_exists(office, admin, one_site, changed, field):
    entered = {"name": "Lab", "scopes": ["screening:results:write"], "scope_kind": "site", "key": "A", "days": "30"}
    answer = office.post("/office/tokens/new/", entered | {"owner": admin.username} | changed)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not ApiToken.objects.exists()
    office.post("/office/tokens/new/", entered | {"owner": admin.username})
    assert (ApiToken.objects.get().scope_kind, ApiToken.objects.get().key) == ("site", "9")
    assert "Stadium (A)" in office.get("/office/tokens/").text


def test_nobody_changes_the_own_account(admin, nurse):
    me = testing.actor_of(admin)
    with refused("own_account"):
        grants.grant_role(user=admin, grant=Grant(Role.OFFICER), by=me)
    with refused("own_account"):
        users.set_active(user=admin, active=False, by=me)
    with refused("own_account"):
        four_eyes.ask(kind=RequestKind.FACTOR_RESET, user=admin, why="x", by=me)


def test_the_administrators_role_needs_two(office, admin, second, nurse):
    with refused("needs_second_person"):
        grants.grant_role(user=nurse, grant=Grant(Role.ADMINISTRATOR), by=testing.actor_of(admin))
    send(office, f"/office/users/{nurse.pk}/roles/", role="administrator", scope_kind="national", key="")
    assert not RoleGrant.objects.filter(user=nurse, role="administrator").exists()
    asked = FourEyesRequest.objects.get()
    with refused("second_person"):
        four_eyes.approve_administrator(request_id=asked.pk, by=testing.actor_of(admin))
    four_eyes.approve_administrator(request_id=asked.pk, by=testing.actor_of(second))
    assert RoleGrant.objects.filter(user=nurse, role="administrator").exists()


def test_a_reset_takes_everything_and_needs_two(client, admin, second, nurse):
    Factor.objects.create(user=nurse, kind=FactorKind.TOTP, label="lost")
    sessions.create("k", method=Method.TOTP, user=nurse)
    asked = four_eyes.ask(kind=RequestKind.FACTOR_RESET, user=nurse, why="lost phone", by=testing.actor_of(admin))
    testing.sign_in(client, admin)
    assert client.post(f"/office/users/requests/{asked.pk}/", {"decision": "approve"}).status_code == 422
    assert Factor.objects.filter(user=nurse).exists()
    testing.sign_in(client, second)
    answer = client.post(f"/office/users/requests/{asked.pk}/", {"decision": "approve"})
    assert_page_is_sound(answer)
    assert not Factor.objects.filter(user=nurse).exists()
    assert not Session.objects.filter(user=nurse).exists()
    invitation = Invitation.objects.get(user=nurse)
    assert (invitation.made_by, invitation.approved_by) == (admin.pk, second.pk)


def test_who_it_is_about_cannot_be_the_second_person(admin, second):
    asked = four_eyes.ask(kind=RequestKind.FACTOR_RESET, user=second, why="lost", by=testing.actor_of(admin))
    with refused("second_person"):
        four_eyes.decide(request_id=asked.pk, approve=True, by=testing.actor_of(second))


def test_a_decision_stands(admin, second, nurse):
    asked = four_eyes.ask(kind=RequestKind.FACTOR_RESET, user=nurse, why="lost", by=testing.actor_of(admin))
    four_eyes.decide(request_id=asked.pk, approve=False, by=testing.actor_of(second))
    with refused("decided"):
        four_eyes.decide(request_id=asked.pk, approve=True, by=testing.actor_of(second))
    asked.refresh_from_db()
    assert asked.state == RequestState.REFUSED


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        (Grant(Role.NURSE), "scope_kind"),
        (Grant(Role.EMPLOYER, ScopeKind.PROVINCE, "10"), "scope_kind"),
        (Grant(Role.PERSON), "scope_kind"),
        (Grant(Role.SYSTEM), "scope_kind"),
        (Grant(Role.OFFICER, ScopeKind.PROVINCE, ""), "scope_key"),
        (Grant(Role.OFFICER, ScopeKind.NATIONAL, "10"), "scope_key"),
    ],
)
def test_a_scope_must_make_sense(admin, nurse, grant, code):
    with refused(code):
        grants.grant_role(user=nurse, grant=grant, by=testing.actor_of(admin))


def test_the_same_role_is_not_given_twice(admin, nurse):
    with refused("held_already"):
        grants.grant_role(user=nurse, grant=Grant(Role.NURSE, ScopeKind.SITE, "7"), by=testing.actor_of(admin))
