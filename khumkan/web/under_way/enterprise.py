"""What is under way for an enterprise besides loans: testing days, vaccination lists and days, monthly filings."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.registry import queries as registry
from khumkan.registry.models import Employer
from khumkan.registry.queries import FilingMonth
from khumkan.registry.states import FilingState
from khumkan.registry.words import MONTH_TONES
from khumkan.screening.queries.rounds import Visit
from khumkan.ui.shown import Shown
from khumkan.vaccination.queries import employer_dates, lists
from khumkan.vaccination.queries.lists import Offer
from khumkan.vaccination.queries.phases import title_of
from khumkan.vaccination.states import ListFileState, RosterState
from khumkan.vaccination.words import WORDS
from khumkan.web.under_way.thing import Thing, begin_of, day_words, hour_words, month_words

ANNOUNCED = Shown(gettext_lazy("Announced"), "info")
CANCELLED = Shown(gettext_lazy("Cancelled"), "bad")
NOTHING_SENT = Shown(gettext_lazy("No list yet"), "wait")
DATES = Shown(gettext_lazy("Dates are given"), "good")
#: A month is told of until it is filed; of older ones the page of filings tells.
MONTHS = 4
LATE = (FilingState.LATE, FilingState.LATE_IN_PART)


def testing(visits: Sequence[Visit]) -> list[Thing]:
    """Return the testing days that lie ahead. No query."""
    return [_testing_day(visit) for visit in visits if visit.session.day >= clock.today()]


def vaccination(by: Actor, offers: Sequence[Offer]) -> list[Thing]:
    """Return the lists that can be sent or corrected, and the days on which people are vaccinated.

    One query, and one more for each list that can be changed.
    """
    things = [_list(offer) for offer in offers if offer.is_running and offer.is_open]
    return [*things, *_days(by)]


def filings(employers: Sequence[Employer]) -> list[Thing]:
    """Return what has to be filed: the months that are late, and the next one that is due. A query each."""
    return [thing for employer in employers for thing in _filings_of(employer)]


def _testing_day(visit: Visit) -> Thing:
    session, page = visit.session, reverse(
        "screening:employer_visit", args=[visit.employer.reference, visit.session.reference]
    )  # fmt: skip
    where = {
        "day": day_words(session.day),
        "hours": hour_words(session.starts_at, session.ends_at),
        "site": session.site,
        "people": visit.people,
    }
    title, at, whose = _("Testing day"), session.starts_at, str(visit.employer)
    if visit.is_cancelled:
        said = _("The day of %(day)s at %(site)s does not take place. Please tell your people.") % where
        return Thing(title, CANCELLED, said, page, _("See what comes instead"), True, at, whose)
    said = _("%(day)s, %(hours)s, %(site)s. Called: %(people)s. Please tell them, and let them go there.") % where
    return Thing(title, ANNOUNCED, said, page, _("See whom to send"), True, at, whose)


def _list(offer: Offer) -> Thing:
    page = reverse("vaccination:roster", args=[offer.employer.reference, offer.phase.pk])
    title, at, whose = _("Vaccination list"), begin_of(offer.locks_on), str(offer.employer)
    if offer.roster is None:
        said = _("Name your people for “%(phase)s”. From %(day)s on the list is locked.") % {
            "phase": title_of(offer.phase),
            "day": day_words(offer.locks_on),
        }
        return Thing(title, NOTHING_SENT, said, page, _("Send a list"), True, at, whose)
    checked = lists.files_of(offer.roster).filter(state=ListFileState.CHECKED).first()
    if checked is not None:
        said = _("The list that you sent was checked. Look at its rows, and take it over.")
        page = reverse("vaccination:list_file", args=[checked.reference])
        return Thing(title, WORDS[ListFileState.CHECKED], said, page, _("Look at the list"), True, at, whose)
    said = _("%(listed)s people are on it. You can correct it until it is locked on %(day)s.") % {
        "listed": offer.roster.listed,
        "day": day_words(offer.locks_on),
    }
    return Thing(title, WORDS[RosterState.OPEN], said, page, _("Correct the list"), False, at, whose)


def _days(by: Actor) -> list[Thing]:
    page, action = reverse("vaccination:employer_days"), _("See the vaccination days")
    title = _("Vaccination day")
    return [
        Thing(
            title,
            DATES,
            _("%(day)s: %(people)s of your people have a date. Please let them go.")
            % {"day": day_words(each.day), "people": each.people},
            page,
            action,
            at=begin_of(each.day),
        )
        for each in employer_dates.coming_days(by)
    ]


def _filings_of(employer: Employer) -> list[Thing]:
    today = clock.today()
    months = [
        each
        for each in registry.months_of(employer, today=today, most=MONTHS)
        if each.month < today.replace(day=1) and each.state != FilingState.FILED
    ]
    late = [each for each in months if each.state in LATE]
    due = [each for each in months if each.state not in LATE]
    return [_filing(employer, each) for each in (*late[-1:], *due[-1:])]


def _filing(employer: Employer, month: FilingMonth) -> Thing:
    words = {"month": month_words(month.month), "day": day_words(month.due_on)}
    if month.state in LATE:
        said = _("The filing of %(month)s was due on %(day)s. Please send it now.")
    else:
        said = _("Please send the filing of %(month)s by %(day)s.")
    return Thing(
        title=_("Monthly filing"),
        shown=Shown(month.state.label, MONTH_TONES[month.state]),
        said=said % words,
        href=reverse("registry:send_filing", args=[employer.reference]),
        action=_("Send the filing"),
        asks=True,
        at=begin_of(month.due_on),
        whose=str(employer),
    )
