"""The signs that somebody is more than mildly ill, by the limits of triage or of the rounds."""

from collections.abc import Collection, Iterator
from decimal import Decimal

from khumkan.isolation.choices import Symptom
from khumkan.isolation.rules.answers import Vitals
from khumkan.isolation.rules.reasons import reason
from khumkan.isolation.terms.signs import SignTerms
from khumkan.kernel.errors import Reason


def red_signs(vitals: Vitals, symptoms: Collection[Symptom], limits: SignTerms) -> list[Reason]:
    """Return every sign of severe illness."""
    told = [reason(f"symptom_{symptom}") for symptom in limits.red_symptoms if symptom in symptoms]
    if vitals.oxygen is not None and vitals.oxygen < limits.red_spo2_below:
        told.append(reason("spo2_red", value=vitals.oxygen, limit=limits.red_spo2_below))
    return [*told, *_breath_and_heat("red", vitals, limits.red_breaths_from, limits.red_temperature_from)]


def yellow_signs(vitals: Vitals, symptoms: Collection[Symptom], limits: SignTerms) -> list[Reason]:
    """Return every sign of more than mild illness, of the oxygen and of the rest; severe ones are among them."""
    signs = signs_besides_oxygen(vitals, symptoms, limits)
    if vitals.oxygen is not None and vitals.oxygen < limits.yellow_spo2_below:
        signs.append(reason("spo2_yellow", value=vitals.oxygen, limit=limits.yellow_spo2_below))
    return signs


def signs_besides_oxygen(vitals: Vitals, symptoms: Collection[Symptom], limits: SignTerms) -> list[Reason]:
    """Return the signs of more than mild illness in symptoms, breathing and temperature."""
    serious = dict.fromkeys((*limits.yellow_symptoms, *limits.red_symptoms))
    told = [reason(f"symptom_{symptom}") for symptom in serious if symptom in symptoms]
    return [*told, *_breath_and_heat("yellow", vitals, limits.yellow_breaths_from, limits.yellow_temperature_from)]


def is_breathless(symptoms: Collection[Symptom]) -> bool:
    """Say whether somebody told of breath that falls short, so that the oxygen must be known."""
    return any(symptom in symptoms for symptom in (Symptom.BREATHLESS, Symptom.GASPING, Symptom.CHEST_TIGHT))


def _breath_and_heat(level: str, vitals: Vitals, breaths: int, temperature: Decimal) -> Iterator[Reason]:
    if vitals.breaths is not None and vitals.breaths >= breaths:
        yield reason(f"breaths_{level}", value=vitals.breaths, limit=breaths)
    if vitals.temperature is not None and vitals.temperature >= temperature:
        yield reason(f"temperature_{level}", value=vitals.temperature, limit=temperature)
