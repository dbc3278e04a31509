"""Every sentence that explains a registration, by its code. A registration keeps codes and values, never sentences."""

from collections.abc import Mapping

from khumkan.kernel.sentences import Sentences
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
_SENTENCES = Sentences(TEXTS)
CODES = _SENTENCES.codes
reason, stored, read = _SENTENCES.reason, _SENTENCES.stored, _SENTENCES.read
PRIORITY = "first_"
METHOD = "method_"
