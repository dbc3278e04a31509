"""Calling substitutes for drawn workers who will not be tested, in the order of the draw."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from khumkan import capacity, policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places.models import Site
from khumkan.screening.actions import employers
from khumkan.screening.actions.rounds import workplaces
from khumkan.screening.actions.rounds.announcing import call, open_slot
from khumkan.screening.actions.rounds.steps import locked, note
from khumkan.screening.models import Drawn, Round, RoundEmployer, Session
from khumkan.screening.queries import rounds as queries
from khumkan.screening.rules import substitutes as rules
from khumkan.screening.rules.substitutes import Ahead, Place
from khumkan.screening.states import RoundState
from khumkan.screening.terms.rounds import RoundTerms

Pair = tuple[Drawn, Drawn]
PLACED = ["site", "at_workplace", "session", "day"]


@dataclass(frozen=True)
class Called:
    """What became of calling substitutes.

    :param exhausted: places that stay empty because their list has no substitutes left.
    """

    called: int
    exhausted: int


@transaction.atomic
def call_substitutes(*, round: Round, by: Actor, day: date | None = None) -> Called:
    """Call the next substitute of the list for everybody who declined, did not come or is tested elsewhere anyway.

    They come to a session at the place of their enterprise that is still ahead and has room, or to a new one on `day`.
    Where workplaces are tested at, nobody is sent to the workplace of another employer. Persons and employers are told.

    :param day: the only day to look at; where there is no room on it, a session is opened.
    :raises Refused: when the round is not announced, no session ahead has room and no day was given, or the register
        does not know where a workplace is.
    """
    fresh = locked(round, by=by)
    if fresh.state != RoundState.ANNOUNCED:
        raise Refused(N_("Substitutes are called after the announcement and before the end of a round."), "not_now")
    empty = list(queries.empty_seats(fresh.pk))
    pairs = _paired(empty, fresh)
    if pairs:
        people = Counter(substitute.employer_id for _, substitute in pairs)
        rows = _placed(fresh, pairs, by=by)
        sessions = _sessions(fresh, rows, people, day, by=by)
        for seat, substitute in pairs:
            substitute.stands_in_for = seat
        Drawn.objects.bulk_update([substitute for _, substitute in pairs], ["stands_in_for"], batch_size=2_000)
        _keep(rows, sessions)
        call(fresh, [substitute for _, substitute in pairs], sessions, by=by)
        employers.tell_called(fresh, rows, called=people, sessions=sessions)
        note("substitutes_called", fresh, by=by, called=len(pairs))
    return Called(len(pairs), len(empty) - len(pairs))


def _paired(empty: Sequence[Drawn], round: Round) -> list[Pair]:
    waiting = Drawn.objects.filter(round=round, is_substitute=True, called_at__isnull=True)
    ready = waiting.filter(list_name__in={seat.list_name for seat in empty}).order_by("list_name", "position")
    by_id = {each.pk: each for each in (*empty, *ready)}
    pairs = rules.paired(
        [(seat.list_name, seat.pk) for seat in empty],
        [(each.list_name, each.pk) for each in ready],
    )
    return [(by_id[seat], by_id[substitute]) for seat, substitute in pairs]


def _placed(round: Round, pairs: Sequence[Pair], *, by: Actor) -> list[RoundEmployer]:
    """Return the enterprises of the substitutes, each with its place, unsaved."""
    seat_of = {substitute.employer_id: seat.employer_id for seat, substitute in reversed(pairs)}
    everybody = RoundEmployer.objects.filter(round=round, employer_id__in={*seat_of, *seat_of.values()})
    rows = {row.employer_id: row for row in everybody.order_by("pk")}
    places = {
        employer_id: rules.place_of(_place(rows[employer_id]), _place(rows[seat]))
        for employer_id, seat in seat_of.items()
    }
    own = [employer_id for employer_id, place in places.items() if place.at_workplace and place.site_id is None]
    made = workplaces.sites_of(own, by=by)
    for employer_id, place in places.items():
        rows[employer_id].site_id = place.site_id or made.get(employer_id)
        rows[employer_id].at_workplace = place.at_workplace
    return [rows[employer_id] for employer_id in seat_of]


def _place(row: RoundEmployer) -> Place:
    return Place(row.site_id, row.at_workplace)


def _sessions(
    round: Round, rows: Sequence[RoundEmployer], people: Mapping[int, int], day: date | None, *, by: Actor
) -> dict[int, Session]:
    """Return a session for each enterprise, opening new ones on the day where there is no room ahead."""
    groups = {row.employer_id: (row.site_id, people[row.employer_id]) for row in rows if row.site_id is not None}
    if len(groups) < len(rows):
        raise Refused(N_("An enterprise of this round has no place."), "not_arranged")
    sites = Site.objects.in_bulk({site_id for site_id, _ in groups.values()})
    known = Session.objects.filter(round=round, cancelled_at__isnull=True, starts_at__gt=clock.now(), site__in=sites)
    ahead = {session.pk: session for session in known.select_related("site").order_by("starts_at", "pk")}
    chosen = rules.seated(groups, _ahead(ahead.values()), day=day)
    left = Counter[int]()
    for employer_id, (site_id, count) in groups.items():
        left[site_id] += count if employer_id not in chosen else 0
    opened = _opened(round, {sites[pk]: count for pk, count in left.items() if count}, day, bool(ahead), by=by)
    return {
        employer_id: ahead[chosen[employer_id]] if employer_id in chosen else opened[site_id]
        for employer_id, (site_id, _) in groups.items()
    }


def _ahead(sessions: Collection[Session]) -> list[Ahead]:
    room = capacity.room_of([session.supply_id for session in sessions])
    return [Ahead(each.pk, each.site_id, each.day, room[each.supply_id].free) for each in sessions]


def _opened(
    round: Round, people: Mapping[Site, int], day: date | None, any_ahead: bool, *, by: Actor
) -> dict[int, Session]:
    """Open a session at each site for those whom the sessions ahead have no room for."""
    if people and day is None:
        if any_ahead:
            raise Refused(
                N_("The sessions ahead have no room for %(people)s substitutes. Please give a day on which they come."),
                "no_room",
                people=sum(people.values()),
            )
        raise Refused(N_("No session is ahead. Please give a day on which the substitutes come."), "no_day")
    if day is None:
        return {}
    terms = policies.version(RoundTerms, round.terms_version)
    return {site.pk: open_slot(round, site, day, people=count, terms=terms, by=by) for site, count in people.items()}


def _keep(rows: Sequence[RoundEmployer], sessions: Mapping[int, Session]) -> None:
    """Store where enterprises are tested that had no place so far; the others keep their first session and day."""
    for row in rows:
        if row.session_id is None:
            row.session = sessions[row.employer_id]
            row.day = sessions[row.employer_id].day
    RoundEmployer.objects.bulk_update(rows, PLACED, batch_size=2_000)
