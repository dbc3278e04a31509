"""What the people at the door and at the swab look at."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When

from khumkan.kernel import clock, identifiers, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.registry.models import Person
from khumkan.registry.queries.persons import person_by_number
from khumkan.registry.rules import name_key
from khumkan.screening.choices import Method
from khumkan.screening.models import Attendance, Manifest, Registration, Session, SessionClose, Specimen
from khumkan.screening.permissions.scopes import site_ids
from khumkan.screening.rules.visits import DONE, Tally
from khumkan.screening.states import RegistrationState, SpecimenState

#: Who stands on the list of a session, in the order in which it is worked through: inside, expected, done.
ON_LIST = (
    RegistrationState.CHECKED_IN,
    RegistrationState.BOOKED,
    RegistrationState.SAMPLED,
    RegistrationState.ANSWERED,
    RegistrationState.TURNED_AWAY,
    RegistrationState.MISSED,
)
#: So long a session that was not closed stays on the page of its team.
LEFT_OPEN = timedelta(days=7)
#: Fewer letters would name half of a list; more persons of one name than this are told apart by their code.
SHORTEST_NAME, MOST_ALIKE = 2, 20


def tally_of(session: Session) -> Tally:
    """Count the registrations of a session by state. One query."""
    state, here = RegistrationState, Q(specimens__state=SpecimenState.TAKEN)
    counted = session.registrations.aggregate(
        booked=Count("pk", filter=Q(state=state.BOOKED), distinct=True),
        checked_in=Count("pk", filter=Q(state=state.CHECKED_IN), distinct=True),
        came=Count("pk", filter=Q(specimens__isnull=False), distinct=True),
        no_show=Count("pk", filter=Q(state=state.MISSED), distinct=True),
        turned_away=Count("pk", filter=Q(state=state.TURNED_AWAY), distinct=True),
        unread=Count("specimens", filter=here & Q(specimens__method=Method.RAPID), distinct=True),
        unsent=Count("specimens", filter=here & Q(specimens__method=Method.PCR), distinct=True),
    )
    return Tally(**counted)


@dataclass(frozen=True)
class Home:
    """Where a person lives and how they are insured today: what a specimen keeps for the figures.

    :param section: 0 without cover.
    """

    province_code: str
    district_code: str
    section: int


def homes_of(person_ids: Collection[int]) -> dict[int, Home]:
    """Return the home of each person. One query."""
    rows = Person.objects.filter(pk__in=person_ids).order_by("pk")
    known = rows.values_list("pk", "province_code", "district_code", "section")
    return {pk: Home(province, district, section or 0) for pk, province, district, section in known}


@dataclass(frozen=True)
class Arrival:
    """What a scanned or typed registration means at this door.

    :param registration: none when it has its place elsewhere: then only site and day are told, and no name.
    """

    registration: Registration | None
    elsewhere: Session | None = None


def sessions_for(by: Actor) -> QuerySet[Session]:
    """Return the sessions at the sites where the actor takes swabs: the first to start on top."""
    rows = Session.objects.select_related("site").filter(cancelled_at=None).order_by("starts_at", "pk")
    allowed = site_ids(by, Role.SWABBER)
    return rows if allowed is None else rows.filter(site__in=allowed)


def sessions_today(by: Actor) -> list[Session]:
    """Return the sessions of today, and those of the last days that nobody has closed. Two queries at most.

    Each has `listed`, `came` and `is_closed` beside its own fields.
    """
    today = clock.today()
    done = (RegistrationState.SAMPLED, RegistrationState.ANSWERED)
    recent = sessions_for(by).filter(day__gte=today - LEFT_OPEN, day__lte=today)
    relevant = recent.filter(Q(day=today) | Q(close=None)).annotate(
        is_closed=Exists(SessionClose.objects.filter(session=OuterRef("pk")))
    )
    counted = relevant.annotate(
        listed=Count("registrations", filter=Q(registrations__state__in=ON_LIST)),
        came=Count("registrations", filter=Q(registrations__state__in=done)),
    )
    return list(counted[:60])


def session_for(by: Actor, reference: str) -> Session:
    """Return one session at the actor's sites.

    :raises Missing: when there is none.
    """
    found = sessions_for(by).filter(reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such session at these sites")
    return found


def on_list(session: Session, *, search: str = "") -> QuerySet[Registration]:
    """Return everybody on the list, with person and specimens: who is inside first, then who is expected by name.

    :param search: a part of a name, a reference, the code on a label, or the number of a document.
    """
    rows = (
        session.registrations.filter(state__in=ON_LIST)
        .select_related("person", "employer")
        .prefetch_related(Prefetch("specimens", Specimen.objects.order_by("-pk")))
        .order_by(_work_order(), "person__name_key", "pk")
    )
    wanted = search.strip()
    return rows.filter(_meant(wanted)) if wanted else rows


def arrival(by: Actor, reference: str) -> Arrival:
    """Return what a scanned or typed reference means here.

    :raises Missing: for a reference that nobody has.
    """
    rows = Registration.objects.select_related("person", "employer", "session__site")
    found = rows.filter(reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such registration")
    allowed = site_ids(by, Role.SWABBER)
    if found.session is not None and (allowed is None or found.session.site_id in allowed):
        return Arrival(found)
    return Arrival(None, found.session)


def live_here(session: Session, person_id: int) -> Registration | None:
    """Return the registration of a person for this session that is under way, if there is one."""
    return session.registrations.under_way().filter(person=person_id).first()


def find_today(by: Actor, wanted: str) -> list[Registration]:
    """Return who is meant by a code, a label, a number or a name among those on today's lists at any of the sites.

    Of each person only the latest registration is returned, by name; of many with a like name the first twenty.
    """
    today = Registration.objects.filter(session__in=sessions_for(by).filter(day=clock.today()), state__in=ON_LIST)
    latest = today.filter(_meant(wanted.rstrip("/").rpartition("/")[2].strip())).order_by("person", "-pk")
    rows = Registration.objects.filter(pk__in=latest.distinct("person").values("pk"))
    return list(rows.select_related("person", "session__site").order_by("person__name_key", "pk")[:MOST_ALIKE])


def _meant(wanted: str) -> Q:
    """Return the condition for registrations that are meant: by the number of any document, by code, or by name."""
    if person := _by_any_number(wanted):
        return Q(person=person.pk)
    code, name = references.normalise(wanted), name_key(wanted, "")
    meant = Q(reference=code) | Q(pk__in=Specimen.objects.filter(code=code).values("registration"))
    return meant | Q(person__name_key__contains=name) if len(name) >= SHORTEST_NAME else meant


def _by_any_number(wanted: str) -> Person | None:
    """Return who holds a document with this number; a query for each kind that the number may be of."""
    for kind in IdentifierKind:
        if identifiers.problem(kind, wanted) is None and (person := person_by_number(kind, wanted)):
            return person
    return None


def specimen_at_site(by: Actor, code: str) -> Specimen:
    """Return a specimen that was taken at one of the actor's sites.

    :raises Missing: when there is none.
    """
    allowed = site_ids(by, Role.SWABBER)
    rows = Specimen.objects.select_related("session__site").filter(code=references.normalise(code))
    found = (rows if allowed is None else rows.filter(session__site__in=allowed)).first()
    if found is None:
        raise Missing("no such specimen at these sites")
    return found


def documents_of(registration: Registration) -> list[str]:
    """Return the numbers of the person's documents, masked, to compare with what is shown at the door."""
    rows = registration.person.documents.filter(withdrawn_at=None).order_by("added_at")
    return [document.masked for document in rows]


def notes_of(registration: Registration) -> list[Attendance]:
    """Return what happened at the door, oldest first."""
    return list(registration.attendances.order_by("at", "pk"))


def is_closed(session: Session) -> SessionClose | None:
    """Return the count of a closed session, or None while it is open."""
    return SessionClose.objects.filter(session=session).first()


def boxes_of(session: Session) -> list[Manifest]:
    """Return the boxes that specimens of this session are in, the newest first."""
    rows = Manifest.objects.filter(specimens__session=session).select_related("laboratory")
    return list(rows.order_by("-sent_at", "-pk").distinct())


def specimen_of(registration: Registration) -> Specimen | None:
    """Return the specimen of somebody who was tested, the newest; one given up before the new test is not shown."""
    if RegistrationState(registration.state) not in DONE:
        return None
    return registration.specimens.select_related("session").order_by("-pk").first()


def waiting_for_box(session: Session) -> QuerySet[Specimen]:
    """Return the specimens of a session that wait for a box, in the order in which they were taken."""
    return session.specimens.filter(state=SpecimenState.TAKEN, method=Method.PCR).order_by("taken_at", "pk")


def left_at(session: Session) -> QuerySet[Specimen]:
    """Return what keeps a session from being closed: rapid tests to read and specimens to send, oldest first."""
    return _here(session.specimens.all())


def left_behind(by: Actor) -> QuerySet[Specimen]:
    """Return what still lies at the actor's sites after its session is over, the longest waiting first."""
    rows = _here(Specimen.objects.filter(session__ends_at__lt=clock.now()))
    allowed = site_ids(by, Role.SWABBER)
    return rows if allowed is None else rows.filter(session__site__in=allowed)


def labelled(session: Session) -> QuerySet[Specimen]:
    """Return all good specimens of a session, for a sheet of labels."""
    return session.specimens.exclude(state=SpecimenState.SPOILED).order_by("taken_at", "pk")


def laboratories() -> list[Site]:
    """Return the laboratories to which a box can go, by name."""
    rows = Site.objects.filter(kinds__contains=[SiteKind.LABORATORY], is_open=True)
    return list(rows.order_by("name_th", "pk")[:200])


def _here(rows: QuerySet[Specimen]) -> QuerySet[Specimen]:
    """Keep the specimens that are at their site and have no answer, with the registration and the place."""
    here = rows.filter(state=SpecimenState.TAKEN).select_related("registration", "session__site")
    return here.order_by("taken_at", "pk")


def _work_order() -> Case:
    ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(ON_LIST)]
    return Case(*ranks, default=Value(len(ranks)))
