"""How the states of cases and alerts are called on pages, in which colour they stand, and what happened, in words."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.hotline.rules.verifying import Question
from khumkan.hotline.states import AlertState, CaseState
from khumkan.kernel.by_state import ByState
from khumkan.ui.shown import Shown

WORDS: Mapping[StrEnum, Shown] = ByState(
    (CaseState.NEW, Shown(_("In the queue"), "wait")),
    (CaseState.OPEN, Shown(_("Somebody works on it"), "info")),
    (CaseState.WAITING, Shown(_("Waits for what solves it"), "plain")),
    (CaseState.DONE, Shown(_("Case closed"), "done")),
    (CaseState.MERGED, Shown(_("Goes on in another case"), "done")),
    (AlertState.OPEN, Shown(_("Nobody has looked into it"), "bad")),
    (AlertState.ALLOWED, Shown(_("May go on for a while"), "good")),
    (AlertState.SETTLED, Shown(_("Looked into"), "done")),
)
#: A live case whose time is over.
OVERDUE = Shown(_("Overdue"), "bad")
#: What is asked to make sure who calls.
QUESTIONS: Mapping[Question, tuple[Promise, Promise]] = {
    Question.BIRTH_DATE: (
        _("When were you born? Day, month and year"),
        _("Eight digits, the year of the Christian era or the Buddhist era, such as 31122499."),
    ),
    Question.NUMBER_END: (
        _("What are the last four digits of your identity number?"),
        _("Four digits, as the caller reads them from the document."),
    ),
    Question.PHONE_END: (
        _("What are the last four digits of the telephone that you gave us?"),
        _("It need not be the telephone from which the person calls."),
    ),
    Question.EMPLOYER: (
        _("What are the last four digits of your employer’s account?"),
        _("They stand on the pay slip, or the personnel office knows them."),
    ),
}
#: What the file tells of the past, by the name of the event.
HAPPENED: Mapping[str, Promise] = {
    "screening.registered": _("Registered for a test"),
    "screening.booked": _("Got a place for a test"),
    "screening.moved": _("Got another place for a test"),
    "screening.checked_in": _("Came to the test"),
    "screening.sampled": _("Specimen was taken"),
    "screening.missed": _("Did not come to the test"),
    "screening.result_released": _("The result was sent to the person"),
    "isolation.care_opened": _("Care began"),
    "isolation.triaged": _("Answered the questions about health"),
    "isolation.bed_held": _("A bed was held"),
    "isolation.hold_lapsed": _("The held bed lapsed"),
    "isolation.admitted": _("Came to the hospitel"),
    "isolation.discharged": _("Care ended"),
    "vaccination.confirmed": _("Wanted the vaccination"),
    "vaccination.declined": _("Did not want the vaccination"),
    "vaccination.booked": _("Got a date to be vaccinated"),
    "vaccination.moved": _("Got another date to be vaccinated"),
    "vaccination.missed": _("Did not come to be vaccinated"),
    "vaccination.given": _("Was vaccinated"),
    "hotline.case_opened": _("Called the hotline"),
    "hotline.case_closed": _("The hotline closed a case"),
    "accounts.phone_change_asked": _("A new telephone was asked for"),
    "accounts.phone_change_done": _("The new telephone counts"),
}
