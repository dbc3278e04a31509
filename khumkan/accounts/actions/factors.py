"""Changes of what a user signs in with. Each ends the user's other sign-ins."""

from django.db import transaction

from khumkan import record
from khumkan.accounts import sessions
from khumkan.accounts.actions.users import themselves
from khumkan.accounts.factors import recovery
from khumkan.accounts.models import Factor, Session, User
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_


@transaction.atomic
def enrolled(*, user: User, factor: Factor, session: Session | None) -> list[str]:
    """Note a new factor, and return recovery codes when the user had none.

    :param session: the sign-in that goes on; None while the user is not signed in yet.
    """
    record.write("accounts.factor_enrolled", by=themselves(user), about=user, data={"kind": factor.kind})
    sessions.end_all(user_id=user.pk, but=session)
    return [] if recovery.left(user) else recovery.renew(user)


@transaction.atomic
def remove(*, user: User, factor_id: int, session: Session) -> None:
    """Remove a factor, but never the last one.

    :raises Refused: when it is the last one.
    """
    held = list(Factor.objects.select_for_update().filter(user=user).order_by("id"))
    factor = next((each for each in held if each.pk == factor_id), None)
    if factor is None:
        return
    if len(held) == 1:
        raise Refused(N_("This is your only second factor. Add another one before you remove it."), "last_factor")
    factor.delete()
    sessions.end_all(user_id=user.pk, but=session)
    record.write("accounts.factor_removed", by=themselves(user), about=user, data={"kind": factor.kind})


@transaction.atomic
def renew_recovery_codes(*, user: User, session: Session) -> list[str]:
    """Make new recovery codes and return them for the only time; the old ones are worth nothing."""
    codes = recovery.renew(user)
    sessions.end_all(user_id=user.pk, but=session)
    record.write("accounts.recovery_codes_renewed", by=themselves(user), about=user)
    return codes
