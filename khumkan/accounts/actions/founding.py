"""The first administrators of an installation, invited from the console: two, because one alone can decide nothing."""

from collections.abc import Sequence

from django.db import transaction

from khumkan import record
from khumkan.accounts import permissions, queries
from khumkan.accounts.actions import grants, users
from khumkan.accounts.actions.users import Invited
from khumkan.kernel.actors import Actor, Grant, Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: How many administrators it takes to make another one.
FEWEST = 2


@transaction.atomic
def invite_first_administrators(*, usernames: Sequence[str], by: Actor) -> list[Invited]:
    """Make two users with the administrator's role, and an invitation for each to hand over in person.

    Allowed while fewer than two administrators have come in or can still come in by an invitation. Who let the
    invitation expire counts for nothing, so that no installation is locked for ever.

    :raises Refused: when it is not the console that asks, there are administrators, a name is taken or not possible,
        or the two are one.
    """
    permissions.check_may_found(by)
    if queries.administrators_who_can_come_in().count() >= FEWEST:
        raise Refused(
            N_("There are administrators already. They make further users on the page “Users”."), "administrators_exist"
        )
    if len(set(usernames)) != FEWEST:
        raise Refused(N_("Name two different persons: what one administrator asks for, another approves."), "two_names")
    invited = [users.make(username=username, name=username, language="th", by=by) for username in usernames]
    for each in invited:
        grants.add(user=each.user, grant=Grant(Role.ADMINISTRATOR), by=by)
    record.write("accounts.founded", by=by, data={"users": [each.user.pk for each in invited]})
    return invited
