"""Telling employers in time how many workers they need, and banks of breaches that wait for their decision."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q

from khumkan import messages, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.loans.models import Bank, CovenantCase, CovenantNotice, Loan
from khumkan.loans.queries import covenants as queries
from khumkan.loans.queries.covenants import Warned
from khumkan.loans.states import CaseState
from khumkan.messages.states import Channel
from khumkan.record.entries import Entry
from khumkan.registry import queries as registry
from khumkan.registry.rules import month_after

#: Loans in one transaction.
AT_ONCE = 500


def tell_employers(*, by: Actor) -> int:
    """Tell the employers whose last judged month is a warning or below the line, each once for a month.

    :return: how many were told. Who cannot be reached finds it on the employer's page.
    """
    count = 0
    while warned := _tell_some(by=by):
        count += warned
    return count


def tell_banks(*, by: Actor) -> int:
    """Tell each bank that gave an address how many new breaches wait for its decision; return how many were told."""
    return sum(_tell_bank(bank, by=by) for bank in Bank.objects.exclude(notices_to="").order_by("pk"))


@transaction.atomic
def _tell_bank(bank: Bank, *, by: Actor) -> bool:
    """Send one message for all breaches of which a bank was not told; a case that was breached anew is told anew."""
    waiting = CovenantCase.objects.filter(loan__bank=bank, state=CaseState.BREACHED)
    new = waiting.filter(Q(told_at=None) | Q(told_at__lt=F("breached_at")))
    found = [case.pk for case in new.select_for_update(of=("self",), no_key=True).order_by("pk")]
    if not found:
        return False
    CovenantCase.objects.filter(pk__in=found).update(told_at=clock.now())
    messages.send_to_address(
        "loans.bank_breaches",
        address=bank.notices_to,
        channel=Channel.EMAIL,
        params={"bank_th": bank.name_th, "bank_en": bank.name_en, "count": len(found), "waiting": waiting.count()},
        about=bank,
    )
    record.write("loans.bank_told", by=by, about=bank, data={"cases": len(found)})
    return True


@transaction.atomic
def _tell_some(*, by: Actor) -> int:
    warned = queries.to_be_told(most=AT_ONCE)
    if not warned:
        return 0
    now = clock.now()
    CovenantNotice.objects.bulk_create(
        [CovenantNotice(loan=each.loan, month=each.month, standing=each.standing, sent_at=now) for each in warned],
        ignore_conflicts=True,
    )
    _send(warned)
    entries = [Entry.of(each.loan, data={"month": each.month.isoformat()}) for each in warned]
    record.write_many("loans.employer_warned", by=by, entries=entries)
    return len(warned)


def _send(warned: Sequence[Warned]) -> None:
    contacts = registry.contacts_of_employers(each.loan.employer_id for each in warned)
    for each in warned:
        contact = contacts.get(each.loan.employer_id)
        if contact is None or not (contact.email or contact.phone):
            continue
        messages.send_to_address(
            "loans.workers_needed",
            address=contact.email or contact.phone,
            channel=Channel.EMAIL if contact.email else Channel.SMS,
            language=contact.language,
            params=_params(each.loan, each),
            about=each.loan,
        )


def _params(loan: Loan, warned: Warned) -> dict[str, str | int]:
    return {
        "reference": loan.reference,
        "month": _last_day(warned.month).isoformat(),
        "insured": warned.insured,
        "workers": warned.advice.workers,
        "missing": warned.advice.missing,
        "last_month": _last_day(warned.advice.month).isoformat(),
        "file_by": warned.advice.file_by.isoformat(),
    }


def _last_day(month: date) -> date:
    return month_after(month) - timedelta(days=1)
