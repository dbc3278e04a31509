"""Terms of what happens to a loan between drawing and the last instalment."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khumkan.kernel.words import N_
from khumkan.loans.money_choices import DayCount
from khumkan.policies import Terms, term, terms

#: Phase 1 was announced in August 2020 (The Nation, 18 August 2020).
SINCE = date(2020, 8, 1)


@terms(
    "loans.servicing",
    title=N_("Schedules, payments and delays"),
    since=SINCE,
    source=(
        "A fixed rate for three years: announcements of phases 1 and 2. Seven years at most: the longest variant that "
        "EXIM Thailand offered in phase 1. Classes of delay after 30, 90, 180 and 360 days follow the general practice "
        "of Thai banks. Day count, dates, pauses and restructuring are settings of the office; no published rule of "
        "the programme was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class ServicingTerms(Terms):
    """How days are counted, when instalments are due, what may change, and what counts as late."""

    day_count: DayCount = term(N_("How the days of interest are counted"), default=DayCount.ACTUAL_365)
    due_day: int = term(
        N_("Day of the month on which instalments are due; 0 takes the day of the first drawing"),
        default=0, at_least=0, at_most=31,
    )  # fmt: skip
    first_due_days: int = term(
        N_("Days at least between the first drawing and the first instalment"), default=15, at_least=0, at_most=62
    )
    prepayment_fee: Decimal = term(
        N_("Fee in percent of what is paid back ahead of time"),
        default=Decimal(0),
        at_least=Decimal(0),
        at_most=Decimal(5),
    )
    pause_months: int = term(N_("Months for which payments may pause at a time"), default=6, at_least=0, at_most=24)
    pause_months_in_all: int = term(
        N_("Months for which the payments of a loan may pause in all"), default=12, at_least=0, at_most=48
    )
    restructured_times: int = term(N_("How often the terms of a loan may change"), default=2, at_least=0, at_most=10)
    longest_months: int = term(
        N_("Months after signing at which a loan must have ended, whatever was agreed"),
        default=84, at_least=12, at_most=120,
    )  # fmt: skip
    grace_days: int = term(N_("Days after a due date that are no delay"), default=3, at_least=0, at_most=15)
    watch_after_days: int = term(N_("Days of delay after which a loan is watched"), default=30, at_least=1, at_most=90)
    substandard_after_days: int = term(
        N_("Days of delay after which a loan is substandard"), default=90, at_least=31, at_most=180
    )
    doubtful_after_days: int = term(
        N_("Days of delay after which a loan is doubtful"), default=180, at_least=91, at_most=360
    )
    lost_after_days: int = term(
        N_("Days of delay after which a loan is probably lost"), default=360, at_least=181, at_most=1_080
    )
