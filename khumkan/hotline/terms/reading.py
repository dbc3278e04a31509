"""Terms of how many people members of staff may look at."""

from dataclasses import dataclass
from datetime import date

from khumkan.hotline.rules.reading import LEAST_A_DAY, LEAST_AN_HOUR, Budget, Post
from khumkan.kernel.words import N_
from khumkan.policies import Terms, term, terms

HOUR = {"at_least": LEAST_AN_HOUR, "at_most": 100_000}
DAY = {"at_least": LEAST_A_DAY, "at_most": 1_000_000}


@terms(
    "hotline.reading",
    title=N_("How many people staff may look at"),
    since=date(2020, 1, 1),
    source=(
        "Sixty an hour and two hundred a day are settings of the office against harvesting by insiders, as reported "
        "of Mor Prom in March 2023; no published rule was found. Sites see whole days of visitors, employers their "
        "workers."
    ),
)
@dataclass(frozen=True, kw_only=True)
class ReadingTerms(Terms):
    """Different people within an hour and within a day, by where somebody works, and what a second person may add."""

    desk_hour: int = term(
        N_("People within an hour: hotline agents and whoever is not named below"), default=60, **HOUR
    )
    desk_day: int = term(N_("People within a day: hotline agents and whoever is not named below"), default=200, **DAY)
    office_hour: int = term(N_("People within an hour: officers and supervisors"), default=150, **HOUR)
    office_day: int = term(N_("People within a day: officers and supervisors"), default=600, **DAY)
    site_hour: int = term(N_("People within an hour: staff of sites, laboratories and drivers"), default=600, **HOUR)
    site_day: int = term(N_("People within a day: staff of sites, laboratories and drivers"), default=3_000, **DAY)
    employer_hour: int = term(N_("People within an hour: employers"), default=5_000, **HOUR)
    employer_day: int = term(N_("People within a day: employers"), default=20_000, **DAY)
    more: int = term(N_("People more when a second person allows it"), default=60, at_least=1, at_most=10_000)
    more_minutes: int = term(N_("Minutes for which a second person allows more"), default=60, at_least=5, at_most=1_440)

    def budget_of(self, post: Post) -> Budget:
        """Return the budget of somebody who works there."""
        return Budget(getattr(self, f"{post.value}_hour"), getattr(self, f"{post.value}_day"))
