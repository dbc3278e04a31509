"""The covenant: how many workers are kept, month by month, from values alone.

A month is judged by its headcount against the workers on the day of signing (the baseline):

* from the warning line up it is kept; between the two lines it is a warning; below the line it is a month of cure, and
  from the month after the last month of cure on a breach;
* a month without a whole filing is not judged: it is awaited, or late when its day has passed. It neither breaks nor
  lengthens a run of months below the line, so that nobody breaches by filing late or escapes by not filing;
* a month that is waived is not judged either, and what is below the line after it begins a run of its own.

What a filing that comes late or is corrected changes follows from this: the history is what it would have been, had the
filing come in time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from khumkan.loans.choices import Standing
from khumkan.loans.terms.covenants import CovenantTerms
from khumkan.registry.rules import filing_due_on, month_after

#: Standings below the line.
BELOW = (Standing.CURE, Standing.BREACHED)


@dataclass(frozen=True)
class Reported:
    """What is known of a month.

    :param month: its first day.
    :param insured: workers insured under section 33, each once; nothing while a branch has not filed.
    """

    month: date
    insured: int | None
    is_late: bool = False
    is_waived: bool = False


@dataclass(frozen=True)
class Judged:
    """A month as it stands.

    :param below: months below the line in a row, this one included; kept by months that are not judged.
    """

    month: date
    standing: Standing
    below: int


@dataclass(frozen=True)
class Run:
    """Months below the line in a row.

    :param began: its first month; `ended` is the first month that is no longer below, nothing while it goes on.
    :param below: how many months were below the line.
    """

    began: date
    below: int
    ended: date | None
    is_breach: bool


@dataclass(frozen=True)
class Advice:
    """What an employer has to do, told in time.

    :param workers: that are needed at least; `missing` of them are not there by the last filing.
    :param month: the last month in which they must be counted, whose filing is due by `file_by`.
    """

    workers: int
    missing: int
    month: date
    file_by: date


def workers_for(baseline: int, share: Decimal) -> int:
    """Return the least whole number of workers that is at least this share of the baseline."""
    return int((baseline * share).to_integral_value(ROUND_CEILING))


def judge(reported: Iterable[Reported], *, baseline: int, terms: CovenantTerms) -> list[Judged]:
    """Judge months in their order."""
    least, calm = workers_for(baseline, terms.share), workers_for(baseline, terms.warn_at)
    below, judged = 0, []
    for each in reported:
        if each.is_waived:
            standing, below = Standing.WAIVED, 0
        elif each.insured is None:
            standing = Standing.LATE if each.is_late else Standing.AWAITED
        elif each.insured >= least:
            standing, below = Standing.KEPT if each.insured >= calm else Standing.WARNING, 0
        else:
            below += 1
            standing = Standing.BREACHED if below > terms.cure_months else Standing.CURE
        judged.append(Judged(each.month, standing, below))
    return judged


def runs(judged: Sequence[Judged]) -> list[Run]:
    """Return the runs of months below the line, the earliest first."""
    found: list[Run] = []
    began: date | None = None
    below, is_breach = 0, False
    for each in judged:
        if each.standing in BELOW:
            began, below = began or each.month, each.below
            is_breach = is_breach or each.standing is Standing.BREACHED
        elif began is not None and each.standing not in (Standing.LATE, Standing.AWAITED):
            found.append(Run(began, below, each.month, is_breach))
            began, is_breach = None, False
    if began is not None:
        found.append(Run(began, below, None, is_breach))
    return found


def first_month(signed_on: date) -> date:
    """Return the first month that is judged: the one after that of signing, whose workers are the baseline."""
    return month_after(signed_on)


def is_late(month: date, *, today: date, terms: CovenantTerms) -> bool:
    """Tell whether the filing of a month is late, its days of grace included."""
    return (today - filing_due_on(month)).days > terms.grace_days


def advice(last: Judged, *, insured: int, baseline: int, terms: CovenantTerms) -> Advice | None:
    """Say how many workers are needed by when, of somebody who is warned or has time to hire back; nothing otherwise.

    :param last: the last month that was judged, and `insured` its workers.
    """
    if last.standing is Standing.WARNING:
        needed, months = workers_for(baseline, terms.share), 1
    elif last.standing is Standing.CURE:
        needed, months = workers_for(baseline, terms.share), terms.cure_months - last.below + 1
    else:
        return None
    month = last.month
    for _ in range(months):
        month = month_after(month)
    return Advice(needed, max(needed - insured, 0), month, filing_due_on(month))
