"""What each reason for a call needs: who knows about it, what solves it, and what the agent says and asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from khumkan.hotline.choices import Reason, Skill, Thing
from khumkan.kernel.words import N_


@dataclass(frozen=True, slots=True)
class Handling:
    """How a reason is handled.

    :param thing: what closes the case by itself, or nothing when only the hotline knows that it is solved.
    :param script: what the agent does, step by step; English, marked for translation.
    """

    skill: Skill
    thing: Thing | None
    script: tuple[str, ...]


_REFERENCE = N_("Ask for the reference, or for the identity number, and find the person.")
_VERIFY = N_("Ask the questions that make sure who is calling, before you say more than day and place.")
_MESSAGE = N_("Say: you get a message as soon as it happens. You need not call again.")
_AGAIN = N_("Say the reference of the case, letter by letter, for the next call.")

HANDLINGS: Mapping[Reason, Handling] = {
    Reason.STATUS: Handling(
        Skill.GENERAL,
        None,
        (
            _REFERENCE,
            N_("Read out the day, the hour and the place, or why there is none yet."),
            N_("Say what happens next, and that the own page shows the same."),
        ),
    ),
    Reason.NO_TEST: Handling(
        Skill.TESTING,
        Thing.TEST_PLACE,
        (_REFERENCE, N_("Register the caller for a test. A free place is given at once."), _MESSAGE),
    ),
    Reason.NO_BED: Handling(
        Skill.CARE,
        Thing.BED,
        (
            N_("Ask first: is it hard to breathe, is there chest pain, is the person drowsy? If so: call 1669 now."),
            _VERIFY,
            N_("Answer the questions about health with the caller. A bed is looked for at once."),
            N_("Ask who else in the household is infected, and note that they stay together."),
            _MESSAGE,
        ),
    ),
    Reason.RESULT_LATE: Handling(
        Skill.TESTING,
        Thing.RESULT,
        (
            _REFERENCE,
            N_("Look where the specimen is. Nobody at the hotline reads results: the person reads them alone."),
            _MESSAGE,
        ),
    ),
    Reason.CANNOT_COME: Handling(
        Skill.GENERAL,
        None,
        (_REFERENCE, N_("Offer another day and place, or give the place back."), N_("Read out the new day and place.")),
    ),
    Reason.WRONG_NAME: Handling(
        Skill.GENERAL,
        None,
        (_VERIFY, N_("Note what is wrong. An officer corrects the register; you cannot."), _AGAIN),
    ),
    Reason.CHANGE_PHONE: Handling(
        Skill.GENERAL,
        Thing.PHONE,
        (
            _VERIFY,
            N_("Ask for the change. A second member of staff must approve it, and the old number is told."),
            N_("Say: the new number counts after two days, so that nobody can take an account over by calling us."),
        ),
    ),
    Reason.VACCINATION_DATE: Handling(
        Skill.VACCINATION,
        Thing.DOSE_DATE,
        (_REFERENCE, N_("Read out why there is no date yet, and which turn the caller has."), _MESSAGE),
    ),
    Reason.SIDE_EFFECT: Handling(
        Skill.VACCINATION,
        None,
        (
            N_("Ask first: is it hard to breathe, is the face swollen, did somebody faint? If so: call 1669 now."),
            _VERIFY,
            N_("Report what happened after the dose. A doctor hears of severe signs at once."),
        ),
    ),
    Reason.GOT_WORSE: Handling(
        Skill.CARE,
        None,
        (
            N_("Ask first: is it hard to breathe, is there chest pain, is the person drowsy? If so: call 1669 now."),
            _VERIFY,
            N_("Enter the values and how the person feels. A doctor hears of it when they are worse."),
        ),
    ),
    Reason.CERTIFICATE: Handling(
        Skill.GENERAL,
        Thing.CERTIFICATE,
        (_VERIFY, N_("Look whether it was issued: the person finds it on the own page."), _MESSAGE),
    ),
    Reason.EMPLOYER_LIST: Handling(
        Skill.EMPLOYERS,
        None,
        (
            N_("Ask for the ten digits of the employer’s account."),
            N_("Explain what the check of the list says. Only the employer changes its list."),
            _AGAIN,
        ),
    ),
    Reason.LOAN: Handling(
        Skill.EMPLOYERS,
        None,
        (
            N_("Ask for the ten digits of the employer’s account."),
            N_("Explain the way: a certificate of this office first, then the bank. The bank decides."),
            _AGAIN,
        ),
    ),
    Reason.COMPLAINT: Handling(
        Skill.GENERAL,
        None,
        (
            N_("Listen to the end. Say that you are sorry for the trouble."),
            N_("Note what happened, when and where, in the caller’s own words."),
            _AGAIN,
        ),
    ),
    Reason.OTHER: Handling(
        Skill.GENERAL,
        None,
        (
            N_("Ask what the caller needs, and say it back in your own words."),
            N_("Note it, and say when we call back."),
            _AGAIN,
        ),
    ),
}


def handling_of(reason: Reason) -> Handling:
    """Return how a reason is handled."""
    return HANDLINGS[reason]
