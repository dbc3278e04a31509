"""Somebody whom a case named takes up the invitation. The page and the registration never say who the case is."""

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction

from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.screening.actions.registrations.registering import register
from khumkan.screening.choices import Channel, Ground
from khumkan.screening.models import Contact, Registration
from khumkan.screening.rules.answers import Answers


@transaction.atomic
def register_invited(*, reference: str, answers: Answers | Mapping[str, object], by: Actor) -> Registration:
    """Register the person who signed in as the contact that an invitation was sent to; it can be used once.

    The day of the contact comes from the case; the person need not know it, nor who it was.

    :raises Refused: when the invitation was used, or the person may not register.
    :raises Missing: when there is no such invitation, or nobody has signed in.
    """
    contact = Contact.objects.select_for_update(of=("self",)).filter(reference=reference).first()
    if contact is None or by.person_id is None:
        raise Missing("no such invitation")
    if contact.registration_id is not None:
        raise Refused(N_("This invitation was used already. You find your test under “My tests”."), "invitation_used")
    contact.registration = register(
        person_id=by.person_id,
        ground=Ground.CONTACT,
        answers=replace(Answers.from_json(answers), met_on=contact.last_met_on),
        channel=Channel.INVITED,
        by=by,
    )
    contact.save(update_fields=["registration"])
    return contact.registration
