"""Whether an employer qualifies: the facts from the register, the filings and the phase."""

from collections.abc import Sequence
from dataclasses import dataclass

from khumkan.kernel import clock
from khumkan.kernel.errors import Verdict
from khumkan.loans.choices import SizeBand
from khumkan.loans.models import Application
from khumkan.loans.queries import headcounts, phases
from khumkan.loans.queries.headcounts import Headcount
from khumkan.loans.queries.phases import LendingPhase
from khumkan.loans.rules import qualifying as rules
from khumkan.loans.rules.qualifying import Condition, Facts
from khumkan.loans.states import LIVE_APPLICATIONS
from khumkan.loans.terms.lending import LoanTerms
from khumkan.registry.models import Employer

#: As many months are looked back for how long contributions were paid.
MONTHS_BACK = 24


@dataclass(frozen=True)
class Look:
    """What was found of an employer for a phase.

    :param newest: the workers of the newest month; none when nothing was filed lately.
    """

    employer: Employer
    lending: LendingPhase
    terms: LoanTerms
    facts: Facts
    newest: Headcount | None
    conditions: Sequence[Condition]

    @property
    def verdict(self) -> Verdict:
        """Whether all conditions are fulfilled, with the reasons."""
        return rules.verdict(self.conditions)

    @property
    def size(self) -> SizeBand:
        """The size by which the envelope is divided."""
        return rules.band_of(self.facts.headcount, self.terms)

    @property
    def months(self) -> int:
        """How many months in a row contributions were filed."""
        return rules.months_in_a_row(self.facts.months, on=self.facts.on)


def look(employer: Employer, lending: LendingPhase, *, besides: int | None = None) -> Look:
    """Look whether an employer qualifies for a phase today. Five queries.

    :param besides: an application that does not count as another one.
    :raises Missing: for a phase without terms.
    """
    terms, today = phases.terms_of(lending.phase.pk), clock.today()
    last = rules.first_of(today)
    first = rules.months_before(last, max(terms.least_months + 2, MONTHS_BACK))
    filed = headcounts.filed(employer.pk, first=first, last=last)
    facts = Facts(
        on=today,
        is_closed=employer.closed_on is not None and employer.closed_on <= today,
        months=filed.months,
        headcount=filed.newest.workers if filed.newest else 0,
        has_live=has_live(employer.pk, lending.phase.pk, besides=besides),
        is_window_open=lending.is_running,
        room=phases.room_by_size(lending),
    )
    return Look(employer, lending, terms, facts, filed.newest, rules.conditions(facts, terms))


def has_live(employer_id: int, phase_id: int, *, besides: int | None = None) -> bool:
    """Tell whether an employer has an application or a loan of a phase, besides one. One query."""
    rows = Application.objects.filter(employer=employer_id, phase=phase_id, state__in=list(LIVE_APPLICATIONS))
    return (rows if besides is None else rows.exclude(pk=besides)).exists()
