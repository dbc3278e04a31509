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
from khumkan.kernel.errors import Missing, Reason, Refused, check
from khumkan.kernel.words import N_
from khumkan.screening.actions.registrations import telling
from khumkan.screening.choices import Channel, Ground, Method, WaitingBecause
from khumkan.screening.models import Registration, Session
from khumkan.screening.permissions import registrations as permissions
from khumkan.screening.queries import offers
from khumkan.screening.queries.applicants import Known, applicant, known_of
from khumkan.screening.queries.offers import Offer
from khumkan.screening.rules import reasons
from khumkan.screening.rules.answers import Answers
from khumkan.screening.rules.eligibility import eligible
from khumkan.screening.rules.priority import method_for, priority_of
from khumkan.screening.states import RegistrationState
from khumkan.screening.terms.registrations import RegistrationTerms

PREFIX = "T"
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
    return _store(registration, place, by=by)


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
    return _new(
        person_id,
        ground,
        known,
        terms,
        why=[*verdict.reasons, *priority.reasons, why_method],
        points=priority.points,
        method=method,
        answers=answers,
    )


@transaction.atomic
def register_walk_in(*, session_id: int, person_id: int, ground: Ground, by: Actor) -> Registration:
    """Give somebody who came without a place one in the session that is running here.

    Somebody with a place elsewhere, or on the waiting list, keeps the registration and gets the place here.

    :raises Refused: when the session is over or full, or the person is not insured.
    """
    session = Session.objects.select_related("site").filter(pk=session_id).first()
    if session is None:
        raise Missing("no such session")
    permissions.check_may_take_walk_in(by, session)
    if session.day != clock.today() or session.cancelled_at is not None:
        raise Refused(N_("Walk-ins are taken on the day of the session only."), "walk_in_day")
    known = known_of(person_id)
    if known.live_reference:
        return _bring_here(person_id, session, by=by)
    terms = policies.in_force(RegistrationTerms, on=session.day)
    verdict = eligible(Ground.DRAWN, applicant(known, Answers(), on=session.day), terms=terms)
    check(verdict)
    priority = priority_of(ground, Answers(), age=known.age_on(session.day), terms=terms)
    registration = _new(
        person_id,
        Ground(ground),
        known,
        terms,
        why=[*verdict.reasons, *priority.reasons],
        points=priority.points,
        method=Method(session.method),
        answers=Answers(),
    )
    registration.channel = Channel.WALK_IN
    registration.round_id = session.round_id
    registration.employer_id = known.employer_id
    return _store(registration, offers.offer_of(session), by=by, tells=False)


def _bring_here(person_id: int, session: Session, *, by: Actor) -> Registration:
    """Give the person's live registration its place in this session."""
    live = Registration.objects.under_way().select_for_update().get(person=person_id)
    if live.session_id == session.pk:
        raise Refused(N_("This person is on the list of this session. Find the person there."), "walk_in_on_list")
    if live.state not in (RegistrationState.BOOKED, RegistrationState.WAITING):
        raise Refused(N_("This person is being tested already."), "walk_in_in_test")
    place = offers.offer_of(session)
    if live.state == RegistrationState.BOOKED:
        claims = capacity.claims_of([person_id], purpose=telling.purpose_of(live))
        capacity.move(claim_id=claims[person_id], supply_id=place.supply_id, by=by)
    else:
        capacity.take(supply_id=place.supply_id, purpose=telling.purpose_of(live), person_id=person_id, by=by)
    settle_in(live, place)
    telling.note("moved", live, by=by, site_id=place.site_id, session=session.pk)
    return live


def settle_in(registration: Registration, place: Offer) -> None:
    """Store that a registration has its place now; the caller has taken it."""
    registration.session_id = place.session_id
    registration.method = place.method
    registration.state = RegistrationState.BOOKED
    registration.waiting_because = ""
    registration.booked_at = clock.now()
    registration.save(update_fields=["session", "method", "state", "waiting_because", "booked_at", "changes_left"])


def _new(
    person_id: int, ground: Ground, known: Known, terms: RegistrationTerms, *, why: list[Reason], points: int,
    method: Method, answers: Answers,
) -> Registration:  # fmt: skip
    return Registration(
        reference=references.new(PREFIX),
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


def _store(registration: Registration, place: Offer | None, *, by: Actor, tells: bool = True) -> Registration:
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
