"""Terms of the situation room: when somebody is called, how the spread is estimated, what is published."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khumkan.kernel.words import N_
from khumkan.policies import Terms, term, terms
from khumkan.situation.rules.epidemic import Spread
from khumkan.situation.rules.targets import Limits

#: The day on which the office opened its centre and the hotline's line for it.
SINCE = date(2021, 4, 20)


@terms(
    "situation.targets",
    title=N_("When the situation asks for somebody"),
    since=SINCE,
    source="Settings of the office; no published limits of the situation centre of 2021 were found.",
)
@dataclass(frozen=True, kw_only=True)
class TargetTerms(Terms):
    """The limits of figures, and whom an alarm tells."""

    least_free_share: Decimal = term(
        N_("Free beds in percent of all beds, below which there is an alarm"),
        default=Decimal(10), at_least=Decimal(0), at_most=Decimal(100),
    )  # fmt: skip
    most_waiting: int = term(N_("People waiting for a bed, above which there is an alarm"), default=20, at_least=0)
    most_late: int = term(N_("Late test results, above which there is an alarm"), default=50, at_least=0)
    most_positivity: Decimal = term(
        N_("Positive tests of seven days in percent, above which there is an alarm"),
        default=Decimal(10), at_least=Decimal(0), at_most=Decimal(100),
    )  # fmt: skip
    fewest_tests: int = term(N_("With fewer tests in seven days no share is judged"), default=100, at_least=1)
    most_expiring: int = term(N_("Doses about to expire, above which there is an alarm"), default=200, at_least=0)
    expiring_within_days: int = term(
        N_("A dose is about to expire when it has so many days left"), default=7, at_least=1, at_most=60
    )
    duty_phones: tuple[str, ...] = term(
        N_("Telephones of officers on duty who are told of an alarm by SMS (+66…)"), default=()
    )

    @property
    def limits(self) -> Limits:
        """What the rule compares with."""
        return Limits(
            least_free_share=self.least_free_share,
            most_waiting=self.most_waiting,
            most_late=self.most_late,
            most_positivity=self.most_positivity,
            fewest_tests=self.fewest_tests,
            most_expiring=self.most_expiring,
        )


@terms(
    "situation.epidemic",
    title=N_("How the spread is estimated"),
    since=SINCE,
    source=(
        "Serial interval of the most certain pairs, mean 4.7 and deviation 2.9 days: Nishiura and others, "
        "International Journal of Infectious Diseases 93 (2020). Window and prior: Cori and others, American Journal "
        "of Epidemiology 178 (2013)."
    ),
)
@dataclass(frozen=True, kw_only=True)
class EpidemicTerms(Terms):
    """What the reproduction number and the doubling time are estimated with."""

    serial_mean_days: Decimal = term(
        N_("Days from one case to those whom it infects, on average"),
        default=Decimal("4.7"), at_least=Decimal(1), at_most=Decimal(30),
    )  # fmt: skip
    serial_deviation_days: Decimal = term(
        N_("Standard deviation of these days"), default=Decimal("2.9"), at_least=Decimal("0.5"), at_most=Decimal(15)
    )
    window_days: int = term(N_("Days of which one reproduction number is estimated"), default=7, at_least=3, at_most=28)
    growth_days: int = term(N_("Days from which the doubling time is estimated"), default=14, at_least=7, at_most=60)

    @property
    def spread(self) -> Spread:
        """What the rule asks for."""
        return Spread(float(self.serial_mean_days), float(self.serial_deviation_days), self.window_days)


@terms(
    "situation.open_data",
    title=N_("Figures that everybody may have"),
    since=SINCE,
    source="Settings of the office. Cells below five are hidden, as is usual with figures about health.",
)
@dataclass(frozen=True, kw_only=True)
class OpenDataTerms(Terms):
    """What is hidden, and under which licence the rest may be used."""

    least_count: int = term(N_("Cells with fewer people are hidden"), default=5, at_least=3, at_most=100)
    licence: str = term(N_("Licence of the open figures"), default="CC BY 4.0")
