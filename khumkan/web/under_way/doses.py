"""A person's vaccination: the answer that is asked for, the queue, a date, questions after a dose, certificates."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan import policies
from khumkan.kernel import clock
from khumkan.ui.shown import Shown
from khumkan.vaccination.models import Dose, FollowUp
from khumkan.vaccination.queries import aftercare, mine, records
from khumkan.vaccination.queries.records import Line
from khumkan.vaccination.states import DoseState, EnrolmentState, FollowUpState
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.views.showing_mine import COMING, ENROLLED, MISSED
from khumkan.web.under_way.thing import Paper, Thing, begin_of, day_words, hour_words, shown

MINE = "vaccination:mine"


def lines_of(person_id: int) -> list[Line]:
    """Return what stands on a person's record of doses. Two queries, one for somebody who had none."""
    return records.lines_of(person_id)


def things_of(person_id: int, lines: Sequence[Line]) -> list[Thing]:
    """Return what is under way of a person's vaccination. At most three queries.

    :param lines: of the record, so that who had no dose is not asked for after it.
    """
    found = [_follow_up(each) for each in _questions(person_id, lines)[-1:]]
    dose = mine.coming(person_id)
    if dose is not None and dose.enrolment.state == EnrolmentState.CONFIRMED:
        return [*found, _dose(dose)]
    enrolment = mine.enrolment_of(person_id)
    is_asked = enrolment is not None and enrolment.state == EnrolmentState.INVITED
    return [*found, _invitation()] if is_asked else found


def papers_of(lines: Sequence[Line]) -> list[Paper]:
    """Return the certificates that hold, of the latest dose first. No query."""
    return [
        Paper(
            _("Vaccination certificate"),
            _("Dose %(number)s") % {"number": line.injection.number},
            reverse("vaccination:my_certificate", args=[line.certificate.code]),
        )
        for line in reversed(lines)
        if line.holds and line.certificate is not None and line.certificate.expires_on >= clock.today()
    ]


def _questions(person_id: int, lines: Sequence[Line]) -> list[FollowUp]:
    if not any(line.holds for line in lines):
        return []
    return [each for each in aftercare.to_answer(person_id) if each.state == FollowUpState.DUE]


def _invitation() -> Thing:
    return Thing(
        title=_("Covid vaccination"),
        shown=shown(ENROLLED[EnrolmentState.INVITED]),
        said=_("Your employer put you on its list. You decide yourself, and your employer is not told."),
        href=reverse(MINE),
        action=_("Say yes or no"),
        asks=True,
    )


def _dose(dose: Dose) -> Thing:
    title = _("Covid vaccination, dose %(number)s") % {"number": dose.number}
    session = dose.session
    if dose.state == DoseState.BOOKED and session is not None:
        if session.cancelled_at is not None:
            off = _("This date does not take place. Please do not go there: we are looking for another date for you.")
            return Thing(title, shown(COMING[DoseState.WAITING]), off, reverse(MINE), _("See your vaccination"))
        said = _("%(day)s, %(hours)s, %(site)s. Bring your identity card.") % {
            "day": day_words(session.day),
            "hours": hour_words(session.starts_at, session.ends_at),
            "site": session.site,
        }
        state = shown(COMING[DoseState.BOOKED])
        return Thing(title, state, said, reverse(MINE), _("See the way and your code"), at=session.starts_at)
    if dose.state == DoseState.AT_SITE:
        there = _("Please wait at the site until you are called.")
        state = shown(COMING[DoseState.AT_SITE])
        return Thing(
            title,
            state,
            there,
            reverse(MINE),
            _("See your vaccination"),
            at=session.starts_at if session is not None else None,
        )
    return _waiting(dose, title)


def _waiting(dose: Dose, title: str) -> Thing:
    if dose.misses and dose.misses >= policies.in_force(PlanningTerms, on=clock.today()).misses:
        said = _(
            "You did not come to your dates, so we give no new one by itself. If you still want the vaccination, "
            "please call 1506."
        )
        return Thing(title, shown(MISSED), said, reverse(MINE), _("See your vaccination"), asks=True)
    if dose.due_from > clock.today():
        said = _("It is due from %(day)s on. You get an SMS with day and place in time.") % {
            "day": day_words(dose.due_from)
        }
    else:
        said = _("You get an SMS as soon as you have a date.")
    state, at = shown(COMING[DoseState.WAITING]), begin_of(dose.due_from)
    return Thing(title, state, said, reverse(MINE), _("See how long it takes"), at=at)


def _follow_up(asked: FollowUp) -> Thing:
    return Thing(
        title=_("After your dose"),
        shown=Shown(gettext_lazy("Please answer"), "wait"),
        said=_("How do you feel? One minute, also when all is well. With severe signs call 1669 at once."),
        href=reverse("vaccination:my_how_are_you", args=[asked.day]),
        action=_("Tell us how you feel"),
        asks=True,
        at=begin_of(asked.due_on),
    )
