"""Days and places, and telling employers and workers of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from fractions import Fraction
from math import ceil

from django.db import transaction

from khumkan import messages, policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places import queries as places
from khumkan.places.models import Site
from khumkan.screening.actions import employers, registrations
from khumkan.screening.actions.rounds import workplaces
from khumkan.screening.actions.rounds.steps import locked, note, ready_for
from khumkan.screening.actions.sessions import open_session
from khumkan.screening.choices import Method
from khumkan.screening.models import Drawn, Registration, Round, RoundEmployer, Session
from khumkan.screening.queries import rounds as queries
from khumkan.screening.rules.days import spread
from khumkan.screening.states import RegistrationState, RoundState
from khumkan.screening.terms.rounds import RoundTerms

#: Minutes by which a session of a round begins later than another of the same site, day and method.
STEP = 5
ARRANGED = ["site", "at_workplace", "day"]


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """Where and when the drawn workers of enterprises are tested.

    :param site_id: a testing site; None sends the team to each workplace.
    :param per_day: people that one place can test a day.
    """

    site_id: int | None
    first_day: date
    last_day: date
    per_day: int


@transaction.atomic
def arrange(
    *,
    round: Round,
    arrangement: Arrangement,
    by: Actor,
    employer_ids: Sequence[int] | None = None,
) -> int:
    """Give enterprises a place and a day each; return how many. May be repeated until the round is announced.

    :param employer_ids: only these; none takes all that have drawn workers.
    :raises Refused: when the round is not drawn or announced already, the days are not enough, or a workplace has no
        known position.
    """
    fresh = locked(round, by=by)
    if fresh.state != RoundState.DRAWN:
        raise Refused(N_("Days and places are given after the draw and before the announcement."), "not_now")
    called = queries.sample_by_employer(fresh.pk)
    wanted = set(called) if employer_ids is None else set(called) & set(employer_ids)
    rows = list(RoundEmployer.objects.filter(round=fresh, employer_id__in=wanted).order_by("pk"))
    _check_days(fresh, arrangement)
    days = [
        arrangement.first_day + timedelta(days=n)
        for n in range((arrangement.last_day - arrangement.first_day).days + 1)
    ]
    if arrangement.site_id is None:
        sites = workplaces.sites_of([row.employer_id for row in rows], by=by)
        day_of = {row.employer_id: days[number % len(days)] for number, row in enumerate(rows)}
    else:
        sites = dict.fromkeys((row.employer_id for row in rows), arrangement.site_id)
        open_days = set(places.open_days(arrangement.site_id, first=days[0], last=days[-1]))
        people = {row.employer_id: called[row.employer_id] for row in rows}
        day_of = spread(people, days=[day for day in days if day in open_days], per_day=arrangement.per_day)
    for row in rows:
        row.site_id, row.day = sites[row.employer_id], day_of[row.employer_id]
        row.at_workplace = arrangement.site_id is None
    RoundEmployer.objects.bulk_update(rows, ARRANGED, batch_size=2_000)
    note("arranged", fresh, by=by, enterprises=len(rows))
    return len(rows)


@transaction.atomic
def announce(*, round: Round, by: Actor) -> Round:
    """Open the sessions, give every drawn worker a place, and tell employers and workers day, place and what to bring.

    :raises Refused: when the round has moved on, or an enterprise has no day and place, or too little notice.
    """
    fresh = ready_for(round, RoundState.ANNOUNCED, by=by)
    terms = policies.version(RoundTerms, fresh.terms_version)
    called = queries.sample_by_employer(fresh.pk)
    rows = list(RoundEmployer.objects.filter(round=fresh, employer_id__in=called).select_related("site").order_by("pk"))
    _check_arranged(rows, terms)
    sessions = _open_sessions(fresh, rows, called, terms, by=by)
    sample = list(Drawn.objects.filter(round=fresh, is_substitute=False).order_by("list_name", "position"))
    by_employer = {row.employer_id: sessions[_slot(row)] for row in rows}
    call(fresh, sample, by_employer, by=by)
    for row in rows:
        row.session = by_employer[row.employer_id]
    RoundEmployer.objects.bulk_update(rows, ["session"], batch_size=2_000)
    employers.tell_called(fresh, rows, called=called, sessions=by_employer)
    fresh.announced_at = clock.now()
    fresh.state = RoundState.ANNOUNCED
    fresh.save(update_fields=["announced_at", "state"])
    note("announced", fresh, by=by, workers=len(sample), enterprises=len(rows))
    return fresh


def call(round: Round, drawn: Sequence[Drawn], sessions: Mapping[int, Session], *, by: Actor) -> int:
    """Register drawn workers for the session of their enterprise and tell them; return how many were registered.

    Where somebody else took the last place in the meantime, the worker waits and is told so.

    :param sessions: by employer.
    """
    people = [(each.person_id, each.employer_id, sessions[each.employer_id].pk) for each in drawn]
    registered = registrations.register_drawn(round=round, people=people, by=by)
    for employer_id, group in _by_employer(drawn).items():
        Drawn.objects.filter(pk__in=group).update(called_at=clock.now(), session=sessions[employer_id])
    theirs = Registration.objects.filter(round=round, person_id__in=[each.person_id for each in drawn])
    booked = theirs.filter(state=RegistrationState.BOOKED).order_by("pk")
    rows = booked.values_list("person_id", "reference", "session__starts_at", "session__site__name_th",
                              "session__site__name_en")  # fmt: skip
    messages.send_many(
        "screening.round_called",
        [
            (person, {"reference": reference, "begins": begins.isoformat(), "site_th": th, "site_en": en or th})
            for person, reference, begins, th, en in rows.iterator(chunk_size=5_000)
        ],
        about=round,
    )
    waiting = theirs.filter(state=RegistrationState.WAITING).order_by("pk").values_list("person_id", "reference")
    messages.send_many(
        "screening.test_waiting", [(person, {"reference": reference}) for person, reference in waiting], about=round
    )
    return registered


def _by_employer(drawn: Sequence[Drawn]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for each in drawn:
        groups[each.employer_id].append(each.pk)
    return groups


def open_slot(
    round: Round,
    site: Site,
    day: date,
    *,
    people: int,
    terms: RoundTerms,
    by: Actor,
) -> Session:
    """Open a session of a round at a site on a day, in its opening hours, beside whatever else happens there."""
    hours = places.hours_of([site.pk]).get((site.pk, day.weekday()))
    opens, closes = hours or (time(terms.from_hour), time(terms.to_hour))
    taken = set(
        Session.objects.filter(site=site, day=day, method=round.method)
        .order_by("pk")
        .values_list("starts_at", flat=True)
    )
    starts = clock.at(day, opens)
    while starts in taken:
        starts += timedelta(minutes=STEP)
    return open_session(
        site_id=site.pk,
        day=day,
        starts=clock.bangkok(starts).time(),
        ends=closes,
        places=people + ceil(Fraction(terms.spare_places) * people),
        method=Method(round.method),
        by=by,
        round=round,
        is_public=False,
    )


def _open_sessions(
    round: Round,
    rows: Sequence[RoundEmployer],
    called: Mapping[int, int],
    terms: RoundTerms,
    *,
    by: Actor,
) -> dict[tuple[int | None, date | None], Session]:
    groups: dict[tuple[int | None, date | None], list[RoundEmployer]] = defaultdict(list)
    for row in rows:
        groups[_slot(row)].append(row)
    opened = {}
    for slot, group in groups.items():
        site, day = group[0].site, group[0].day
        if site is not None and day is not None:
            people = sum(called[row.employer_id] for row in group)
            opened[slot] = open_slot(round, site, day, people=people, terms=terms, by=by)
    return opened


def _slot(row: RoundEmployer) -> tuple[int | None, date | None]:
    return row.site_id, row.day


def _check_days(round: Round, arrangement: Arrangement) -> None:
    if not round.first_day <= arrangement.first_day <= arrangement.last_day <= round.last_day:
        raise Refused(
            N_("The days must lie within those of the round: %(first)s to %(last)s."),
            "days_outside",
            first=round.first_day.isoformat(),
            last=round.last_day.isoformat(),
        )
    if arrangement.per_day < 1:
        raise Refused(N_("Please say how many people a place can test a day."), "per_day")


def _check_arranged(rows: Sequence[RoundEmployer], terms: RoundTerms) -> None:
    without = [row for row in rows if row.site_id is None or row.day is None]
    if not rows or without:
        raise Refused(N_("%(count)s enterprises have no day and place yet."), "not_arranged", count=len(without))
    soonest = clock.today() + timedelta(days=terms.notice_days)
    early = [row for row in rows if row.day is not None and row.day < soonest]
    if early:
        raise Refused(
            N_("%(count)s enterprises would be tested too soon: people need %(days)s days of notice."),
            "too_soon",
            count=len(early),
            days=terms.notice_days,
        )
