"""The beginning of a registration: by the person, the hotline, an officer, or at the door.

The place is taken last, because its counter is locked from then on until the commit, and everybody who wants a place in
the same session waits for it. Where the place is gone by then, everything is taken back and the next best is tried.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from khumkan import capacity, policies
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Reason, Refused, check
from khumkan.kernel.words import N_
from khumkan.screening.actions.registrations import telling
from khumkan.screening.choices import Channel, Ground, Method, WaitingBecause
from khumkan.screening.models import Registration
from khumkan.screening.permissions import registrations as permissions
from khumkan.screening.queries import offers
from khumkan.screening.queries.applicants import Known, applicant, known_of
from khumkan.screening.queries.offers import Offer
from khumkan.screening.rules import reasons
from khumkan.screening.rules.answers import Answers
from khumkan.screening.rules.eligibility import eligible
from khumkan.screening.rules.priority import method_for, priority_of
from khumkan.screening.rules.visits import REGISTRATION_PREFIX
from khumkan.screening.states import RegistrationState
from khumkan.screening.terms.registrations import RegistrationTerms

ONE_LIVE = "screening_registration_one_live"
#: Other places tried, when somebody else was faster, before the person is put on the waiting list.
TRIES = 4


@dataclass(frozen=True, kw_only=True)
class _Wish:
    person_id: int
    ground: Ground
    answers: Answers
    channel: Channel
    method: Method | None
    session_id: int | None
    round_id: int | None
    employer_id: int | None
    follows_id: int | None
    waits: bool = False


def register(
    *,
    person_id: int,
    ground: Ground,
    answers: Answers | Mapping[str, object],
    channel: Channel,
    by: Actor,
    method: Method | None = None,
    session_id: int | None = None,
    round_id: int | None = None,
    employer_id: int | None = None,
    follows: Registration | None = None,
) -> Registration:
    """Register a person for a test: at the nearest place with room, or on the waiting list.

    :param method: by which the test must be done; none lets the terms decide.
    :param session_id: the session that the person chose; then there is no waiting list.
    :param employer_id: where the person works; none takes it from the register.
    :param follows: the registration whose test is confirmed or repeated.
    :raises Refused: when the person may not register, has a registration already, or the chosen session has no room.
    :raises Missing: when the actor may not act for this person.
    """
    wish = _Wish(
        person_id=person_id,
        ground=Ground(ground),
        answers=Answers.from_json(answers),
        channel=Channel(channel),
        method=method,
        session_id=session_id,
        round_id=round_id,
        employer_id=employer_id,
        follows_id=follows.pk if follows else None,
    )
    try:
        return _try(wish, by=by)
    except IntegrityError as error:
        if ONE_LIVE not in str(error):
            raise
        raise _registered_already() from error


def _try(wish: _Wish, *, by: Actor) -> Registration:
    """Take the best place, the next best when somebody was faster, and at last a turn on the waiting list."""
    for _ in range(TRIES):
        try:
            return _register(wish, by=by)
        except (capacity.Full, capacity.Closed):
            if wish.session_id is not None:
                raise
    return _register(replace(wish, waits=True), by=by)


@transaction.atomic
def _register(wish: _Wish, *, by: Actor) -> Registration:
    known = known_of(wish.person_id)
    permissions.check_may_act_for(by, person_id=wish.person_id, province_code=known.home.province_code)
    terms = policies.in_force(RegistrationTerms, on=clock.today())
    registration = assess(wish.ground, wish.answers, known, terms=terms, person_id=wish.person_id)
    registration.channel = wish.channel
    registration.method = wish.method or registration.method
    registration.round_id = wish.round_id
    registration.employer_id = wish.employer_id or known.employer_id
    registration.follows_id = wish.follows_id
    place = None if wish.waits else _place(wish, registration, known, terms)
    return store(registration, place, by=by)


def assess(ground: Ground, answers: Answers, known: Known, *, terms: RegistrationTerms, person_id: int) -> Registration:
    """Return an unsaved registration with method, priority and their reasons, as it would be made today.

    :raises Refused: when the person may not register, in words and with how to correct it.
    """
    if known.live_reference:
        raise _registered_already()
    today = clock.today()
    facts = applicant(known, answers, on=today)
    verdict = eligible(ground, facts, terms=terms)
    check(verdict)
    age = known.age_on(today)
    method, why_method = method_for(ground, age=age, days_since_contact=facts.days_since_contact, terms=terms)
    priority = priority_of(ground, answers, age=age, terms=terms)
    return new(
        person_id,
        ground,
        known,
        terms,
        why=[*verdict.reasons, *priority.reasons, why_method],
        points=priority.points,
        method=method,
        answers=answers,
    )


def settle_in(registration: Registration, place: Offer) -> None:
    """Store that a registration has its place now; the caller has taken it."""
    registration.session_id = place.session_id
    registration.method = place.method
    registration.state = RegistrationState.BOOKED
    registration.waiting_because = ""
    registration.booked_at = clock.now()
    registration.save(update_fields=["session", "method", "state", "waiting_because", "booked_at", "changes_left"])


def new(
    person_id: int, ground: Ground, known: Known, terms: RegistrationTerms, *, why: list[Reason], points: int,
    method: Method, answers: Answers,
) -> Registration:  # fmt: skip
    """Return an unsaved registration with what its terms, its ground and the person's home say."""
    return Registration(
        reference=references.new(REGISTRATION_PREFIX),
        person_id=person_id,
        ground=ground,
        method=method,
        priority=points,
        answers=answers.to_json(),
        reasons=reasons.stored(why),
        terms_version=terms.version,
        province_code=known.home.province_code,
        changes_left=terms.changes,
        registered_at=clock.now(),
        waiting_because=WaitingBecause.DECISION if ground in terms.decided_by_officer else WaitingBecause.NO_ROOM,
    )


def _place(wish: _Wish, registration: Registration, known: Known, terms: RegistrationTerms) -> Offer | None:
    if wish.session_id is not None:
        return offers.open_offer(wish.session_id, method=registration.method, round_id=wish.round_id)
    if registration.waiting_because == WaitingBecause.DECISION:
        return None
    found = offers.offers_for(known.home, method=registration.method, terms=terms, round_id=wish.round_id)
    return found[0] if found else None


def store(registration: Registration, place: Offer | None, *, by: Actor, tells: bool = True) -> Registration:
    """Store a registration with the place, or without one as waiting, and tell; the place is taken last."""
    if place is None:
        registration.state = RegistrationState.WAITING
        registration.save(force_insert=True)
        telling.note_begun(registration, "waiting", by=by, site_id=None, because=registration.waiting_because)
        waits_for_decision = registration.waiting_because == WaitingBecause.DECISION
        telling.tell("test_received" if waits_for_decision else "test_waiting", registration)
        return registration
    registration.state = RegistrationState.BOOKED
    registration.session_id = place.session_id
    registration.booked_at = registration.registered_at
    registration.waiting_because = ""
    registration.save(force_insert=True)
    telling.note_begun(registration, "booked", by=by, site_id=place.site_id, session=place.session_id)
    if tells:
        telling.tell_place("test_booked", registration, place)
    capacity.take(
        supply_id=place.supply_id, purpose=telling.purpose_of(registration), person_id=registration.person_id, by=by
    )
    return registration


def _registered_already() -> Refused:
    return Refused(
        N_("You are registered for a test already. You find it under “My tests”, where you can change or decline it."),
        "registered_already",
    )
