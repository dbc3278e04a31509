"""What happened, newest first: to a person over all programmes, and for the enterprises of an employer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q, QuerySet

from khumkan.kernel import clock
from khumkan.record import queries as record
from khumkan.record.entries import kind_of
from khumkan.record.models import Event
from khumkan.registry import queries as registry
from khumkan.ui.shown import Shown
from khumkan.vaccination.queries import lists
from khumkan.web.happened_words import OF_EMPLOYER, OF_PERSON
from khumkan.web.under_way.employer import Enterprises

#: Of each kind of row of an enterprise, the newest so many are looked at.
MOST_ROWS = 50


@dataclass(frozen=True)
class Happened:
    """One thing that happened.

    :param is_for_the_person: whether somebody of the hotline or the office did it on the person's behalf.
    """

    at: datetime
    shown: Shown
    is_for_the_person: bool = False


def to_person(person_id: int) -> "QuerySet[Event]":
    """Return what happened to a person and may be read by them, newest first."""
    return record.events_of_person(person_id).filter(name__in=OF_PERSON, at__lte=clock.now())


def for_enterprises(known: Enterprises) -> "QuerySet[Event]":
    """Return what happened for enterprises, newest first: only of their own rows, and only what names nobody.

    Two queries for each enterprise and list, to know the rows.
    """
    mine = Q(pk__in=[])
    for kind, ids in _rows_of(known).items():
        mine |= Q(about_kind=kind, about_id__in=sorted(ids))
    return Event.objects.filter(mine, name__in=OF_EMPLOYER, at__lte=clock.now()).order_by("-at", "-id")


def in_words(events: Iterable[Event]) -> list[Happened]:
    """Put events into words."""
    words = {**OF_EMPLOYER, **OF_PERSON}
    return [Happened(each.at, words[each.name], each.on_behalf_of is not None) for each in events]


def _rows_of(known: Enterprises) -> dict[str, set[int]]:
    rosters = [each.roster for each in known.offers if each.roster is not None]
    rows: list[Model] = [*rosters, *known.applications, *known.certificates, *known.loans]
    for roster in rosters:
        rows += _newest(lists.files_of(roster).defer("content_sealed"))
    for employer in known.employers:
        rows += _newest(registry.files_of(employer))
    found: dict[str, set[int]] = {}
    for row in rows:
        found.setdefault(kind_of(row), set()).add(row.pk)
    announced = {each.session.round_id for each in known.visits if each.session.round_id is not None}
    return {**found, "screening.round": announced} if announced else found


def _newest(rows: "QuerySet[Model]") -> Sequence[Model]:
    return list(rows[:MOST_ROWS])
