"""What other systems read of doses: a day and a site at a time, within what their tokens are for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from khumkan import record
from khumkan.kernel import crypto, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.places.models import Site
from khumkan.registry.queries.persons import numbers_of, phones_of
from khumkan.vaccination.choices import Reaction
from khumkan.vaccination.models import AdverseEvent, Dose, Injection
from khumkan.vaccination.models.records import event_place
from khumkan.vaccination.permissions import after as permissions
from khumkan.vaccination.states import DoseState

#: Rows in one answer; the last id of one asks for the next.
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Reported:
    """A dose with all that is reported of it.

    :param numbers: of the person's documents, by kind.
    :param next_dose: the one that is booked or waits.
    """

    injection: Injection
    numbers: Mapping[str, str]
    phone: str
    events: Sequence[tuple[AdverseEvent, Sequence[Reaction]]]
    next_dose: Dose | None


def site_of_system(by: Actor, reference: str) -> Site:
    """Return a site whose doses a system may read.

    :raises Missing: for an unknown one and one of others alike.
    """
    allowed = permissions.site_ids_of_system(by)
    found = Site.objects.filter(reference=references.read(reference) or "").first()
    if found is None or (allowed is not None and found.pk not in allowed):
        raise Missing("no such site of this system")
    return found


def injections_at(site: Site, day: date, *, after: int = 0) -> list[Injection]:
    """Return the doses that a site gave on a day, struck ones too, by id. One query."""
    rows = Injection.objects.filter(site=site, given_on=day, pk__gt=after).select_related("person", "lot", "site")
    return list(rows.order_by("pk")[:MOST_AT_ONCE])


def doses_at(site: Site, day: date, *, after: int = 0) -> list[Dose]:
    """Return the doses with a date at a site on a day, by id. One query."""
    rows = Dose.objects.filter(session__site=site, session__day=day, pk__gt=after).select_related("person", "session")
    return list(rows.exclude(state=DoseState.CANCELLED).order_by("pk")[:MOST_AT_ONCE])


def reported_at(by: Actor, site: Site, day: date, *, after: int = 0) -> list[Reported]:
    """Return the doses of a site and a day that count, with persons, reactions and next dates; five queries.

    Numbers are opened for the national centre, which knows people by nothing else; that they were seen is on record.
    """
    found = [each for each in injections_at(site, day, after=after) if each.struck_at is None]
    people = [each.person_id for each in found]
    record.saw(by=by, person_ids=people, page="vaccination:immunizations")
    numbers, phones, coming = numbers_of(people), phones_of(people), _coming(people)
    events = _events([each.pk for each in found])
    return [
        Reported(
            injection=each,
            numbers=numbers.get(each.person_id, {}),
            phone=phones.get(each.person_id, ""),
            events=events.get(each.pk, []),
            next_dose=coming.get(each.person_id),
        )
        for each in found
    ]


def _coming(person_ids: list[int]) -> dict[int, Dose]:
    rows = Dose.objects.coming().filter(person__in=person_ids).select_related("session").order_by("pk")
    return {each.person_id: each for each in rows}


def _events(injection_ids: list[int]) -> dict[int, list[tuple[AdverseEvent, list[Reaction]]]]:
    found: dict[int, list[tuple[AdverseEvent, list[Reaction]]]] = {}
    for event in AdverseEvent.objects.filter(injection__in=injection_ids).order_by("reported_at", "pk"):
        told = json.loads(crypto.open_sealed(bytes(event.sealed), where=event_place(event.reference)))
        found.setdefault(event.injection_id, []).append((event, [Reaction(each) for each in told["reactions"]]))
    return found
