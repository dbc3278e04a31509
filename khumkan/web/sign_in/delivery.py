"""Delivering codes. The worker alone looks into the register; no answer to a browser waits for it or depends on it."""

from django.conf import settings
from django.db import transaction

from khumkan import messages
from khumkan.accounts import codes, limits, throttle
from khumkan.accounts.models import OneTimeCode
from khumkan.accounts.states import CodePurpose
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry import queries as registry


@transaction.atomic
def deliver(code_id: int) -> None:
    """Find the phone for a code that was asked for, make the code and queue its message; all or nothing, once.

    For an unknown number, a person without a phone and a phone that had its share of messages, the code is closed and
    opens nothing.
    """
    code = codes.waiting(code_id)
    if code is None:
        return
    person_id, phone = recipient(code)
    reachable = bool(phone) and _within_limits(phone)
    plain = codes.deliver(code, person_id=person_id if reachable else None)
    if reachable:
        messages.send_to_address(
            "sign_in.code", address=phone, language=code.language, secrets={"code": plain}, about=code, urgent=True
        )


def recipient(code: OneTimeCode) -> tuple[int | None, str]:
    """Return the person whose code it is, and the phone to send it to; an empty phone sends nothing."""
    target = codes.target_of(code)
    if code.purpose == CodePurpose.NEW_PHONE:
        return code.person_id, target
    if code.purpose == CodePurpose.STEP_UP and code.person_id is not None:
        return code.person_id, registry.phone_of(code.person_id)
    kind, _, number = target.partition(":")
    person = registry.person_by_number(IdentifierKind(kind), number)
    if person is None or person.died_on is not None:
        return None, ""
    return person.pk, registry.phone_of(person.pk)


def _within_limits(phone: str) -> bool:
    """Draw on the budgets of the phone and of the office; they come back when the message is not queued."""
    total = limits.sms_total(settings.KHUMKAN_SMS_CODES_AN_HOUR)
    return (
        throttle.take(limits.SMS_PHONE, phone, durable=False)
        and throttle.take(limits.SMS_PHONE_DAY, phone, durable=False)
        and throttle.take(total, codes.WHOLE_SERVICE, durable=False)
    )
