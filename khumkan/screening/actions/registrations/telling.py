"""What the record and the person are told of a registration, always in the transaction of the change."""

from khumkan import messages, record
from khumkan.kernel.actors import Actor
from khumkan.screening.choices import Channel
from khumkan.screening.models import Registration
from khumkan.screening.queries.offers import Offer


def purpose_of(registration: Registration) -> str:
    """Return the purpose under which capacity holds the place: one for each registration, one for a whole draw."""
    if registration.channel == Channel.ROUND:
        return round_purpose(registration.round_id)
    return f"screening.{registration.reference}"


def round_purpose(round_id: int | None) -> str:
    """Return the purpose of everybody drawn in a round."""
    return f"screening.round.{round_id}"


def tell_place(template: str, registration: Registration, place: Offer) -> None:
    """Tell the person day, time and place."""
    messages.send(
        f"screening.{template}",
        person_id=registration.person_id,
        params={
            "begins": place.starts_at.isoformat(),
            "site_th": place.site_th,
            "site_en": place.site_en or place.site_th,
            "reference": registration.reference,
        },
        about=registration,
    )


def tell(template: str, registration: Registration) -> None:
    """Tell the person something that needs no more than the reference."""
    messages.send(
        f"screening.{template}",
        person_id=registration.person_id,
        params={"reference": registration.reference},
        about=registration,
    )


def note_begun(
    registration: Registration, what: str, *, by: Actor, site_id: int | None, **data: int | str | None
) -> None:
    """Write that somebody registered, and what came of it at once."""
    begun = record.Entry.of(registration, data={"ground": registration.ground})
    came = record.Entry.of(registration, site_id=site_id, data=data)
    record.write_several([("screening.registered", begun), (f"screening.{what}", came)], by=by)


def note(
    what: str, registration: Registration, *, by: Actor, site_id: int | None = None, **data: int | str | None
) -> None:
    """Write an event about a registration."""
    record.write(f"screening.{what}", by=by, about=registration, site_id=site_id, data=data)
