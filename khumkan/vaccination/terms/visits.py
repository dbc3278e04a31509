"""Terms of the visit at the site and of the days after it."""

from dataclasses import dataclass
from decimal import Decimal

from khumkan.kernel.words import N_
from khumkan.policies import Terms, term, terms
from khumkan.vaccination.choices import Reaction
from khumkan.vaccination.terms.schedules import SINCE


@terms(
    "vaccination.visit",
    title=N_("At the site, and the days after"),
    since=SINCE,
    source=(
        "Eight steps and follow-up on days 1, 7 and 30: Thai PBS World and Buriram Times on the eight-step process. 30 "
        "minutes of observation and the severe signs: Pattaya Mail 346283. Temperature, blood pressure and all other "
        "values are settings of the office; no published rule was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class VisitTerms(Terms):
    """Who is sent home without a dose, how long somebody is observed, and when they are asked how they feel."""

    observation_minutes: int = term(N_("Minutes of observation after the dose"), default=30, at_least=15, at_most=120)
    temperature_from: Decimal = term(
        N_("Temperature in °C from which the dose is put off"),
        default=Decimal("37.5"), at_least=Decimal(37), at_most=Decimal(40),
    )  # fmt: skip
    systolic_from: int = term(
        N_("Upper blood pressure in mmHg from which the dose is put off"), default=160, at_least=120, at_most=220
    )
    diastolic_from: int = term(
        N_("Lower blood pressure in mmHg from which the dose is put off"), default=100, at_least=80, at_most=140
    )
    measure_again_minutes: int = term(
        N_("Minutes of rest after which a blood pressure is measured again"), default=15, at_least=5, at_most=60
    )
    margin_minutes: int = term(
        N_("Minutes before the first and after the last session of a day in which a site may write"),
        default=90, at_least=0, at_most=240,
    )  # fmt: skip
    late_hours: int = term(
        N_("Hours after the last session within which a device that was cut off may still send"),
        default=12, at_least=1, at_most=72,
    )  # fmt: skip
    grace_minutes: int = term(
        N_("Minutes after the end of a session for which people who are late are still expected"),
        default=30, at_least=0, at_most=240,
    )  # fmt: skip
    deferred_days: int = term(
        N_("Days after which somebody who was put off may have a new date"), default=3, at_least=0, at_most=60
    )
    follow_up_days: tuple[int, ...] = term(
        N_("Days after the dose on which people are asked how they feel"), default=(1, 7, 30)
    )
    follow_up_open_days: int = term(N_("Days for which an answer is waited for"), default=5, at_least=1, at_most=30)
    severe: tuple[Reaction, ...] = term(
        N_("Reactions that a doctor hears of at once"),
        default=(
            Reaction.HIGH_FEVER,
            Reaction.SEVERE_HEADACHE,
            Reaction.VOMITING,
            Reaction.CHEST,
            Reaction.FACE,
            Reaction.WEAKNESS,
            Reaction.UNCONSCIOUS,
        ),
    )
    serious_within_hours: int = term(
        N_("Hours within which a serious event must have reached a doctor"), default=24, at_least=1, at_most=168
    )
    other_within_days: int = term(
        N_("Days within which any other event must have been looked at"), default=7, at_least=1, at_most=60
    )
    warm_from: Decimal = term(
        N_("Temperature of a refrigerator in °C that is too warm"),
        default=Decimal("8.1"), at_least=Decimal(2), at_most=Decimal(15),
    )  # fmt: skip
    cold_below: Decimal = term(
        N_("Temperature of a refrigerator in °C below which it is too cold"),
        default=Decimal("2.0"), at_least=Decimal(-90), at_most=Decimal(5),
    )  # fmt: skip
    certificate_days: int = term(N_("Days for which a certificate is valid"), default=365, at_least=30, at_most=3_650)
