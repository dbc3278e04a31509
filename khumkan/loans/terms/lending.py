"""Terms of lending: who qualifies, at which rate, how long papers and reservations hold, how banks are paced.

The envelope, its tranches and the caps belong to each phase: see `models.PhaseTranche`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khumkan.kernel.words import N_
from khumkan.policies import Terms, amended, term, terms

#: Before the first phase of 2020, so that every recorded day can be replayed.
SINCE = date(2020, 1, 1)


@terms(
    "loans.terms",
    title=N_("Loans that keep people in work"),
    since=SINCE,
    source=(
        "Phase 1: 3% with and 5% without collateral, fixed for 3 years; contributions for at least 3 months; sizes up "
        "to 50, 51 to 200, more than 200: Ministry of Labour, “MOL SSO Budgets 30,000 Million Baht”; The Nation, "
        "18 August 2020; EXIM Thailand, “Loan for Employment Credit”. At most 50% of each bank’s lending may repay "
        "other loans: notice of the office, 12 October 2018. The certificate is unexpired at drawdown: EXIM Thailand. "
        "How long a certificate and a reservation hold, when money has to be drawn and drawing is reported, when an "
        "application lapses and how banks are paced: settings of the office; no published rule was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class LoanTerms(Terms):
    """Under which terms money is lent."""

    # Who qualifies
    least_months: int = term(N_("Months of contributions in a row, at least"), default=3, at_least=1, at_most=60)
    small_up_to: int = term(N_("Workers of a small employer, at most"), default=50, at_least=1, at_most=10_000)
    medium_up_to: int = term(N_("Workers of a medium employer, at most"), default=200, at_least=2, at_most=100_000)
    certificate_days: int = term(
        N_("Days for which a certificate of establishment status holds"), default=90, at_least=1, at_most=366
    )
    # What it costs
    rate_collateral: Decimal = term(
        N_("Percent a year with collateral, at most"), default=Decimal("3.00"), at_least=Decimal(0), at_most=Decimal(30)
    )
    rate_guarantor: Decimal = term(
        N_("Percent a year with a personal guarantor, at most"),
        default=Decimal("5.00"), at_least=Decimal(0), at_most=Decimal(30),
    )  # fmt: skip
    term_months: int = term(N_("Months of a loan, at most"), default=36, at_least=1, at_most=240)
    refinance_share: Decimal = term(
        N_("Share of a bank’s lending in a phase that may repay other loans, from 0 to 1"),
        default=Decimal("0.50"), at_least=Decimal(0), at_most=Decimal(1),
    )  # fmt: skip
    # How long things wait
    reserved_days: int = term(
        N_("Days for which the money of an approved application is reserved"), default=60, at_least=1, at_most=366
    )
    draw_days: int = term(
        N_("Days after signing within which money has to be drawn"), default=90, at_least=1, at_most=1_100
    )
    draw_report_days: int = term(
        N_("Days after the last one for drawing within which a bank reports what was drawn"),
        default=30, at_least=0, at_most=366,
    )  # fmt: skip
    quiet_days: int = term(
        N_("Days without a step after which an application lapses"), default=60, at_least=1, at_most=366
    )
    baseline_months_old: int = term(
        N_("Months that the filing behind the baseline may be older than the month of signing"),
        default=3, at_least=0, at_most=12,
    )  # fmt: skip
    # How banks are paced
    pace_share: Decimal = term(
        N_("Share of a tranche that one bank may reserve in one month, from 0 to 1"),
        default=Decimal("0.25"), at_least=Decimal("0.001"), at_most=Decimal(1),
    )  # fmt: skip
    # What employers send
    most_documents: int = term(N_("Documents with an application, at most"), default=20, at_least=1, at_most=100)
    document_megabytes: int = term(N_("Megabytes of a document, at most"), default=10, at_least=1, at_most=50)


amended(
    LoanTerms,
    since=date(2021, 1, 1),
    why=N_("Phase 2: lower rates."),
    source=(
        "2.75% with collateral, 4.75% with a personal guarantor, fixed for 3 years: accesstrade.in.th, the page on the "
        "loan’s second phase; Money & Banking, 16 October 2021. Its first day was not found; the first day of the year "
        "is a setting."
    ),
    rate_collateral=Decimal("2.75"),
    rate_guarantor=Decimal("4.75"),
)
amended(
    LoanTerms,
    since=date(2025, 7, 1),
    why=N_("Phase 3: contributions for 12 months in a row, and lower rates."),
    source=(
        "2.35% from July 2025 to December 2026, contributions for at least 12 months in a row: Bangkok Post, 31 May "
        "2025 (another source says 2.63%: Thai News Agency). The rate with a guarantor was not found and stays as it "
        "was."
    ),
    least_months=12,
    rate_collateral=Decimal("2.35"),
)
