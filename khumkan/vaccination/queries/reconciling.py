"""What a day at a site comes to: each person once, and every dose."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from khumkan.kernel import clock
from khumkan.registry.queries.employment import employers_of
from khumkan.vaccination.choices import DoorOutcome, StockKind, TurnedBack
from khumkan.vaccination.models import DoorNote, Dose, Roster, Session, SiteLot, StockMove, Visit
from khumkan.vaccination.queries.site_doses import LOSSES
from khumkan.vaccination.states import LIVE_VISITS, DoseState, VisitState

#: Steps after the needle.
_GIVEN = (VisitState.INJECTED, VisitState.LEFT)


@dataclass(frozen=True, kw_only=True)
class Came:
    """What became of one dose on a day at a site.

    :param stood_by: whether it had no date here on this day.
    :param turned_back: why, when it was not given.
    """

    dose_id: int
    employer_id: int | None
    stood_by: bool
    came: bool
    vaccinated: bool
    turned_back: str


def still_inside(site_id: int, day: date) -> int:
    """Return how many people are at the site."""
    return Visit.objects.filter(session__site=site_id, session__day=day, state__in=LIVE_VISITS).count()


def expected_in(sessions: Collection[Session]) -> int:
    """Return how many people have a date in these sessions and have not come."""
    return Dose.objects.filter(session__in=sessions, state=DoseState.BOOKED).count()


def people_of(site_id: int, day: date) -> list[Came]:
    """Return everybody of a day once, after those who did not come were marked so. Two queries.

    Of several visits of one person the dose counts if one of them gave it; else the last one. Somebody who came with
    another person's document is no visit of that person.
    """
    found: dict[int, Came] = {}
    stood_by = set(_notes(site_id, day, DoorOutcome.STAND_BY).values_list("dose", flat=True))
    visits = Visit.objects.filter(session__site=site_id, session__day=day).exclude(turned_back=TurnedBack.MISMATCH)
    rows = visits.order_by("arrived_at", "pk").values_list("dose", "dose__enrolment__employer", "state", "turned_back")
    for dose, employer, state, why in rows:
        before = found.get(dose)
        if before is not None and before.vaccinated:
            continue
        given = state in _GIVEN
        found[dose] = Came(
            dose_id=dose, employer_id=employer, stood_by=dose in stood_by, came=True, vaccinated=given, turned_back=why
        )
    absent = _notes(site_id, day, DoorOutcome.NO_SHOW).order_by("pk").values_list("dose", "dose__enrolment__employer")
    for dose, employer in absent:
        found.setdefault(
            dose,
            Came(dose_id=dose, employer_id=employer, stood_by=False, came=False, vaccinated=False, turned_back=""),
        )
    return list(found.values())


def at_door(site_id: int, day: date) -> dict[str, int]:
    """Count what was written at the door, by column; a document of somebody else also after checking in."""
    counted = _at_door(site_id, day).aggregate(
        not_on_list=Count("pk", Q(outcome=DoorOutcome.NOT_ON_LIST)),
        other_day=Count("pk", Q(outcome=DoorOutcome.OTHER_DAY)),
        other_site=Count("pk", Q(outcome=DoorOutcome.OTHER_SITE)),
        mismatch=Count("pk", Q(outcome=DoorOutcome.MISMATCH)),
    )
    visits = Visit.objects.filter(session__site=site_id, session__day=day, turned_back=TurnedBack.MISMATCH)
    return {**counted, "mismatch": counted["mismatch"] + visits.count()}


def not_on_list_by_employer(site_id: int, day: date) -> dict[int | None, int]:
    """Count who came without being listed, by the employer that the register knows; None without one."""
    rows = _at_door(site_id, day).filter(outcome=DoorOutcome.NOT_ON_LIST).order_by("pk")
    persons = list(rows.values_list("person", flat=True))
    employers = employers_of([one for one in persons if one is not None], on=day)
    found: dict[int | None, int] = {}
    for person in persons:
        employer = employers.get(person) if person is not None else None
        found[employer] = found.get(employer, 0) + 1
    return found


def listed(employers: Collection[int | None]) -> dict[int | None, int]:
    """Return how many people each employer has on its lists now. One query."""
    rows = Roster.objects.filter(employer__in=[one for one in employers if one is not None]).values("employer")
    return dict(rows.annotate(Sum("listed")).order_by("employer").values_list("employer", "listed__sum"))


def doses(site_id: int, day: date) -> dict[str, int]:
    """Return what became of the doses of a site on a day, and how many are left now. Two queries."""
    moves = StockMove.objects.filter(site=site_id, on=day).aggregate(
        received=Sum("doses", filter=Q(kind__in=[StockKind.RECEIVED, StockKind.SENT_ON])),
        given=Sum("doses", filter=Q(kind=StockKind.GIVEN)),
        wasted=Sum("doses", filter=Q(kind__in=LOSSES)),
    )
    left = SiteLot.objects.filter(site=site_id).aggregate(left=Sum("doses"))["left"]
    return {
        "received": moves["received"] or 0,
        "given": -(moves["given"] or 0),
        "wasted": -(moves["wasted"] or 0),
        "left": left or 0,
    }


def _notes(site_id: int, day: date, outcome: DoorOutcome) -> QuerySet[DoorNote]:
    return DoorNote.objects.filter(site=site_id, session__day=day, outcome=outcome)


def _at_door(site_id: int, day: date) -> QuerySet[DoorNote]:
    begins, ends = clock.day_span(day)
    return DoorNote.objects.filter(site=site_id, at__gte=begins, at__lt=ends)
