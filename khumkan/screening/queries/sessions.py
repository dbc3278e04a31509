"""Sessions for the office and for the queue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.places import queries as places
from khumkan.places.states import SiteKind
from khumkan.screening.choices import WaitingBecause
from khumkan.screening.models import Registration, Session
from khumkan.screening.states import RegistrationState
from khumkan.screening.terms.registrations import RegistrationTerms


@dataclass(frozen=True)
class Wanted:
    """Which sessions an officer looks for; empty means all."""

    first: date
    last: date
    province_code: str = ""
    method: str = ""
    with_room: bool = False


def sessions_for(by: Actor, wanted: Wanted | None = None) -> "QuerySet[Session]":
    """Return the sessions at the sites of an officer's provinces, in the order of time. One query a page."""
    rows = _scoped(Session.objects.select_related("site", "supply", "round"), by, "site__province_code")
    if wanted is not None:
        rows = rows.filter(day__range=(wanted.first, wanted.last))
        rows = rows.filter(site__province_code=wanted.province_code) if wanted.province_code else rows
        rows = rows.filter(method=wanted.method) if wanted.method else rows
        rows = rows.filter(_ROOM) if wanted.with_room else rows
    return rows.order_by("day", "starts_at", "pk")


def session_for(by: Actor, reference: str) -> Session:
    """Return one session of the officer's provinces.

    :raises Missing: for an unknown session and one elsewhere alike.
    """
    session = sessions_for(by).filter(reference=reference).first()
    if session is None:
        raise Missing("no such session for this actor")
    return session


def waiting_for(by: Actor, *, because: str = "") -> "QuerySet[Registration]":
    """Return those who wait in the officer's provinces, the first to be served first."""
    rows = _scoped(Registration.objects.waiting().select_related("person"), by, "province_code")
    return rows.filter(waiting_because=because) if because else rows


def waiting_counts(by: Actor) -> dict[str, int]:
    """Return how many wait in the officer's provinces, by why. One query over the list of those who wait."""
    rows = _scoped(Registration.objects.filter(state=RegistrationState.WAITING), by, "province_code")
    counted = rows.order_by().values_list("waiting_because").annotate(count=Count("pk"))
    return {code: 0 for code in WaitingBecause.values} | dict(counted)


def still_booked(session_id: int) -> Iterator[Registration]:
    """Return those who have a place in a session, the first served first."""
    rows = Registration.objects.filter(session=session_id, state=RegistrationState.BOOKED)
    return rows.order_by("-priority", "registered_at", "pk").iterator(chunk_size=500)


def cancelled_with_people() -> list[int]:
    """Return cancelled sessions of today and later in which somebody still has a place."""
    booked = Registration.objects.filter(session=OuterRef("pk"), state=RegistrationState.BOOKED)
    rows = Session.objects.filter(Exists(booked), cancelled_at__isnull=False, day__gte=clock.today())
    return list(rows.order_by("pk").values_list("pk", flat=True))


def with_room_where_people_wait() -> list[int]:
    """Return public sessions with room within the terms' days, of the methods for which somebody waits, by supply."""
    today = clock.today()
    terms = policies.in_force(RegistrationTerms, on=today)
    methods = set(
        Registration.objects.filter(state=RegistrationState.WAITING).order_by().values_list("method", flat=True)
    )
    rows = Session.objects.filter(_ROOM, is_public=True, method__in=methods)
    rows = rows.filter(day__range=(today, today + timedelta(days=terms.days_ahead)), ends_at__gt=clock.now())
    return list(rows.order_by("supply_id").values_list("pk", flat=True))


def over_with_absent(*, within: timedelta) -> list[Session]:
    """Return sessions that ended some time ago, by the terms, in which somebody still has a place."""
    now = clock.now()
    terms = policies.in_force(RegistrationTerms, on=clock.today())
    until = now - timedelta(minutes=terms.missed_after_minutes)
    booked = Registration.objects.filter(session=OuterRef("pk"), state=RegistrationState.BOOKED)
    rows = Session.objects.filter(Exists(booked), cancelled_at__isnull=True, ends_at__range=(now - within, until))
    return list(rows.select_related("site").order_by("pk"))


_ROOM = Q(supply__taken__lt=F("supply__total"), supply__closed_at__isnull=True, cancelled_at__isnull=True)


def _scoped(rows: QuerySet, by: Actor, path: str) -> QuerySet:  # type: ignore[type-arg]
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.OFFICER):
        return rows
    return rows.filter(**{f"{path}__in": by.keys(Role.OFFICER, ScopeKind.PROVINCE)})


def provinces_of(by: Actor) -> list[tuple[str, str]]:
    """Return code and name of the officer's provinces, in Thai dictionary order. One query."""
    rows = places.provinces()
    if not (by.kind is ActorKind.SYSTEM or by.is_national(Role.OFFICER)):
        rows = rows.filter(code__in=by.keys(Role.OFFICER, ScopeKind.PROVINCE))
    return [(province.code, str(province)) for province in rows]


def testing_sites(province_code: str) -> list[int]:
    """Return the open testing sites of a province. One query."""
    rows = places.open_sites(SiteKind.TESTING).filter(province_code=province_code)
    return list(rows.values_list("pk", flat=True))


def counts_of(session: Session) -> dict[str, int]:
    """Return how many registrations of a session stand in which state. One query."""
    rows = session.registrations.order_by().values_list("state").annotate(count=Count("pk"))
    return {state.value: 0 for state in RegistrationState} | dict(rows)
