"""Whether an employer qualifies for a loan, and why: every condition is answered, the fulfilled ones too."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_
from khumkan.loans.choices import SizeBand
from khumkan.loans.terms.lending import LoanTerms
from khumkan.registry.rules import filing_due_on


@dataclass(frozen=True)
class Facts:
    """What is known of an employer on a day.

    :param months: first days of the months of which a filing with at least one worker is there.
    :param headcount: workers insured under section 33 in the newest of these months.
    :param has_live: whether an application or a loan of this phase is alive.
    :param is_window_open: whether the phase takes applications on this day.
    :param room: baht that are left of the tranche of each size; a size without a tranche is left out.
    """

    on: date
    is_closed: bool
    months: frozenset[date]
    headcount: int
    has_live: bool
    is_window_open: bool
    room: Mapping[SizeBand, int]


@dataclass(frozen=True)
class Condition:
    """One condition, whether it is fulfilled, and the sentence that says so."""

    holds: bool
    reason: Reason


def first_of(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def months_before(month: date, count: int) -> date:
    """Return the first day of the month that lies so many months before another one."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def newest_due(on: date) -> date:
    """Return the newest month whose filing was due before a day."""
    month = months_before(first_of(on), 1)
    return month if on > filing_due_on(month) else months_before(month, 1)


def months_in_a_row(months: Collection[date], *, on: date) -> int:
    """Return how many months in a row were filed, up to the newest that is due or a newer one that is there already.

    A filing that is not due yet cannot be missed; one that is due and not there ends the row at once.
    """
    filed = set(months)
    newest = newest_due(on)
    month = newest
    while months_before(month, -1) in filed and month < first_of(on):
        month = months_before(month, -1)
    count = 0
    while month in filed:
        count, month = count + 1, months_before(month, 1)
    return count if newest in filed else 0


def band_of(headcount: int, terms: LoanTerms) -> SizeBand:
    """Return the size of an employer: up to 50, 51 to 200, more than 200 workers (Ministry of Labour, 2020)."""
    if headcount <= terms.small_up_to:
        return SizeBand.SMALL
    return SizeBand.MEDIUM if headcount <= terms.medium_up_to else SizeBand.LARGE


def conditions(facts: Facts, terms: LoanTerms) -> Sequence[Condition]:
    """Return every condition for a certificate and an application, in the order in which a clerk would ask."""
    return (*_of_employer(facts, terms), *_of_phase(facts, terms))


def qualifies(facts: Facts, terms: LoanTerms) -> Verdict:
    """Say whether an employer may apply, with every reason against it."""
    return verdict(conditions(facts, terms))


def verdict(found: Sequence[Condition]) -> Verdict:
    """Return the verdict of conditions: all have to be fulfilled."""
    against = tuple(one.reason for one in found if not one.holds)
    return Verdict.no(*against) if against else Verdict.yes(*(one.reason for one in found))


def _of_employer(facts: Facts, terms: LoanTerms) -> Sequence[Condition]:
    row = months_in_a_row(facts.months, on=facts.on)
    return (
        _either(
            not facts.is_closed,
            Reason("employer_open", N_("The enterprise is open.")),
            Reason("employer_closed", N_("The enterprise is closed in the register of the office.")),
        ),
        _either(
            row >= terms.least_months,
            Reason("months_enough", N_("Contributions were filed for %(count)d months in a row."), {"count": row}),
            Reason(
                "months_too_few",
                N_("Contributions were filed for %(count)d months in a row; %(least)d are needed."),
                {"count": row, "least": terms.least_months},
            ),
        ),
        _either(
            facts.headcount > 0,
            Reason(
                "has_workers",
                N_("There are %(count)d workers insured under section 33."),
                {"count": facts.headcount},
            ),
            Reason("no_workers", N_("No worker insured under section 33 stands in the latest filing.")),
        ),
    )


def _of_phase(facts: Facts, terms: LoanTerms) -> Sequence[Condition]:
    room = facts.room.get(band_of(facts.headcount, terms), 0)
    return (
        _either(
            not facts.has_live,
            Reason("none_alive", N_("There is no other application or loan of this phase.")),
            Reason("one_alive", N_("There is an application or a loan of this phase already.")),
        ),
        _either(
            facts.is_window_open,
            Reason("window_open", N_("Applications are taken at this time.")),
            Reason("window_shut", N_("No applications are taken at this time.")),
        ),
        _either(
            room > 0,
            Reason("room_left", N_("There is money left for employers of this size.")),
            Reason("room_gone", N_("The money for employers of this size is all reserved at this moment.")),
        ),
    )


def _either(holds: bool, good: Reason, bad: Reason) -> Condition:
    return Condition(holds, good if holds else bad)
