"""A person's tests: a place that is waited for or given, the laboratory, an answer that has come."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from khumkan.kernel import clock
from khumkan.screening.models import Registration
from khumkan.screening.states import RegistrationState
from khumkan.screening.views.showing import PERSONS
from khumkan.web.under_way.thing import Paper, Thing, day_words, hour_words, shown

#: So long an answer stands among what is new; after that it is among the documents.
NEW = timedelta(days=7)


def things_of(registrations: Sequence[Registration]) -> list[Thing]:
    """Return what is under way of a person's latest registrations, the newest first. No query."""
    return [_thing(each) for each in registrations if each.state in SAID and not _is_old(each)]


def papers_of(registrations: Sequence[Registration]) -> list[Paper]:
    """Return the answers that there are, the newest first. No query."""
    return [
        Paper(_("Answer of a test"), day_words(each.session.day) if each.session else "", _page(each))
        for each in registrations
        if each.state == RegistrationState.ANSWERED
    ]


def _thing(registration: Registration) -> Thing:
    said, action = SAID[registration.state](registration)
    session = registration.session
    return Thing(
        title=_("Covid test"),
        shown=shown(PERSONS[registration.state]),
        said=said,
        href=_page(registration),
        action=action,
        at=session.starts_at if session is not None else None,
    )


def _waiting(_registration: Registration) -> tuple[str, str]:
    return _("You get a place as soon as one is free for you. We send you an SMS."), _("See how long it takes")


def _booked(registration: Registration) -> tuple[str, str]:
    session = registration.session
    assert session is not None, "who is booked has a session"
    if session.cancelled_at is not None:
        words = _("Your session was cancelled. We are looking for another place for you and tell you in a few minutes.")
        return words, _("See your test")
    words = _("%(day)s, any time between %(hours)s, %(site)s. Bring your identity card.") % {
        "day": day_words(session.day),
        "hours": hour_words(session.starts_at, session.ends_at),
        "site": session.site,
    }
    return words, _("See the way and your code")


def _inside(_registration: Registration) -> tuple[str, str]:
    return _("You are checked in. Please wait until you are called."), _("See your test")


def _at_laboratory(_registration: Registration) -> tuple[str, str]:
    words = _("Your specimen is with the laboratory. We send you an SMS as soon as the answer is there.")
    return words, _("See your test")


def _answered(_registration: Registration) -> tuple[str, str]:
    return _("Read what was found, what it means and what to do now."), _("Read the answer")


def _is_old(registration: Registration) -> bool:
    return registration.ended_at is not None and registration.ended_at < clock.now() - NEW


def _page(registration: Registration) -> str:
    return reverse("screening:registration", args=[registration.reference])


#: What is said of a test, and what its link is called, by its state; tests in other states are over.
SAID: Mapping[str, Callable[[Registration], tuple[str, str]]] = {
    RegistrationState.WAITING: _waiting,
    RegistrationState.BOOKED: _booked,
    RegistrationState.CHECKED_IN: _inside,
    RegistrationState.SAMPLED: _at_laboratory,
    RegistrationState.ANSWERED: _answered,
}
