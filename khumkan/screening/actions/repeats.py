"""Another test where a result asks for one: an invalid test is repeated, a rapid one confirmed if the terms say so."""

import logging
from collections.abc import Sequence

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.screening.actions.registrations import register
from khumkan.screening.choices import Channel, Ground, Method
from khumkan.screening.models import Registration, Result
from khumkan.screening.queries.answers import asking_again
from khumkan.screening.rules.results import ground_of_next, meaning
from khumkan.screening.terms.laboratory import TestTerms

logger = logging.getLogger(__name__)


def register_repeats(*, result_ids: Sequence[int], by: Actor) -> list[Registration]:
    """Register the persons of these results for another test where the result asks for one and none follows yet.

    Doing it again changes nothing. Somebody who cannot be registered (who has registered anew in the meantime) is left
    alone: the page of the result says what to do.
    """
    made = []
    for result in asking_again(result_ids):
        registration = result.specimen.registration
        day = clock.bangkok(result.specimen.taken_at).date()
        found = meaning(method=result.method, outcome=result.outcome, terms=policies.in_force(TestTerms, on=day))
        ground = ground_of_next(found)
        if ground is None:
            continue
        try:
            made.append(_register(result, registration, ground, by=by))
        except Refused as refusal:
            logger.warning("No repeat follows registration %s: %s", registration.pk, refusal.code)
    return made


def _register(result: Result, registration: Registration, ground: Ground, *, by: Actor) -> Registration:
    """An invalid test is repeated by its own method; a rapid one is confirmed by RT-PCR."""
    return register(
        person_id=registration.person_id,
        ground=ground,
        answers=registration.answers,
        channel=Channel.OFFICE,
        method=Method.PCR if ground is Ground.CONFIRM else Method(result.method),
        employer_id=registration.employer_id,
        follows=registration,
        by=by,
    )
