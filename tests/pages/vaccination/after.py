"""Examples for what comes after the dose: certificates, follow-up, adverse events, corrections; see `addresses.py`."""

from typing import Any

from khumkan.vaccination.models import Certificate
from tests.pages.example import Example

#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "": ("vaccination:verify", "vaccination:keys", "vaccination:revoked"),
    "vaccinator": ("vaccination:field_given",),
    "minister": ("vaccination:records",),
}


def _given(town: Any) -> list[Any]:
    return [town.campaign.injection.pk]


def _person(town: Any) -> list[Any]:
    return [town.on_the_list["v_given"].person.reference]


def _nobody(town: Any) -> list[Any]:
    return [town.on_the_list["v_invited"].person.reference]


def _certificate(town: Any) -> list[Any]:
    return [Certificate.objects.filter(injection=town.campaign.injection).earliest("pk").code]


def _event(name: str) -> Any:
    return lambda town: [town.after.events[name].reference]


EXAMPLES: dict[str, list[Example]] = {
    "vaccination:my_doses": [Example("v_given"), Example("v_invited"), Example("v_corrected")],
    "vaccination:my_reaction": [Example("v_given")],
    "vaccination:my_how_are_you": [Example("v_given", lambda _town: [1])],
    "vaccination:my_certificate": [Example("v_given", _certificate)],
    "vaccination:my_certificate_pdf": [Example("v_given", _certificate)],
    "vaccination:desk_after": [Example("agent", _person), Example("officer", _person), Example("agent", _nobody)],
    "vaccination:desk_reaction": [Example("agent", _person)],
    "vaccination:desk_how_are_you": [Example("agent", lambda town: [*_person(town), 1])],
    "vaccination:field_adverse": [Example("vaccinator", _given)],
    "vaccination:adverse_events": [Example("minister"), Example("officer", query="all")],
    "vaccination:adverse_event": [Example("officer", _event(name)) for name in ("severe", "passed", "closed")],
    "vaccination:record_of": [Example("officer", _person), Example("officer", _nobody)],
    "vaccination:add_elsewhere": [Example("officer", _person)],
    "vaccination:record": [
        Example("officer", _given),
        Example("officer", lambda town: [town.after.struck.pk]),
        Example("officer", lambda town: [town.after.asked.injection_id]),
    ],
    "vaccination:correct_details": [Example("officer", _given)],
    "vaccination:correct_person": [Example("officer", _given)],
    "vaccination:strike_record": [Example("officer", _given)],
    "vaccination:correction": [
        Example("officer", lambda town: [town.after.asked.pk]),
        Example("minister", lambda town: [town.after.asked.pk]),
    ],
    "vaccination:office_certificate": [
        Example("officer", _certificate),
        Example("officer", lambda town: [town.after.revoked.code]),
    ],
}
FRAGMENTS: set[str] = set()
