"""Who may register for a test: written once, asked of one person and of all who wait."""

from dataclasses import dataclass

from khumkan.kernel.errors import Verdict
from khumkan.kernel.words import N_
from khumkan.policies.eligibility import AllOf, AnyOf, AtLeast, AtMost, Criterion, IsTrue, OneOf, Rule, fact
from khumkan.screening.choices import Ground
from khumkan.screening.rules.reasons import TEXTS
from khumkan.screening.terms.registrations import RegistrationTerms

#: Days since something that never happened.
NEVER = 36_500


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """What is known of a person on the day of registering.

    :param days_since_test: full days since the last specimen that could be used, or `NEVER`.
    :param days_since_positive: full days since the specimen of the last positive result, or `NEVER`.
    :param is_newly_ill: whether symptoms began on or after the day of the last specimen.
    """

    section: int | None = fact(
        N_("section under which you are insured"),
        mend=N_("If your insurance is not shown correctly, call 1506 or ask at any office."),
    )
    days_since_contact: int | None = fact(
        N_("day on which you last met the case"), mend=N_("Please give the day on which you last met the person.")
    )
    days_since_symptoms: int | None = fact(
        N_("day on which your symptoms began"), mend=N_("Please give the day on which your symptoms began.")
    )
    has_risk: bool = fact(N_("risk"), default=False)
    days_since_test: int = fact(N_("last test"), default=NEVER)
    days_since_positive: int = fact(N_("last positive result"), default=NEVER)
    is_newly_ill: bool = fact(N_("new symptoms"), default=False)


def rule_for(ground: Ground, terms: RegistrationTerms) -> Rule[Applicant]:
    """Return the rule for one ground.

    Whoever was drawn at random comes whatever they feel; a confirmation or repetition follows from a test of ours.
    """
    return Rule(
        Applicant, AllOf(OneOf("section", terms.sections, yes=TEXTS["insured"], no=NOT_INSURED), *_for(ground, terms))
    )


NOT_INSURED = N_(
    "A test under this programme is for persons insured under sections 33, 39 and 40. You are not insured today."
)
TOO_LONG_SINCE_CONTACT = N_(
    "You met the case more than %(limit)s days ago. If you feel ill, register because of your symptoms instead."
)
TOO_LONG_SINCE_SYMPTOMS = N_(
    "Your symptoms began more than %(limit)s days ago. If you are still ill, please see a doctor or call 1506."
)
NOT_YET = N_("This day has not come yet. Please look at the day once more.")
NO_RISK = N_("Please tell us what puts you at risk. Without contact, symptoms or risk no test is needed.")
POSITIVE_BEFORE = N_(
    "You had a positive result less than %(limit)s days ago, and another test could still show it. "
    "Follow the advice with your result, or call 1506."
)
TESTED_BEFORE = N_("Your last test was less than %(limit)s days ago. Please wait until then.")
NOT_NEWLY_ILL = N_("If new symptoms began since your last test, register because of symptoms.")


def _for(ground: Ground, terms: RegistrationTerms) -> tuple[Criterion, ...]:
    rested = (
        AtLeast("days_since_positive", terms.days_after_positive, no=POSITIVE_BEFORE),
        AnyOf(
            AtLeast("days_since_test", terms.days_between_tests, no=TESTED_BEFORE),
            IsTrue("is_newly_ill", no=NOT_NEWLY_ILL),
        ),
    )
    if ground is Ground.CONTACT:
        return (
            AtLeast("days_since_contact", 0, no=NOT_YET),
            AtMost("days_since_contact", terms.contact_within_days, yes=TEXTS["met_case"], no=TOO_LONG_SINCE_CONTACT),
            *rested,
        )
    if ground is Ground.SYMPTOMS:
        return (
            AtLeast("days_since_symptoms", 0, no=NOT_YET),
            AtMost("days_since_symptoms", terms.symptoms_within_days, yes=TEXTS["ill"], no=TOO_LONG_SINCE_SYMPTOMS),
            *rested,
        )
    if ground is Ground.HIGH_RISK:
        return (IsTrue("has_risk", yes=TEXTS["at_risk"], no=NO_RISK), *rested)
    return ()


def eligible(ground: Ground, applicant: Applicant, *, terms: RegistrationTerms) -> Verdict:
    """Say whether a person may register on this ground, each reason once."""
    verdict = rule_for(ground, terms).verdict(applicant)
    reasons = {why.text: why for why in verdict.reasons}
    return Verdict(verdict.allowed, tuple(reasons.values()))
