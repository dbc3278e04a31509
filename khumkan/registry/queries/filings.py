"""What an employer has filed, month by month, and what is awaited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.registry import rules
from khumkan.registry.models import Branch, Employer, EmployerMonth, Import
from khumkan.registry.states import FilingState, ImportKind

#: So many months are shown: those that a loan is watched over.
MONTHS = 36


@dataclass(frozen=True)
class FilingMonth:
    """One month of an employer.

    :param month: its first day; `due_on` is the last day on which its filing is in time.
    :param counted: what was counted; nothing when no branch has filed.
    """

    month: date
    due_on: date
    state: FilingState
    counted: EmployerMonth | None


def own_employers(by: Actor) -> "QuerySet[Employer]":
    """Return the employers for whom the actor files, by account number."""
    return Employer.objects.filter(pk__in=_own_ids(by)).order_by("account_number")


def own_employer(by: Actor, reference: str) -> Employer:
    """Return one employer for whom the actor files.

    :raises Missing: for an unknown employer and for another one alike.
    """
    found = own_employers(by).filter(reference=reference).first()
    if found is None:
        raise Missing("no such employer")
    return found


def own_branch(employer: Employer, serial: str) -> Branch:
    """Return a branch of an employer.

    :raises Missing: when there is none with this number.
    """
    found = Branch.objects.filter(employer=employer, serial=serial).first()
    if found is None:
        raise Missing("no such branch")
    return found


def months_of(employer: Employer, *, today: date, most: int = MONTHS) -> Sequence[FilingMonth]:
    """Return the months of an employer, the present one first, back to the first that was filed.

    One query.

    :param most: months at the most.
    """
    counted = {each.month: each for each in EmployerMonth.objects.filter(employer=employer).order_by("-month")[:most]}
    first = min(counted, default=rules.month_before(today.replace(day=1)))
    found: list[FilingMonth] = []
    month = today.replace(day=1)
    while month >= first and len(found) < most:
        found.append(_month(month, counted.get(month), today))
        month = rules.month_before(month)
    return found


def files_of(employer: Employer) -> "QuerySet[Import]":
    """Return the filings that were sent for an employer as files, by whomever, the latest first."""
    return Import.objects.filter(kind=ImportKind.FILING, employer=employer).order_by("-started_at", "-pk")


def file_of(by: Actor, reference: str) -> Import:
    """Return one file of an employer for whom the actor files.

    :raises Missing: for an unknown file and for one of somebody else alike.
    """
    files = Import.objects.filter(kind=ImportKind.FILING, employer__in=_own_ids(by)).select_related("employer")
    found = files.filter(reference=reference).first()
    if found is None:
        raise Missing("no such file")
    return found


def _own_ids(by: Actor) -> list[int]:
    if by.kind is ActorKind.PERSON:
        return []
    keys = by.keys(Role.EMPLOYER, ScopeKind.EMPLOYER) | by.keys(Role.CLIENT, ScopeKind.EMPLOYER)
    return [int(key) for key in keys if key.isdigit()]


def _month(month: date, counted: EmployerMonth | None, today: date) -> FilingMonth:
    due_on = rules.filing_due_on(month)
    if counted is not None and counted.is_whole:
        state = FilingState.FILED
    elif today > due_on:
        state = FilingState.LATE if counted is None else FilingState.LATE_IN_PART
    else:
        state = FilingState.DUE if counted is None else FilingState.IN_PART
    return FilingMonth(month, due_on, state, counted)
