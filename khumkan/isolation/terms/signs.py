"""The signs of illness that terms of triage and terms of rounds both set limits for."""

from dataclasses import dataclass
from decimal import Decimal

from khumkan.isolation.choices import Symptom
from khumkan.kernel.words import N_
from khumkan.policies import Terms, term


@dataclass(frozen=True, kw_only=True)
class SignTerms(Terms):
    """From where on a symptom or a measured value is severe (red), or more than mild (yellow)."""

    # Red: severe
    red_symptoms: tuple[Symptom, ...] = term(
        N_("Symptoms that are severe"), default=(Symptom.GASPING, Symptom.CHEST_PAIN, Symptom.DROWSY)
    )
    red_spo2_below: int = term(
        N_("Severe: oxygen in the blood at rest below, in percent"), default=94, at_least=80, at_most=100
    )
    red_breaths_from: int = term(N_("Severe: breaths a minute from"), default=25, at_least=15, at_most=60)
    red_temperature_from: Decimal = term(
        N_("Severe: temperature in °C from"), default=Decimal("39.5"), at_least=Decimal(37), at_most=Decimal(43)
    )
    # Yellow: more than mild
    yellow_symptoms: tuple[Symptom, ...] = term(
        N_("Symptoms that are more than mild"), default=(Symptom.CHEST_TIGHT, Symptom.BREATHLESS)
    )
    yellow_spo2_below: int = term(
        N_("More than mild: oxygen in the blood at rest below, in percent"), default=96, at_least=80, at_most=100
    )
    yellow_breaths_from: int = term(N_("More than mild: breaths a minute from"), default=21, at_least=10, at_most=60)
    yellow_temperature_from: Decimal = term(
        N_("More than mild: temperature in °C from"),
        default=Decimal("38.0"), at_least=Decimal(37), at_most=Decimal(43),
    )  # fmt: skip
