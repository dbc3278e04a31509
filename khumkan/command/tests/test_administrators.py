"""`khumkan administrators`."""

import re

import pytest
from click.testing import CliRunner

from khumkan.accounts.models import RoleGrant, User
from khumkan.command.administrators import administrators
from khumkan.kernel.actors import Role
from khumkan.record.models import Event


@pytest.mark.django_db
def test_the_command_invites_two_administrators_once() -> None:
    told = CliRunner().invoke(administrators, ["anong", "boonmee"])

    assert told.exit_code == 0, told.output
    lines = re.findall(r"^(\w+): \S+/sign-in/staff/invitation/  code (W\S+)$", told.output, re.MULTILINE)
    assert [name for name, _code in lines] == ["anong", "boonmee"]
    held = RoleGrant.objects.filter(role=Role.ADMINISTRATOR).order_by("user__username")
    assert list(held.values_list("user__username", flat=True)) == ["anong", "boonmee"]
    founded = Event.objects.get(name="accounts.founded")
    assert (founded.system, sorted(founded.data["users"])) == ("console", sorted(held.values_list("user", flat=True)))
    assert not any(code in str(event.data) for event in Event.objects.order_by("pk") for _name, code in lines)

    again = CliRunner().invoke(administrators, ["chai", "duang"])

    assert again.exit_code == 1
    assert "There are administrators already" in again.output
    assert User.objects.count() == 2
