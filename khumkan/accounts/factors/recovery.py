"""Recovery codes: ten on a sheet of paper, each good for once, for the day when the factor is lost."""

from django.db import transaction
from django.db.models.functions import Now

from khumkan.accounts import limits, throttle
from khumkan.accounts.models import RecoveryCode, User
from khumkan.kernel import references
from khumkan.kernel.crypto import blind_index

HOW_MANY = 10


def renew(user: User) -> list[str]:
    """Make new codes, which end the old ones, and return them for the only time."""
    codes = [references.new("R") for _ in range(HOW_MANY)]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(user, code)) for code in codes)
    return codes


def left(user: User) -> int:
    """Return how many codes are unused."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


def check(user: User, *, typed: str) -> bool:
    """Say whether this is an unused code of the user; it is used by that.

    :raises RuntimeError: inside a transaction, whose rollback would forget the try.
    """
    if not throttle.take_all((limits.FACTOR, str(user.pk)), (limits.FACTOR_DAY, str(user.pk))):
        return False
    unused = RecoveryCode.objects.filter(code_hash=_hash(user, references.normalise(typed)), used_at__isnull=True)
    return unused.update(used_at=Now()) == 1


def _hash(user: User, code: str) -> bytes:
    return blind_index(f"{user.pk}:{code}", purpose="accounts.recovery")
