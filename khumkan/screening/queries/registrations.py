"""Registrations as the person, the hotline and the officers see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Model

from khumkan import policies
from khumkan.kernel import clock, prepared, references
from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Missing, Reason
from khumkan.places.models import Site
from khumkan.screening.models import Contact, Registration, Session
from khumkan.screening.models.registrations import RegistrationQuerySet
from khumkan.screening.permissions.registrations import ON_BEHALF, is_officer_of
from khumkan.screening.queries.answers import PersonResult, result_for_person
from khumkan.screening.queries.applicants import known_of
from khumkan.screening.queries.offers import Offer, offers_for
from khumkan.screening.queries.waiting import Standing, standing_of
from khumkan.screening.rules import reasons
from khumkan.screening.states import LIVE_REGISTRATIONS, RegistrationState
from khumkan.screening.terms.registrations import RegistrationTerms

#: The latest registrations of a person that a page shows.
MOST_SHOWN = 10
#: Places among which a person chooses: more would not be read on a phone.
MOST_OFFERS = 8
#: Only these can have a specimen or an answer.
TESTED = (RegistrationState.SAMPLED, RegistrationState.ANSWERED)


@dataclass(frozen=True)
class MyTests:
    """The tests of one person.

    :param live: the registration under way, and `standing` what is told while it waits.
    :param results: the answers in words, the newest first.
    """

    live: Registration | None
    earlier: Sequence[Registration]
    standing: Standing | None = None
    results: Sequence[PersonResult] = field(default_factory=tuple)


def tests_of(person_id: int) -> MyTests:
    """Return the tests of a person. One query; one more while the person waits, five more where there are answers."""
    found = _latest(person_id)
    live = next((each for each in found if each.state in LIVE_REGISTRATIONS), None)
    results = result_for_person(person_id) if any(each.state in TESTED for each in found) else []
    return MyTests(
        live=live,
        earlier=[each for each in found if each is not live],
        standing=standing_of(live) if live is not None and live.state == RegistrationState.WAITING else None,
        results=results,
    )


def latest_of(person_id: int) -> list[Registration]:
    """Return the latest registrations of a person with their places, the newest first, without answers. One query."""
    return _latest(person_id)


def registration_for(by: Actor, reference: str) -> Registration:
    """Return a registration with its place: a person's own, any for the hotline, those of an officer's provinces.

    :raises Missing: for an unknown one and a foreign one alike.
    """
    found = _with_place().filter(reference=references.normalise(reference)).first()
    if found is None or not _may_see(by, found):
        raise Missing("no such registration for this actor")
    return found


def answer_for(registration: Registration) -> PersonResult | None:
    """Return the answer to a registration in words, or None while nothing was taken."""
    if registration.state not in TESTED:
        return None
    told = result_for_person(registration.person_id)
    return next((each for each in told if each.registration_reference == registration.reference), None)


def reasons_of(registration: Registration) -> tuple[list[Reason], list[Reason], list[Reason]]:
    """Return why somebody may be tested, why in this turn, and why by this method."""
    told = reasons.read(registration.reasons)
    first = [why for why in told if why.code.startswith(reasons.PRIORITY)]
    method = [why for why in told if why.code.startswith(reasons.METHOD)]
    return [why for why in told if why not in first and why not in method], first, method


def other_places(registration: Registration) -> list[Offer]:
    """Return where somebody could be tested instead, the best first. Three queries."""
    terms = policies.in_force(RegistrationTerms, on=clock.today())
    found = offers_for(
        known_of(registration.person_id).home,
        method=registration.method,
        terms=terms,
        most=MOST_OFFERS + 1,
        round_id=registration.round_id,
    )
    return [offer for offer in found if offer.session_id != registration.session_id][:MOST_OFFERS]


def public_sessions(*, most: int = 60) -> list[Session]:
    """Return the public sessions of the next days with room, for the page that everybody may read. One query."""
    rows = Session.objects.open_to_all(now=clock.now()).select_related(
        "site__subdistrict__district__province", "supply"
    )
    return list(rows.order_by("day", "site__province_code", "starts_at", "pk")[:most])


def invitation_is_open(reference: str) -> bool:
    """Tell whether an invitation can still be used.

    :raises Missing: when there is none.
    """
    found = Contact.objects.filter(reference=references.normalise(reference)).values_list("registration", flat=True)
    for registration_id in found:
        return registration_id is None
    raise Missing("no such invitation")


def _columns(model: type[Model], *names: str) -> tuple[str, ...]:
    """Return the columns in the order of the model, in which `from_db` takes their values."""
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname in names)


def _listed(alias: str, columns: Sequence[str]) -> str:
    return ", ".join(f'{alias}."{column}"' for column in columns)


#: By hand, because the page of a person is asked for more often than any other: putting it together takes Django ten
#: times as long as answering it takes the database. Answers and reasons are left out and read only where needed.
_OWN = _columns(
    Registration,
    *("id", "reference", "person_id", "state", "ground", "channel", "method", "priority", "session_id", "round_id"),
    *("province_code", "waiting_because", "ended_because", "changes_left", "registered_at", "booked_at", "ended_at"),
)
_SESSION = _columns(
    Session, "id", "reference", "site_id", "method", "day", "starts_at", "ends_at", "is_public", "cancelled_at"
)
_SITE = _columns(Site, "id", "reference", "name_th", "name_en", "subdistrict_id", "address", "phone")
_LATEST = f"""
SELECT {_listed("r", _OWN)}, {_listed("s", _SESSION)}, {_listed("site", _SITE)}
FROM screening_registration r
LEFT JOIN screening_session s ON s.id = r.session_id LEFT JOIN places_site site ON site.id = s.site_id
WHERE r.person_id = %s ORDER BY r.registered_at DESC, r.id DESC LIMIT {MOST_SHOWN}
"""  # noqa: S608 columns of our own models


def _latest(person_id: int) -> list[Registration]:
    """Return the latest registrations of a person with their places, the newest first. One query."""
    found = []
    for row in prepared.rows(_LATEST, [person_id]):
        registration = Registration.from_db(connection.alias, _OWN, row[: len(_OWN)])
        if registration.session_id is not None:
            session = Session.from_db(connection.alias, _SESSION, row[len(_OWN) : -len(_SITE)])
            session.site = Site.from_db(connection.alias, _SITE, row[-len(_SITE) :])
            registration.session = session
        found.append(registration)
    return found


def _with_place() -> RegistrationQuerySet:
    return Registration.objects.select_related("session__site__subdistrict__district__province")


def _may_see(by: Actor, registration: Registration) -> bool:
    if by.kind is ActorKind.PERSON:
        return registration.person_id == by.id
    return by.has(*ON_BEHALF, Role.SYSTEM) or is_officer_of(by, registration.province_code)
