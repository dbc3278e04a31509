"""Whether a site may write at this moment: its own sessions, their day, their hours and a margin; never later.

What a device kept while it was cut off counts by the moment at which it was done, and may come some hours late.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.models import Session
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries import site_days
from khumkan.vaccination.terms.visits import VisitTerms


@dataclass(frozen=True, kw_only=True)
class Sent:
    """How a step came: the key that the device made for it, and when it was done by the clock of the device."""

    client_key: UUID
    done_at: datetime


def checked(sent: Sent, session: Session, *, by: Actor) -> Sent:
    """Return what was sent, done no later than now, when the site may write it.

    :raises Missing: for a session at another site than the actor's.
    :raises Refused: on another day, outside the hours of the site, too late, or after the day was closed.
    """
    scopes.check_works_at(by, session.site_id)
    return checked_on_day(sent, site_id=session.site_id, day=session.day, by=by)


def day_closed() -> Refused:
    """Return the refusal of what comes after the day was closed."""
    return Refused(
        N_("This day was closed. Please call the office: it enters what is missing from the paper."), "day_closed"
    )


def checked_on_day(sent: Sent, *, site_id: int, day: date, by: Actor) -> Sent:
    """Return what was sent for a day of a site, done no later than now, when the site may write it.

    :raises Missing, Refused: as for `checked`.
    """
    scopes.check_works_at(by, site_id)
    done = replace(sent, done_at=min(sent.done_at, clock.now()))
    if by.kind is ActorKind.SYSTEM:
        return done
    hours = site_days.hours(site_id, day)
    if hours is None:
        raise Refused(N_("There is no session at this site on that day."), "no_session")
    if hours.closed_at is not None:
        raise day_closed()
    terms = policies.in_force(VisitTerms, on=clock.today())
    margin = timedelta(minutes=terms.margin_minutes)
    if not hours.begins - margin <= done.done_at <= hours.ends + margin:
        raise Refused(
            N_("The site may write between %(from)s and %(until)s on %(day)s only."),
            "outside_hours",
            **{
                "from": f"{clock.bangkok(hours.begins - margin):%H:%M}",
                "until": f"{clock.bangkok(hours.ends + margin):%H:%M}",
                "day": f"{day:%d/%m/%Y}",
            },
        )
    if clock.now() > hours.ends + timedelta(hours=terms.late_hours):
        raise Refused(N_("This came too late. Please call the office: it enters it from the paper."), "too_late")
    return done
