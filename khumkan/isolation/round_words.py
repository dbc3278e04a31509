"""How rounds, escalations and going home are called on the nurses' pages."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from khumkan.isolation.choices import CareEnd
from khumkan.isolation.queries.going_home import Stage
from khumkan.isolation.queries.round_list import Due, OnRound
from khumkan.isolation.states import EscalationState
from khumkan.isolation.words import WORDS
from khumkan.kernel import clock, dates
from khumkan.ui.shown import Shown

DUE: Mapping[Due, Shown] = {
    Due.LATE: Shown(_("Late"), "bad"),
    Due.DUE: Shown(_("Due now"), "wait"),
    Due.DONE: Shown(_("Done"), "good"),
    Due.GOING: Shown(_("Goes home"), "done"),
}
STAGES: Mapping[Stage, Shown] = {
    Stage.CORRECTED: Shown(_("The result was corrected: may go at once"), "bad"),
    Stage.PROPOSED: Shown(_("May go home today"), "good"),
    Stage.DOCTOR: Shown(_("The days are over: a doctor may decide"), "wait"),
    Stage.CONFIRMED: Shown(_("Confirmed, has not left yet"), "info"),
    Stage.NOT_YET: Shown(_("Not yet"), "plain"),
}
CORRECTED = Shown(_("May go at once"), "bad")
#: What is said before somebody goes for another reason than being well, and what then happens.
BEFORE: Mapping[CareEnd, tuple[Promise, ...]] = {
    CareEnd.OWN_WISH: (
        _("The person leaves before the time is over. Please tell them when to call 1669, and how to rest at home."),
        _("They get the letter for the employer, and no discharge certificate."),
    ),
    CareEnd.ELSEWHERE: (
        _("Somebody else looks after the person from now on, such as another hospital or the family abroad."),
        _("They get the letter for the employer, and no discharge certificate."),
    ),
    CareEnd.DIED: (
        _("Please make sure that a doctor has confirmed the death, and that the family has been told in person."),
        _("Nothing is sent to the telephone of the person, and no paper is made out."),
        _("The room stays theirs until the front desk notes that it is empty. Take the time that is needed."),
    ),
    CareEnd.WITHDRAWN: (
        _("A laboratory corrected the result: the person is not infected and should leave without delay."),
        _("They get the letter for the employer. Please tell them that we are sorry."),
    ),
    CareEnd.RECOVERED: (
        _("The person gets a discharge certificate and a letter for the employer that names no disease."),
    ),
}
#: From then on it is said in hours, and in days.
HOURS_FROM, DAYS_FROM = 180, 48


def shown_on_list(one: OnRound) -> Shown:
    """Return what a nurse must know first of somebody: that they must not stay, need a doctor, or are owed a round."""
    if one.due is Due.GOING:
        return DUE[one.due]
    if one.is_corrected:
        return CORRECTED
    return WORDS[EscalationState.RAISED] if one.escalation is EscalationState.RAISED else DUE[one.due]


def still_owed(one: OnRound) -> str:
    """Return that a round is late or due for somebody of whom something more urgent is said; else nothing."""
    is_owed = one.due in (Due.LATE, Due.DUE) and shown_on_list(one) is not DUE[one.due]
    return str(DUE[one.due].words) if is_owed else ""


def short_moment(moment: datetime | None, *, now: datetime) -> str:
    """Return the clock time of something of today, with the day of anything else; nothing when it never was."""
    if moment is None:
        return ""
    language = get_language() or "th"
    if clock.bangkok(moment).date() == clock.bangkok(now).date():
        return dates.show_time(moment, language)
    return dates.show_datetime(moment, language, short=True)


def time_since(moment: datetime, *, now: datetime) -> str:
    """Return how long ago something was: in minutes, after three hours in hours, after two days in days."""
    minutes = max(0, int((now - moment).total_seconds())) // 60
    if minutes < HOURS_FROM:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < DAYS_FROM:
        return gettext("%(count)s hours") % {"count": hours}
    return gettext("%(count)s days") % {"count": hours // 24}
