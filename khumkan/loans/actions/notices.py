"""Telling employers in time: how many workers are needed, in which month, and by when that month is filed."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from khumkan import messages, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.loans.models import CovenantNotice, Loan
from khumkan.loans.queries import covenants as queries
from khumkan.loans.queries.covenants import Warned
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
