"""Terms of a stay: how long it lasts, when somebody may go, and how long a promise of a bed holds."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khumkan.isolation.choices import Symptom
from khumkan.isolation.terms.triage import SINCE
from khumkan.kernel.words import N_
from khumkan.policies import Terms, amended, term, terms


@terms(
    "isolation.stays",
    title=N_("How long a stay lasts"),
    since=SINCE,
    source=(
        "14 days: the rule until April 2021 (Coconuts, pressed for beds). Oxygen of 96 percent: shumenskoplato.net, "
        "what is home isolation. From which day is counted, 24 hours without fever, warning signs and cleaning are "
        "settings of the office without a published source."
    ),
)
@dataclass(frozen=True, kw_only=True)
class StayTerms(Terms):
    """When somebody may go home, and how long the bed is cleaned after."""

    least_days: int = term(
        N_("Days until somebody may go who was not severely ill; the day of the specimen is day 0"),
        default=14, at_least=1, at_most=60,
    )  # fmt: skip
    least_days_severe: int = term(
        N_("Days until somebody may go who was severely ill"), default=14, at_least=1, at_most=90
    )
    rest_at_home_days: int = term(
        N_("Days of rest at home after that, before work, for those not severely ill"),
        default=0, at_least=0, at_most=30,
    )  # fmt: skip
    symptom_days_most: int = term(
        N_("Counted from the first symptom where that was earlier than the specimen, by so many days at most"),
        default=7, at_least=0, at_most=30,
    )  # fmt: skip
    fever_from: Decimal = term(
        N_("Fever: temperature in °C from"), default=Decimal("37.5"), at_least=Decimal(37), at_most=Decimal(39)
    )
    free_of_fever_hours: int = term(N_("Hours without fever, at least"), default=24, at_least=0, at_most=240)
    spo2_at_least: int = term(
        N_("Oxygen in the blood at rest in percent, at least"), default=96, at_least=80, at_most=100
    )
    warning_symptoms: tuple[Symptom, ...] = term(
        N_("Symptoms with which nobody goes home"),
        default=(Symptom.CHEST_TIGHT, Symptom.BREATHLESS, Symptom.GASPING, Symptom.CHEST_PAIN, Symptom.DROWSY),
    )
    cleaning_minutes: int = term(
        N_("Minutes of cleaning after somebody has left the bed"), default=120, at_least=0, at_most=2_880
    )


amended(
    StayTerms,
    since=date(2021, 5, 1),
    why=N_("Who was not severely ill may leave after 10 days and rests at home for the remaining 4."),
    source="Coconuts, pressed for beds, May 2021; confirmed June 2021: Pattaya Mail 361594",
    least_days=10,
    rest_at_home_days=4,
)
amended(
    StayTerms,
    since=date(2022, 3, 1),
    why=N_("Fever begins at 37.8 °C."),
    source="multimedia.anamai.moph.go.th, info317_covid19, March 2022",
    fever_from=Decimal("37.8"),
)


@terms(
    "isolation.holds",
    title=N_("How long a bed is held"),
    since=SINCE,
    source="Settings of the office without a published source.",
)
@dataclass(frozen=True, kw_only=True)
class HoldTerms(Terms):
    """How long a bed waits for somebody, and how long the office waits for answers."""

    hold_minutes: int = term(
        N_("Minutes that a bed is held until transport picks the person up"), default=360, at_least=10, at_most=2_880
    )
    on_the_way_minutes: int = term(
        N_("Minutes from the pick-up to the arrival, at most"), default=180, at_least=10, at_most=1_440
    )
    answers_within_hours: int = term(
        N_("Hours without answers after which the hotline calls"), default=12, at_least=1, at_most=72
    )
    transfer_hold_minutes: int = term(
        N_("Minutes that a bed is held for somebody who comes from another bed"),
        default=720, at_least=10, at_most=2_880,
    )  # fmt: skip
