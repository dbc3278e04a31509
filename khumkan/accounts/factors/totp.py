"""Codes from an authenticator app (RFC 6238): six digits, thirty seconds, one step of tolerance, each code once."""

import pyotp
from django.db import transaction
from django.db.models.functions import Now
from pyotp.exceptions import OTPVerificationError

from khumkan.accounts import limits, throttle
from khumkan.accounts.models import Factor, User
from khumkan.accounts.states import FactorKind
from khumkan.kernel import clock
from khumkan.kernel.crypto import open_sealed, seal
from khumkan.kernel.digits import only_digits

ISSUER = "Khumkan"
TOLERANCE_STEPS = 1
DIGITS = 6


def new_secret() -> str:
    """Return a new secret of 160 bits in base 32."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, *, username: str) -> str:
    """Return the address that an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def enrol(user: User, *, secret: str, typed: str, label: str) -> Factor | None:
    """Store a secret once the user has shown a code made with it; None when the code is wrong."""
    step = _step(secret, typed)
    if step is None:
        return None
    with transaction.atomic():
        factor = Factor.objects.create(user=user, kind=FactorKind.TOTP, label=label, last_step=step)
        factor.secret = seal(secret.encode(), where=_where(factor))
        factor.save(update_fields=["secret"])
    return factor


def check(user: User, *, typed: str) -> bool:
    """Say whether this is a code that the user's app shows now and that was not used before.

    :raises RuntimeError: inside a transaction, whose rollback would forget the try.
    """
    if not throttle.take_all((limits.FACTOR, str(user.pk)), (limits.FACTOR_DAY, str(user.pk))):
        return False
    for factor in Factor.objects.filter(user=user, kind=FactorKind.TOTP):
        step = _step(open_sealed(bytes(factor.secret or b""), where=_where(factor)).decode(), typed)
        if step is not None and _use(factor, step):
            throttle.give_back(limits.FACTOR, str(user.pk))
            throttle.give_back(limits.FACTOR_DAY, str(user.pk))
            return True
    return False


def _step(secret: str, typed: str) -> int | None:
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(
            only_digits(typed), for_time=clock.now(), valid_window=TOLERANCE_STEPS
        )
    except OTPVerificationError:
        return None


def _use(factor: Factor, step: int) -> bool:
    """Note the step; of several requests with the same code, one gets True."""
    newer = Factor.objects.filter(pk=factor.pk, last_step__lt=step)
    return newer.update(last_step=step, used_at=Now()) == 1


def _where(factor: Factor) -> str:
    return f"accounts_factor.secret.{factor.pk}"
