"""Giving roles and taking them away. A change counts from the user's next request on."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from khumkan import record
from khumkan.accounts import permissions
from khumkan.accounts.models import RoleGrant, User
from khumkan.accounts.states import STAFF_ROLES
from khumkan.kernel.actors import Actor, Grant, Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: Within what a role makes sense. Roles that are not named may have any of national and province.
SCOPES = {
    Role.EMPLOYER: {ScopeKind.EMPLOYER},
    Role.BANKER: {ScopeKind.BANK},
    Role.SWABBER: {ScopeKind.SITE},
    Role.LAB: {ScopeKind.SITE},
    Role.VACCINATOR: {ScopeKind.SITE},
    Role.FRONT_DESK: {ScopeKind.SITE},
    Role.NURSE: {ScopeKind.SITE},
    Role.DRIVER: {ScopeKind.SITE, ScopeKind.PROVINCE},
    Role.AUDITOR: {ScopeKind.NATIONAL},
    Role.PRIVACY_OFFICER: {ScopeKind.NATIONAL},
    Role.ADMINISTRATOR: {ScopeKind.NATIONAL},
}
USUAL_SCOPES = frozenset({ScopeKind.NATIONAL, ScopeKind.PROVINCE})


@transaction.atomic
def grant_role(*, user: User, grant: Grant, by: Actor) -> RoleGrant:
    """Give a user a role within a scope.

    :raises Refused: for the own account, for a scope that the role cannot have, for a role held already, and for the
        administrator's role, which needs a second person.
    """
    permissions.check_may_manage(by, user)
    if grant.role is Role.ADMINISTRATOR:
        raise Refused(
            N_("The administrator’s role needs the approval of a second administrator."), "needs_second_person"
        )
    return add(user=user, grant=grant, by=by)


def add(*, user: User, grant: Grant, by: Actor) -> RoleGrant:
    """Store a role that somebody was allowed to give."""
    check_scope(grant)
    try:
        with transaction.atomic():
            row = RoleGrant.objects.create(
                user=user, role=grant.role, scope_kind=grant.scope_kind, key=grant.key, granted_by=by.id
            )
    except IntegrityError as error:
        raise Refused(N_("The user holds this role already."), "held_already") from error
    record.write("accounts.role_granted", by=by, about=user, data=_data(grant))
    return row


@transaction.atomic
def withdraw_role(*, grant_id: int, user: User, by: Actor) -> None:
    """Take a role away; what was withdrawn already stays as it is."""
    permissions.check_may_manage(by, user)
    row = RoleGrant.objects.select_for_update().filter(pk=grant_id, user=user, withdrawn_at__isnull=True).first()
    if row is None:
        return
    row.withdrawn_by, row.withdrawn_at = by.id, Now()
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    grant = Grant(Role(row.role), ScopeKind(row.scope_kind), row.key)
    record.write("accounts.role_withdrawn", by=by, about=user, data=_data(grant))


def check_scope(grant: Grant) -> None:
    """Refuse a role within a scope that makes no sense.

    :raises Refused: when the role is not one of staff, the kind of scope does not fit, or the key is missing.
    """
    if grant.role not in STAFF_ROLES or grant.scope_kind not in SCOPES.get(grant.role, USUAL_SCOPES):
        raise Refused(N_("This role cannot be given within this kind of scope."), "scope_kind")
    if (grant.scope_kind is ScopeKind.NATIONAL) != (grant.key == ""):
        raise Refused(N_("Say for which province, site, employer or bank the role is."), "scope_key")


def _data(grant: Grant) -> dict[str, str]:
    return {"role": grant.role.value, "scope_kind": grant.scope_kind.value, "key": grant.key}
