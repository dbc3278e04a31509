"""Checks before any money: does the enterprise exist, and does the borrower ask twice.

The duplicate check of another country's emergency loans came when 61 percent of the money was out. Here it stands
before sending, before the second officer of the bank approves, and before signing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_
from khumkan.loans.choices import Finding

#: What stops an application; the others are for people to look at.
STOPPING = (Finding.CLOSED, Finding.OTHER_APPLICATION, Finding.SAME_BORROWER, Finding.NO_FILING)
REASONS: Mapping[Finding, str] = {
    Finding.CLOSED: N_("The enterprise is closed in the register of the office."),
    Finding.OTHER_APPLICATION: N_("This employer has another application or loan in this phase."),
    Finding.SAME_BORROWER: N_(
        "The same juristic person has a loan or an application in this phase by another account."
    ),
    Finding.NO_FILING: N_("No contribution was filed for the last months."),
}


@dataclass(frozen=True)
class Found:
    """One thing that a check found.

    :param accounts: ids of the other employers that it is about.
    """

    finding: Finding
    accounts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Known:
    """What is known before the checks.

    :param others: of this employer in this phase, besides the application itself.
    :param same_borrower: other accounts of the same juristic person with a live application or loan.
    :param same_contact: other accounts with a live application or loan and the same telephone or e-mail.
    :param same_workers: other accounts with a live application or loan of whose workers most are the same.
    :param certified: workers by the certificate; `headcount` by the newest filing, none when nothing is filed.
    """

    is_closed: bool
    others: int
    same_borrower: tuple[int, ...]
    same_contact: tuple[int, ...]
    same_workers: tuple[int, ...]
    months_in_a_row: int
    headcount: int
    certified: int


def found(known: Known) -> Sequence[Found]:
    """Return everything that stands against an application, what stops it first."""
    tests = (
        (known.is_closed, Found(Finding.CLOSED)),
        (known.others > 0, Found(Finding.OTHER_APPLICATION)),
        (bool(known.same_borrower), Found(Finding.SAME_BORROWER, known.same_borrower)),
        (known.months_in_a_row == 0, Found(Finding.NO_FILING)),
        (bool(known.same_contact), Found(Finding.SAME_CONTACT, known.same_contact)),
        (bool(known.same_workers), Found(Finding.SAME_WORKERS, known.same_workers)),
        (0 < known.headcount < known.certified, Found(Finding.FEWER_WORKERS)),
    )
    return [one for holds, one in tests if holds]


def may_go_on(findings: Iterable[Found]) -> Verdict:
    """Say whether an application may go on, with every reason against it."""
    against = [Reason(one.finding.value, REASONS[one.finding]) for one in findings if one.finding in STOPPING]
    return Verdict.no(*against) if against else Verdict.yes()
