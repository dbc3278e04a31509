"""The first administrators: two, from the console, while there are none."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts import queries, testing
from khumkan.accounts.actions import founding, grants, users
from khumkan.accounts.models import Invitation, User
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Grant, Role
from khumkan.kernel.errors import Refused

CONSOLE = Actor.system("console")
PASSWORD = "pla thu nueng khem"


def _ask(*usernames: str, by: Actor = CONSOLE) -> list[users.Invited]:
    return founding.invite_first_administrators(usernames=usernames, by=by)


@pytest.mark.django_db(transaction=True)
def test_who_was_invited_comes_in_and_gives_roles(client: Client) -> None:
    first, _second = _ask("anong", "boonmee")
    values = {"username": "anong", "code": first.code, "new_password": PASSWORD, "repeated": PASSWORD}

    response = client.post(reverse("accounts:invitation"), values)

    assert response.headers["Location"] == reverse("accounts:enrol")
    nurse = testing.user()
    by = testing.actor_of(User.objects.get(username="anong"))
    assert grants.grant_role(user=nurse, grant=Grant(Role.OFFICER), by=by).granted_by == first.user.pk


@pytest.mark.django_db
def test_invitations_that_nobody_used_do_not_lock_the_installation_for_ever() -> None:
    _ask("anong", "boonmee")
    with pytest.raises(Refused):
        _ask("chai", "duang")
    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    _ask("chai", "duang")

    names = queries.administrators_who_can_come_in().values_list("username", flat=True)
    assert list(names) == ["chai", "duang"]


@pytest.mark.django_db
@pytest.mark.parametrize(("usernames", "code"), [(("anong", "anong"), "two_names"), (("anong", "x"), "username_form")])
def test_two_persons_with_possible_names_are_needed(usernames: tuple[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        _ask(*usernames)

    assert refusal.value.code == code
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.OFFICER, Role.CLIENT])
def test_nobody_but_the_console_may(role: Role) -> None:
    with pytest.raises(Refused) as refusal:
        _ask("anong", "boonmee", by=testing.actor(role))

    assert refusal.value.code == "console_only"
