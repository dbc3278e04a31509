"""Reading rounds: for officers within their provinces, for employers their own, for everybody what is public."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.places import queries as places
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.registry import queries as registry
from khumkan.registry.models import Employer, Person
from khumkan.screening.models import Drawn, Registration, Round, RoundEmployer, Session, Stratum
from khumkan.screening.permissions import rounds as permissions
from khumkan.screening.states import RegistrationState, RoundState

#: States of a registration after which the seat in the sample is empty.
LOST = (
    RegistrationState.DECLINED,
    RegistrationState.MISSED,
    RegistrationState.TURNED_AWAY,
    RegistrationState.CANCELLED,
)


@dataclass(frozen=True)
class Progress:
    """How far the sample of a round is.

    :param to_substitute: called workers who will not be tested and have no substitute yet.
    """

    sample: int
    substitutes_ready: int
    called: int
    tested: int
    answered: int
    to_substitute: int


@dataclass(frozen=True)
class Visit:
    """A testing day of an enterprise, as its employer sees it: who is called, never who came or what was found.

    :param instead: where and when those of a cancelled day come now, as far as they have places; never who.
    """

    employer: Employer
    session: Session
    people: int
    instead: tuple[Session, ...] = ()

    @property
    def is_cancelled(self) -> bool:
        """Whether the day does not take place: it was cancelled, or the whole round before the day was over."""
        if self.session.cancelled_at is not None:
            return True
        made = self.session.round
        return (
            made is not None
            and made.state == RoundState.CANCELLED
            and made.closed_at is not None
            and made.closed_at < self.session.ends_at
        )


def rounds_for(by: Actor) -> "QuerySet[Round]":
    """Return the rounds that the actor may look at, newest first."""
    return Round.objects.filter(permissions.readable(by)).order_by("-created_at", "-pk")


def round_for(by: Actor, reference: str) -> Round:
    """Return one round that the actor may look at.

    :raises Missing: for an unknown round and a foreign one alike.
    """
    found = rounds_for(by).filter(reference=reference).first()
    if found is None:
        raise Missing("no such round for this actor")
    return found


def public_round(reference: str) -> Round:
    """Return a round whose frame was frozen: from then on its hashes are public, whatever becomes of it.

    :raises Missing: for unknown rounds, and for those that nobody needs to know of yet.
    """
    found = Round.objects.filter(reference=reference).exclude(frame_hash="").first()
    if found is None:
        raise Missing("no such draw")
    return found


def public_rounds() -> "QuerySet[Round]":
    """Return all rounds that were frozen, the newest freeze first."""
    return Round.objects.exclude(frame_hash="").order_by("-frozen_at", "-pk")


def employers_of(round: Round) -> "QuerySet[RoundEmployer]":
    """Return the enterprises of a round, the riskiest first."""
    rows = RoundEmployer.objects.filter(round=round).select_related("employer", "site", "session")
    return rows.order_by("-risk_score", "-workers", "pk")


def employer_ids_of(round: Round) -> set[int]:
    """Return which enterprises are chosen for a round. One query."""
    return set(RoundEmployer.objects.filter(round=round).order_by().values_list("employer_id", flat=True))


def strata_of(round: Round) -> list[Stratum]:
    """Return the strata of a frozen round, by name. One query."""
    return list(Stratum.objects.filter(round=round).order_by("name"))


def sample_by_employer(round_id: int) -> dict[int, int]:
    """Return how many workers of each enterprise are in the sample. One query."""
    sample = Drawn.objects.filter(round_id=round_id, is_substitute=False)
    return dict(sample.order_by().values_list("employer_id").annotate(people=Count("pk")))


def empty_seats(round_id: int) -> Iterator[Drawn]:
    """Yield those who were called and will not be tested in this round, without a substitute so far. One query."""
    yield from _empty(round_id).order_by("list_name", "position")


def progress_of(round: Round) -> Progress:
    """Return how far a round is. Three queries."""
    drawn = Drawn.objects.filter(round=round).aggregate(
        sample=Count("pk", filter=Q(is_substitute=False)),
        ready=Count("pk", filter=Q(is_substitute=True, called_at__isnull=True)),
        called=Count("pk", filter=Q(called_at__isnull=False)),
    )
    tested = Registration.objects.filter(round=round).aggregate(
        tested=Count("pk", filter=Q(state__in=[RegistrationState.SAMPLED, RegistrationState.ANSWERED])),
        answered=Count("pk", filter=Q(state=RegistrationState.ANSWERED)),
    )
    to_substitute = _empty(round.pk).count() if round.state == RoundState.ANNOUNCED else 0
    return Progress(
        drawn["sample"], drawn["ready"], drawn["called"], tested["tested"], tested["answered"], to_substitute
    )


def arranged(round: Round) -> tuple[int, int]:
    """Return how many enterprises with drawn workers have a day and a place, of how many. Two queries."""
    called = sample_by_employer(round.pk)
    ready = RoundEmployer.objects.filter(round=round, employer_id__in=called, site__isnull=False, day__isnull=False)
    return ready.count(), len(called)


def untold(round: Round) -> list[RoundEmployer]:
    """Return the enterprises with called workers of which the register knows neither telephone nor e-mail."""
    called = Drawn.objects.filter(round=round, called_at__isnull=False).values("employer_id")
    rows = list(
        RoundEmployer.objects.filter(round=round, employer_id__in=called).select_related("employer").order_by("pk")
    )
    contacts = registry.contacts_of_employers([row.employer_id for row in rows])
    return [row for row in rows if not (contacts[row.employer_id].email or contacts[row.employer_id].phone)]


def called_by_employer(session: Session) -> dict[int, int]:
    """Return how many workers of each enterprise were called to a session. One query."""
    called = Drawn.objects.filter(round=session.round, session=session).order_by()
    return dict(called.values_list("employer_id").annotate(people=Count("pk")))


def testing_sites(round: Round) -> list[Site]:
    """Return the open testing sites where a round may test, by name."""
    sites = places.open_sites(SiteKind.TESTING)
    return list(sites.filter(province_code=round.province_code) if round.province_code else sites)


def visits_of(by: Actor) -> list[Visit]:
    """Return the testing days of the actor's enterprises, cancelled ones too: the next first, then the past ones.

    Five queries.
    """
    called = _told().filter(employer_id__in=permissions.employers_of(by), session__isnull=False)
    people = {
        (employer_id, session_id): count
        for employer_id, session_id, count in called.order_by()
        .values_list("employer_id", "session_id")
        .annotate(people=Count("pk"))
    }
    employers = Employer.objects.in_bulk({employer_id for employer_id, _ in people})
    sessions = Session.objects.select_related("site", "round").in_bulk({session_id for _, session_id in people})
    instead = _instead(called.filter(session__cancelled_at__isnull=False))
    visits = [
        Visit(employers[employer_id], sessions[session_id], count, tuple(instead.get((employer_id, session_id), ())))
        for (employer_id, session_id), count in people.items()
        if session_id is not None
    ]
    visits.sort(key=lambda visit: (visit.session.starts_at, visit.employer.pk))
    today = clock.today()
    ahead = [visit for visit in visits if visit.session.day >= today]
    return [*ahead, *reversed([visit for visit in visits if visit.session.day < today])]


def visit_for(by: Actor, *, employer: str, session: str) -> Visit:
    """Return one testing day of the actor's enterprise, by the references of both.

    :raises Missing: for other enterprises, and rounds that were not announced.
    """
    for visit in visits_of(by):
        if (visit.employer.reference, visit.session.reference) == (employer, session):
            return visit
    raise Missing("no such testing day for this actor")


def called_of(by: Actor, visit: Visit) -> list[Person]:
    """Return the workers whom the employer is asked to send, by name; each look is on record.

    Everybody who was called stands here for good, so that nothing shows who declined, came or was replaced.
    """
    called = _told().filter(session=visit.session, employer=visit.employer)
    people = list(Person.objects.filter(pk__in=called.values("person_id")).order_by("name_key", "pk"))
    record.saw(by=by, person_ids=[person.pk for person in people], page="screening:employer_visit")
    return people


def _told() -> "QuerySet[Drawn]":
    """Return the drawn of rounds of which employers know: they were announced, whatever became of them."""
    return Drawn.objects.filter(round__announced_at__isnull=False)


def _instead(called: "QuerySet[Drawn]") -> dict[tuple[int, int], list[Session]]:
    """Return the sessions to which people of cancelled days go now, by employer and cancelled session, in time."""
    from_ = {
        (round_id, person_id): (employer_id, session_id)
        for round_id, person_id, employer_id, session_id in called.order_by().values_list(
            "round_id", "person_id", "employer_id", "session_id"
        )
        if session_id is not None
    }
    moved = Registration.objects.filter(
        round_id__in={round_id for round_id, _ in from_},
        person_id__in={person_id for _, person_id in from_},
        session__cancelled_at__isnull=True,
        session__isnull=False,
    ).exclude(state__in=LOST)
    found: dict[tuple[int, int], list[Session]] = {}
    for each in moved.select_related("session__site").order_by("session__starts_at", "session_id"):
        day = from_.get((each.round_id or 0, each.person_id))
        if day is not None and each.session is not None and each.session not in found.setdefault(day, []):
            found[day].append(each.session)
    return found


def _empty(round_id: int) -> "QuerySet[Drawn]":
    """Return called workers without a live registration in the round, and without a substitute."""
    in_round = Registration.objects.filter(round_id=round_id, person_id=OuterRef("person_id"))
    called = Drawn.objects.filter(round_id=round_id, called_at__isnull=False, substitute__isnull=True)
    return called.filter(~Exists(in_round.exclude(state__in=LOST)))
