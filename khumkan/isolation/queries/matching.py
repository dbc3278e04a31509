"""What the matching would do: a proposal that an officer sees before it is carried out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from khumkan import policies
from khumkan.isolation.choices import Need, WaitingBecause
from khumkan.isolation.models import Care, Escalation, Facility, Stay, Triage
from khumkan.isolation.queries import supply, waiting
from khumkan.isolation.queries.beds import SHARING
from khumkan.isolation.queries.waiting import Group
from khumkan.isolation.rules import matching as rules
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.states import PRESENT, PROMISED, CareState, EscalationState, FacilityState
from khumkan.isolation.terms.matching import MatchingTerms
from khumkan.kernel import clock
from khumkan.places import queries as places
from khumkan.places.models import Site

#: The part of the best possible worth that may be given up for speed.
GAP = 0.005


@dataclass(frozen=True, slots=True)
class Move:
    """One person and the bed that is proposed."""

    care_id: int
    person_id: int
    bed_id: int
    site_id: int
    sharing: str
    km: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a matching would do at a moment.

    :param waits: who stays on the list, by the reason.
    :param gap: how far the worth may lie below the best possible, as a part of it; proven by the solver.
    :param references: references of the cares that are moved, and `sites` the sites they go to.
    """

    at: datetime
    moves: tuple[Move, ...]
    waits: Mapping[WaitingBecause, tuple[int, ...]]
    worth: int
    gap: float
    references: Mapping[int, str]
    sites: Mapping[int, Site]

    @property
    def left_waiting(self) -> int:
        """How many people stay on the list."""
        return sum(map(len, self.waits.values()))

    def by_site(self) -> list[tuple[Site, int]]:
        """Return how many people each site would get, the most first."""
        counts: dict[int, int] = {}
        for move in self.moves:
            counts[move.site_id] = counts.get(move.site_id, 0) + 1
        return [(self.sites[key], counts[key]) for key in sorted(counts, key=lambda key: (-counts[key], key))]


def propose(*, now: datetime | None = None, gap: float = GAP) -> Proposal:
    """Return the best assignment of everybody who waits to what is free now; it changes nothing. Seven queries.

    :param gap: see `rules.matching.match`.
    """
    at = now or clock.now()
    terms = policies.in_force(MatchingTerms, on=clock.bangkok(at).date())
    sites, rooms = supply.sites_and_rooms(now=at)
    found = waiting.groups(now=at)
    known = {group.party.key: group for group in found if group.party is not None}
    matching = rules.match(
        [group.party for group in known.values() if group.party is not None], sites, rooms, terms, gap=gap
    )
    moves = _into_beds(matching, known, at)
    waits: dict[WaitingBecause, list[int]] = {}
    for one in matching.waiting:
        waits.setdefault(one.because, []).extend(member.care_id for member in known[one.party].members)
    for group in found:
        if group.party is None:
            waits.setdefault(WaitingBecause.NO_ADDRESS, []).extend(member.care_id for member in group.members)
    return named(at, moves, waits, worth=matching.worth, gap=matching.gap)


def named(
    at: datetime,
    moves: Sequence[Move],
    waits: Mapping[WaitingBecause, Sequence[int]],
    *,
    worth: int = 0,
    gap: float = 0.0,
) -> Proposal:
    """Return a proposal with the references and sites that it names. Two queries."""
    care_ids = [move.care_id for move in moves]
    return Proposal(
        at=at,
        moves=tuple(moves),
        waits={because: tuple(ids) for because, ids in waits.items()},
        worth=worth,
        gap=gap,
        references=dict(Care.objects.filter(pk__in=care_ids).values_list("pk", "reference")),
        sites=places.sites({move.site_id for move in moves}),
    )


def _into_beds(matching: rules.Matching, known: Mapping[int, Group], now: datetime) -> list[Move]:
    """Give each person of the placements a bed of the room; who comes too late for it, a moment after, waits on."""
    free = {
        room: list(beds) for room, beds in supply.free_beds([one.room for one in matching.placements], now=now).items()
    }
    moves = []
    for one in matching.placements:
        if len(free.get(one.room, ())) < len(known[one.party].members):
            continue
        for member in known[one.party].members:
            sharing = member.sharing if member.party_id is None else f"family:{member.party_id}"
            bed_id = free[one.room].pop(0)
            moves.append(Move(member.care_id, member.person_id, bed_id, one.site, sharing, one.km))
    return moves


def to_move_without_bed() -> list[int]:
    """Return the cares of people who are to move and for whom no bed is held, the most ill first, then the longest."""
    promised = Stay.objects.filter(care=OuterRef("pk"), state__in=PROMISED)
    rows = Care.objects.filter(_to_move(), ~Exists(promised), state=CareState.ADMITTED)
    return list(rows.order_by("-level", "-points", "pk").values_list("pk", flat=True))


def moving(care_id: int) -> Group | None:
    """Return somebody who lies in a bed and is to move, as matching sees them; else None.

    To move is whom a doctor sends elsewhere, everybody at a site that is closed, and who lies in a bed that the hotel
    takes back by tomorrow.
    """
    rows = Care.objects.filter(_to_move(), pk=care_id, state=CareState.ADMITTED)
    care = rows.select_related("person", "site").first()
    if care is None or care.site is None or care.level is None:
        return None
    sharing, needs = SHARING.get(care.person.sex, f"alone:{care.person_id}"), _needs_of(care)
    member = waiting.Waiting(
        care_id=care.pk,
        person_id=care.person_id,
        party_id=None,
        sharing=sharing,
        level=waiting.bed_level(care.level, care.setting),
        points=care.points,
        latitude=care.site.latitude,
        longitude=care.site.longitude,
        needs=needs,
        in_party=1,
    )
    party = rules.Party(care.pk, 1, sharing, member.level, care.points, needs, care.site.latitude, care.site.longitude)
    return Group(party, (member,))


def _to_move() -> Q:
    sent = Escalation.objects.filter(care=OuterRef("pk"), state=EscalationState.MOVING)
    closed = Facility.objects.filter(pk=OuterRef("site"), state=FacilityState.CLOSED)
    tomorrow = clock.today() + timedelta(days=1)
    leaves = Stay.objects.filter(care=OuterRef("pk"), state__in=PRESENT, bed__offered_until__lte=tomorrow)
    return Q(Exists(sent)) | Q(Exists(closed)) | Q(Exists(leaves))


def _needs_of(care: Care) -> frozenset[Need]:
    """Return what somebody said to need when they were last asked."""
    told = Triage.objects.filter(care=care).order_by("-at", "-pk").values_list("answers", flat=True).first()
    return frozenset(Answers.from_json(told).needs) if told else frozenset()


def room_of_family(group: Group) -> int | None:
    """Return the room in which others of the family are, or are expected, and that has a free bed; or None."""
    party_id = group.members[0].party_id
    if party_id is None:
        return None
    now = clock.now()
    here = Stay.objects.filter(care__party=party_id, blocks__contains=now)
    return here.values_list("room", flat=True).annotate(people=Count("pk")).order_by("-people", "room").first()


def marks(care_ids: Iterable[int] | None = None) -> dict[int, str]:
    """Return, for people who wait, what a proposal rests on: it changes with a new triage, level or family. One query.

    :param care_ids: only these; none takes everybody who waits.
    """
    latest = Triage.objects.filter(care=OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
    rows = Care.objects.filter(state=CareState.WAITING).annotate(triage=Subquery(latest)).order_by("pk")
    if care_ids is not None:
        rows = rows.filter(pk__in=list(care_ids))
    return {
        pk: f"{level}.{setting}.{party or ''}.{triage or ''}"
        for pk, level, setting, party, triage in rows.values_list("pk", "level", "setting", "party", "triage")
    }
