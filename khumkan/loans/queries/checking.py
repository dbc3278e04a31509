"""What is known against an application before any money: see `rules.checking`."""

from collections.abc import Iterable, Sequence

from khumkan.kernel import clock
from khumkan.loans.models import Application
from khumkan.loans.queries import headcounts, phases
from khumkan.loans.rules import checking as rules
from khumkan.loans.rules import qualifying
from khumkan.loans.rules.checking import Found, Known
from khumkan.loans.states import LIVE_APPLICATIONS, ApplicationState
from khumkan.loans.terms.lending import LoanTerms
from khumkan.registry.models import EmployerContact

#: What counts as asking twice: a draft that was never sent does not.
COUNTING = [state.value for state in LIVE_APPLICATIONS if state is not ApplicationState.DRAFT]


def findings(application: Application, *, terms: LoanTerms | None = None) -> Sequence[Found]:
    """Return everything that stands against an application today, what stops it first. Seven queries at most.

    :param terms: of its phase, from somebody who has them.
    """
    terms, today = terms or phases.terms_of(application.phase_id), clock.today()
    last = qualifying.first_of(today)
    first = qualifying.months_before(last, terms.least_months + 2)
    filed = headcounts.filed(application.employer_id, first=first, last=last)
    newest = filed.newest
    others = _others(application)
    closed_on = application.employer.closed_on
    known = Known(
        is_closed=closed_on is not None and closed_on <= today,
        others=sum(1 for employer, _ in others if employer == application.employer_id),
        same_borrower=_different(application, (own for own, index in others if index == _index(application))),
        same_contact=_same_contact(application),
        same_workers=_same_workers(application, newest),
        months_in_a_row=qualifying.months_in_a_row(filed.months, on=today),
        headcount=newest.workers if newest else 0,
        certified=application.certificate.headcount,
    )
    return rules.found(known)


def _others(application: Application) -> list[tuple[int, bytes]]:
    """Return employer and borrower of what else is alive in the phase for this employer or this borrower."""
    alive = Application.objects.filter(phase=application.phase_id, state__in=COUNTING).exclude(pk=application.pk)
    found = alive.filter(employer=application.employer_id) | alive.filter(borrower_index=_index(application))
    rows = found.order_by("pk").values_list("employer_id", "borrower_index")
    return [(employer, bytes(index)) for employer, index in rows]


def _same_contact(application: Application) -> tuple[int, ...]:
    indexes = EmployerContact.objects.filter(employer=application.employer_id).values("blind_index")
    accounts = EmployerContact.objects.filter(blind_index__in=indexes).exclude(employer=application.employer_id)
    alive = Application.objects.filter(
        phase=application.phase_id, state__in=COUNTING, employer__in=accounts.values("employer")
    )
    return tuple(alive.order_by("employer_id").values_list("employer_id", flat=True))


def _same_workers(application: Application, newest: headcounts.Headcount | None) -> tuple[int, ...]:
    """Return accounts in the same district with a live application or loan that reported the same workers."""
    if newest is None or not application.employer.province_code:
        return ()
    near = Application.objects.filter(
        phase=application.phase_id,
        state__in=COUNTING,
        employer__province_code=application.employer.province_code,
        employer__district_code=application.employer.district_code,
    ).exclude(employer=application.employer_id)
    others = list(near.order_by("employer_id").values_list("employer_id", flat=True)[:500])
    return tuple(headcounts.sharing_workers(application.employer_id, others, month=newest.month))


def _different(application: Application, employers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({own for own in employers if own != application.employer_id}))


def _index(application: Application) -> bytes:
    return bytes(application.borrower_index)
