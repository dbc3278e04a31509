"""Every sentence that explains a registration, by its code. A registration keeps codes and values, never sentences."""

import re
from collections.abc import Iterable, Mapping

from khumkan.kernel.errors import Reason
from khumkan.kernel.words import N_

TEXTS: Mapping[str, str] = {
    "insured": N_("You are insured under section %(value)s."),
    "met_case": N_("You met a case within the last %(limit)s days."),
    "ill": N_("Your symptoms began within the last %(limit)s days."),
    "at_risk": N_("Your work or home puts you at high risk of infection."),
    "drawn": N_("You were drawn at random at your workplace."),
    "confirm": N_("Your rapid test was positive; an RT-PCR test confirms it."),
    "repeat": N_("Your last test gave no clear answer and is done again."),
    "first_contact": N_("Close contact of a case: %(points)s points."),
    "first_symptoms": N_("Symptoms: %(points)s points."),
    "first_high_risk": N_("High risk of infection: %(points)s points."),
    "first_drawn": N_("Drawn at random: the place comes with the draw."),
    "first_confirm": N_("Confirmation of a rapid test: %(points)s points."),
    "first_repeat": N_("Repetition of a test: %(points)s points."),
    "first_again": N_("Your specimen was lost or could not be used: %(points)s points."),
    "first_age": N_("Age of %(age)s years or more: %(points)s points."),
    "first_pregnant": N_("Pregnancy: %(points)s points."),
    "first_illness": N_("Long-term illness: %(points)s points."),
    "first_meets_many": N_("Work with many people: %(points)s points."),
    "first_crowded_home": N_("Dormitory or crowded home: %(points)s points."),
    "method_ground": N_("This method is used for your situation under the rules in force."),
    "method_child": N_("RT-PCR, because a rapid test is not used below the age of %(age)s years."),
    "method_early": N_("RT-PCR, because a rapid test finds too little in the first %(days)s days after the contact."),
    "method_confirm": N_("RT-PCR, because it confirms a rapid test."),
}
CODES = {text: code for code, text in TEXTS.items()}
NAMED = re.compile(r"%\((\w+)\)")
PRIORITY = "first_"
METHOD = "method_"


def reason(code: str, **params: object) -> Reason:
    """Return the reason with this code."""
    return Reason(code, TEXTS[code], params)


def stored(reasons: Iterable[Reason]) -> list[dict[str, object]]:
    """Return reasons as a registration keeps them; one without a code of ours, such as a remark, is not kept."""
    return [
        {"code": CODES[one.text], **{name: _value(one.params[name]) for name in NAMED.findall(one.text)}}
        for one in reasons
        if one.text in CODES
    ]


def read(kept: Iterable[Mapping[str, object]]) -> list[Reason]:
    """Return the reasons that a registration keeps; a code that this release does not know is left out."""
    return [
        Reason(code, TEXTS[code], {name: value for name, value in one.items() if name != "code"})
        for one in kept
        if (code := str(one.get("code"))) in TEXTS
    ]


def _value(value: object) -> object:
    return value if isinstance(value, int) else str(value)
