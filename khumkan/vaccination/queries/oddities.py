"""What looks as if places were sold or records made up: dates for people of no list, at night; steps that came late;
people let in past the list of stand-bys; one member of staff at two sites at once.

At the vaccination centre of Bang Sue, in July 2021, volunteers sold some 7,000 appointments; it was seen because the
numbers grew and the entries came after 22:00 (Bangkok Post, Thai PBS). A line here is a question and no proof.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import Lag
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.record.models import Event
from khumkan.vaccination.choices import DoorOutcome, ListedBy
from khumkan.vaccination.models import DoorNote, Dose, Listing, Session, StandBy, VisitStep
from khumkan.vaccination.permissions import scopes

#: Staff of the office and the hotline give dates within these hours.
OFFICE_HOURS = (time(6), time(21))
#: A step that came so long after it was done was not merely cut off for a moment.
LATE = timedelta(hours=2)
#: So many people a day may one member of staff let in at the door whom nobody called, before it looks odd.
LET_IN = 3
#: Nobody comes from one site to another in so short a time: then two people use one sign-in.
ON_THE_WAY = timedelta(minutes=15)
BOOKED = ("vaccination.booked", "vaccination.moved")
#: No more lines are looked at: a longer list is nobody's to read.
MOST = 2_000


class OddKind(StrEnum):
    """Why a line stands on the list."""

    NO_LIST = "no_list"
    AT_NIGHT = "at_night"
    LATE = "late"
    LET_IN = "let_in"
    TWO_SITES = "two_sites"


WORDS: Mapping[OddKind, Promise] = {
    OddKind.NO_LIST: _("Date given by staff to somebody on no employer’s list"),
    OddKind.AT_NIGHT: _("Date given by staff outside office hours"),
    OddKind.LATE: _("Step at a site sent hours after it was done"),
    OddKind.LET_IN: _("Let in at the door without a date or a call, like several that day by the same member of staff"),
    OddKind.TWO_SITES: _("Step by a member of staff who was at another site minutes before"),
}


@dataclass(frozen=True)
class Oddity:
    """One line.

    :param staff: number of the member of staff; none where the system did it.
    """

    kind: OddKind
    at: datetime
    staff: int | None
    reference: str
    site: str


def found(by: Actor, *, first: date, last: date) -> list[Oddity]:
    """Return what looks odd about the sessions of a span within the officer's provinces, the newest first."""
    codes = scopes.province_codes(by, Role.OFFICER)
    sessions = Session.objects.filter(day__range=(first, last))
    kept = sessions if codes is None else sessions.filter(site__province_code__in=codes)
    rows = [*_bookings(kept), *_late(kept), *_let_in(kept), *_at_two_sites(kept)]
    return sorted(rows, key=lambda one: (one.at, one.reference), reverse=True)


def by_staff(rows: Sequence[Oddity]) -> list[tuple[int, int]]:
    """Return who stands on the list most often, and how often."""
    return Counter(row.staff for row in rows if row.staff is not None).most_common(10)


def _bookings(sessions: QuerySet[Session]) -> list[Oddity]:
    listed = Listing.objects.filter(person=OuterRef("person"), state=ListedBy.LISTED)
    doses = Dose.objects.filter(session__in=sessions)
    events = Event.objects.filter(
        about_kind="vaccination.dose", about_id__in=doses.values("pk"), name__in=BOOKED, actor_kind=ActorKind.STAFF
    ).order_by("-at", "-id")[:MOST]
    told = list(events.values_list("at", "actor_id", "about_id"))
    by_id = doses.select_related("session__site").in_bulk({about for _, _, about in told})
    of_no_list = set(doses.filter(pk__in=by_id).exclude(Exists(listed)).values_list("pk", flat=True))
    made = []
    for at, staff, about in told:
        dose = by_id[about]
        site = str(dose.session.site) if dose.session is not None else ""
        if about in of_no_list:
            made.append(Oddity(OddKind.NO_LIST, at, staff, dose.reference, site))
        if not OFFICE_HOURS[0] <= clock.bangkok(at).time() <= OFFICE_HOURS[1]:
            made.append(Oddity(OddKind.AT_NIGHT, at, staff, dose.reference, site))
    return made


def _late(sessions: QuerySet[Session]) -> list[Oddity]:
    return _of_steps(OddKind.LATE, _steps_in(sessions).filter(at__gt=F("done_at") + LATE))


def _let_in(sessions: QuerySet[Session]) -> list[Oddity]:
    """Return who was let in past the list of stand-bys, where one member of staff did so several times that day."""
    called = StandBy.objects.filter(dose=OuterRef("dose"), day=OuterRef("session__day")).exclude(called_at=None)
    rows = DoorNote.objects.filter(session__in=sessions, outcome=DoorOutcome.STAND_BY, by_staff__isnull=False)
    by_day = Window(Count("pk"), partition_by=[F("by_staff"), F("site"), F("session__day")])
    found = rows.exclude(Exists(called)).annotate(that_day=by_day).filter(that_day__gt=LET_IN)
    notes = found.select_related("dose", "site").order_by("-at", "-pk")[:MOST]
    return [
        Oddity(OddKind.LET_IN, note.at, note.by_staff, note.dose.reference, str(note.site))
        for note in notes
        if note.dose is not None
    ]


def _at_two_sites(sessions: QuerySet[Session]) -> list[Oddity]:
    """Return steps of staff who, by the step before, had just been at another site."""
    by_time = partial(Window, partition_by=F("by_staff"), order_by=("done_at", "pk"))
    rows = _steps_in(sessions).filter(by_staff__isnull=False)
    followed = rows.annotate(was_at=by_time(Lag("visit__session__site")), was_on=by_time(Lag("done_at")))
    elsewhere = followed.filter(was_at__isnull=False, done_at__lt=F("was_on") + ON_THE_WAY)
    return _of_steps(OddKind.TWO_SITES, elsewhere.exclude(was_at=F("visit__session__site")))


def _steps_in(sessions: QuerySet[Session]) -> QuerySet[VisitStep]:
    return VisitStep.objects.filter(visit__session__in=sessions)


def _of_steps(kind: OddKind, rows: QuerySet[VisitStep]) -> list[Oddity]:
    steps = rows.select_related("visit__dose", "visit__session__site").order_by("-at", "-pk")[:MOST]
    return [
        Oddity(kind, step.at, step.by_staff, step.visit.dose.reference, str(step.visit.session.site)) for step in steps
    ]
