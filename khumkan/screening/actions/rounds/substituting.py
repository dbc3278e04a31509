"""Calling substitutes for drawn workers who will not be tested, in the order of the draw."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.screening.actions.rounds.announcing import call, open_slot
from khumkan.screening.actions.rounds.steps import locked, note
from khumkan.screening.models import Drawn, Round, RoundEmployer, Session
from khumkan.screening.queries import rounds as queries
from khumkan.screening.states import RoundState
from khumkan.screening.terms.rounds import RoundTerms


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

    They come to a session of their enterprise that is still ahead, or to a new one on `day`.

    :raises Refused: when the round is not announced, or no session is ahead and no day was given.
    """
    fresh = locked(round, by=by)
    if fresh.state != RoundState.ANNOUNCED:
        raise Refused(N_("Substitutes are called after the announcement and before the end of a round."), "not_now")
    empty = list(queries.empty_seats(fresh.pk))
    pairs = list(_paired(empty, fresh))
    if pairs:
        sessions = _sessions(fresh, pairs, day, by=by)
        for seat, substitute in pairs:
            substitute.stands_in_for = seat
        Drawn.objects.bulk_update([substitute for _, substitute in pairs], ["stands_in_for"], batch_size=2_000)
        call(fresh, [substitute for _, substitute in pairs], sessions, by=by)
        note("substitutes_called", fresh, by=by, called=len(pairs))
    return Called(len(pairs), len(empty) - len(pairs))


def _paired(empty: Sequence[Drawn], round: Round) -> Iterator[tuple[Drawn, Drawn]]:
    """Pair empty seats with substitutes of the same list, both in the order of the draw."""
    ready: dict[str, list[Drawn]] = defaultdict(list)
    rows = Drawn.objects.filter(round=round, is_substitute=True, called_at__isnull=True)
    for each in rows.filter(list_name__in={seat.list_name for seat in empty}).order_by("list_name", "position"):
        ready[each.list_name].append(each)
    for seat in empty:
        if ready[seat.list_name]:
            yield seat, ready[seat.list_name].pop(0)


def _sessions(
    round: Round,
    pairs: Sequence[tuple[Drawn, Drawn]],
    day: date | None,
    *,
    by: Actor,
) -> dict[int, Session]:
    """Return a session that is still ahead for the enterprise of each substitute, opening new ones where needed."""
    employers = {substitute.employer_id: seat.employer_id for seat, substitute in pairs}
    everybody = RoundEmployer.objects.filter(round=round, employer_id__in={*employers, *employers.values()})
    rows = {row.employer_id: row for row in everybody.select_related("site", "session")}
    ahead = Session.objects.filter(round=round, cancelled_at__isnull=True, starts_at__gt=clock.now())
    by_site = {session.site_id: session for session in ahead.order_by("-starts_at")}
    terms = policies.version(RoundTerms, round.terms_version)
    sessions = {}
    for employer_id, seat_of in employers.items():
        own = rows[employer_id]
        site = own.site or rows[seat_of].site
        if site is None:
            raise Refused(N_("An enterprise of this round has no place."), "not_arranged")
        if site.pk not in by_site or (day is not None and by_site[site.pk].day != day):
            if day is None:
                raise Refused(N_("No session is ahead. Please give a day on which the substitutes come."), "no_day")
            people = sum(rows[s.employer_id].site_id in (None, site.pk) for _, s in pairs)
            by_site[site.pk] = open_slot(round, site, day, people=people, terms=terms, by=by)
        sessions[employer_id] = by_site[site.pk]
        own.site, own.session, own.day = (
            site,
            own.session or sessions[employer_id],
            own.day or sessions[employer_id].day,
        )
    RoundEmployer.objects.bulk_update(rows.values(), ["site", "session", "day"], batch_size=2_000)
    return sessions
