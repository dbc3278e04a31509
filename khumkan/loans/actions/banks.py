"""Banks: added, suspended, taken into a phase and let out of it."""

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.digits import only_digits
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.loans.models import Bank, Participation
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.queries import phases

PREFIX = "BK"
CODE_LENGTH = 3


@transaction.atomic
def add_bank(*, code: str, name_th: str, name_en: str, notices_to: str = "", by: Actor) -> Bank:
    """Add a bank; its officers are invited with a grant within it.

    :param code: three digits, as banks are numbered in Thailand.
    :param notices_to: the e-mail address at which it is told of breaches.
    :raises Refused: when the code is none, is taken, or a name is missing.
    """
    permissions.check_may_run(by)
    digits = only_digits(code)
    if len(digits) != CODE_LENGTH or not (name_th.strip() and name_en.strip()):
        raise Refused(N_("A bank has a code of three digits and a name in Thai and in English."), "bank_wrong")
    try:
        with transaction.atomic():
            bank = Bank.objects.create(
                reference=references.new(PREFIX),
                code=digits,
                name_th=name_th.strip(),
                name_en=name_en.strip(),
                notices_to=notices_to,
                added_at=clock.now(),
            )
    except IntegrityError as error:
        raise Refused(N_("There is a bank with this code already."), "bank_there") from error
    record.write("loans.bank_added", by=by, about=bank)
    return bank


@transaction.atomic
def set_notices_to(*, bank: Bank, address: str, by: Actor) -> Bank:
    """Say at which e-mail address a bank is told of breaches; none leaves it to its page. Twice is harmless."""
    permissions.check_may_run(by)
    held = _held(bank)
    if held.notices_to != address:
        held.notices_to = address
        held.save(update_fields=["notices_to"])
        record.write("loans.bank_notices_changed", by=by, about=held)
    return held


@transaction.atomic
def suspend(*, bank: Bank, why: str, by: Actor) -> Bank:
    """Suspend a bank: it takes no new applications. What it has, it goes on with.

    :raises Refused: without a reason, and when it is suspended already.
    """
    permissions.check_may_run(by)
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    held = _held(bank)
    if held.suspended_at is not None:
        raise Refused(N_("This bank is suspended already."), "bank_suspended")
    held.suspended_at, held.suspended_why = clock.now(), why.strip()
    held.save(update_fields=["suspended_at", "suspended_why"])
    record.write("loans.bank_suspended", by=by, about=held)
    return held


@transaction.atomic
def resume(*, bank: Bank, by: Actor) -> Bank:
    """Let a suspended bank take applications again. Twice is harmless."""
    permissions.check_may_run(by)
    held = _held(bank)
    if held.suspended_at is not None:
        held.suspended_at, held.suspended_why = None, ""
        held.save(update_fields=["suspended_at", "suspended_why"])
        record.write("loans.bank_resumed", by=by, about=held)
    return held


@transaction.atomic
def join(*, bank: Bank, phase_id: int, by: Actor) -> Participation:
    """Let a bank take part in a phase. Twice is harmless; a bank that left comes back with its counters.

    :raises Missing: for a phase that is not one of lending.
    """
    permissions.check_may_run(by)
    lending = phases.phase_called(phase_id)
    made, is_new = Participation.objects.select_for_update().get_or_create(
        bank=bank, phase=lending.phase, defaults={"joined_at": clock.now()}
    )
    if is_new or made.left_at is not None:
        made.left_at = None
        made.save(update_fields=["left_at"])
        record.write("loans.bank_joined", by=by, about=made, data={"bank": bank.pk, "phase": phase_id})
    return made


@transaction.atomic
def leave(*, bank: Bank, phase_id: int, by: Actor) -> Participation:
    """Let a bank take no more applications of a phase. What it has, it goes on with.

    :raises Missing: for a bank that does not take part.
    """
    permissions.check_may_run(by)
    made = Participation.objects.select_for_update().filter(bank=bank, phase=phase_id).first()
    if made is None:
        raise Missing("this bank takes no part in this phase")
    if made.left_at is None:
        made.left_at = clock.now()
        made.save(update_fields=["left_at"])
        record.write("loans.bank_left", by=by, about=made, data={"bank": bank.pk, "phase": phase_id})
    return made


def _held(bank: Bank) -> Bank:
    return Bank.objects.select_for_update().get(pk=bank.pk)
