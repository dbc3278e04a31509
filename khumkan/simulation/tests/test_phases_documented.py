"""The table of phases in `docs/rules/loans.md` is what the terms say and what the demonstration has."""

import re
from datetime import date
from pathlib import Path

import khumkan
from khumkan.loans.choices import SizeBand
from khumkan.loans.terms.lending import LoanTerms
from khumkan.policies.terms import kind_of
from khumkan.simulation.bank_loans import PARTS, PHASES, Announced

PAGE = Path(khumkan.__file__).parents[1] / "docs" / "rules" / "loans.md"
TABLE = re.compile(r"\| \| phase 1 \| phase 2 \| phase 3 \|\n\|[-|]+\|\n((?:\|.*\n)+)")
SIZES = (SizeBand.SMALL, SizeBand.MEDIUM, SizeBand.LARGE)


def printed() -> dict[str, list[str]]:
    """Return the cells of each line of the table by its heading."""
    [table] = TABLE.findall(PAGE.read_text(encoding="utf-8"))
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()]
    return {heading: cells for heading, *cells in rows}


def terms_on(day: date) -> LoanTerms:
    """Return the terms that a new installation has for a day."""
    values = [seed.values for seed in kind_of(LoanTerms).seeds if seed.effective_from <= day]
    assert isinstance(values[-1], LoanTerms)
    return values[-1]


def said_of(phase: Announced) -> dict[str, str]:
    """Return what the table has to say of a phase."""
    terms = terms_on(phase.opens_on)
    return {
        "years": phase.years,
        "percent a year with collateral, at most": f"{terms.rate_collateral:.2f}",
        "percent a year with a personal guarantor, at most": f"{terms.rate_guarantor:.2f}",
        "months of contributions in a row": str(terms.least_months),
        "months of a loan, at most": str(terms.term_months),
        "money in all, millions of baht": f"{sum(PARTS.values()):,}",
        "of it for small, medium, large employers": " / ".join(f"{PARTS[size]:,}" for size in SIZES),
        "for one borrower, at most, millions of baht": " / ".join(str(phase.caps[size]) for size in SIZES),
        "applications": f"{phase.opens_on} to {phase.closes_on}",
        "signed until": str(phase.sign_until),
    }


def test_every_line_of_the_table_is_what_the_terms_and_the_demonstration_say() -> None:
    said = [said_of(phase) for phase in PHASES]
    assert printed() == {heading: [each[heading] for each in said] for heading in said[0]}
