"""All that is under way for a person, and the documents that exist."""

from collections.abc import Sequence
from dataclasses import dataclass

from khumkan.isolation.queries import my_care
from khumkan.screening.queries import registrations
from khumkan.web.under_way import care, doses, hotline, swabs
from khumkan.web.under_way.thing import Paper, Thing, in_order


@dataclass(frozen=True)
class UnderWay:
    """What a person's first page says before anything else.

    :param things: what asks for something first, then by date.
    """

    things: Sequence[Thing]
    papers: Sequence[Paper]


def of_person(person_id: int) -> UnderWay:
    """Return what is under way for a person, over all programmes. At most thirteen queries, whatever happened."""
    latest = registrations.latest_of(person_id)
    own_care = my_care.latest_of(person_id)
    lines = doses.lines_of(person_id)
    things = [
        *swabs.things_of(latest),
        *care.things_of(own_care),
        *doses.things_of(person_id, lines),
        *hotline.things_of(person_id),
    ]
    papers = [*doses.papers_of(lines), *care.papers_of(own_care), *swabs.papers_of(latest)]
    return UnderWay(in_order(things), papers)
