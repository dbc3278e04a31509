"""What a person's first page says of their vaccination."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khumkan.kernel.actors import Actor
from khumkan.kernel.dates import show_datetime
from khumkan.vaccination.queries import mine
from khumkan.vaccination.states import DoseState, EnrolmentState


def news(actor: Actor) -> str:
    """Say what is to be done or expected: an answer that is missing, the queue, or the date and place."""
    state, session = mine.news_of(actor.person_id or 0)
    if state == EnrolmentState.INVITED:
        return _("Please answer: do you want to be vaccinated?")
    if state == DoseState.WAITING:
        return _("You are in the queue for a date.")
    if state == DoseState.BOOKED and session is not None:
        return _("Your date: %(begins)s, %(site)s.") % {
            "begins": show_datetime(session.starts_at, get_language() or "th"),
            "site": session.site,
        }
    return ""
