"""At the door: somebody who came without a place here gets one."""

from django.db import transaction

from khumkan import capacity, policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused, check
from khumkan.kernel.words import N_
from khumkan.screening.actions.registrations import telling
from khumkan.screening.actions.registrations.registering import new, settle_in, store
from khumkan.screening.actions.registrations.waiting import fill_one
from khumkan.screening.choices import Channel, Ground, Method
from khumkan.screening.models import Registration, Session
from khumkan.screening.permissions import registrations as permissions
from khumkan.screening.queries import offers
from khumkan.screening.queries.applicants import applicant, known_of
from khumkan.screening.rules.answers import Answers
from khumkan.screening.rules.eligibility import eligible
from khumkan.screening.rules.priority import priority_of
from khumkan.screening.states import RegistrationState
from khumkan.screening.terms.registrations import RegistrationTerms


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
    registration = new(
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
    return store(registration, offers.offer_of(session), by=by, tells=False)


def _bring_here(person_id: int, session: Session, *, by: Actor) -> Registration:
    """Give the person's live registration its place here; the one that it leaves goes to the next who waits."""
    live = Registration.objects.under_way().select_for_update().get(person=person_id)
    if live.session_id == session.pk:
        raise Refused(N_("This person is on the list of this session. Find the person there."), "walk_in_on_list")
    if live.state not in (RegistrationState.BOOKED, RegistrationState.WAITING):
        raise Refused(N_("This person is being tested already."), "walk_in_in_test")
    place = offers.offer_of(session)
    left = live.session if live.state == RegistrationState.BOOKED else None
    if left is not None:
        claims = capacity.claims_of([person_id], purpose=telling.purpose_of(live))
        capacity.move(claim_id=claims[person_id], supply_id=place.supply_id, by=by)
    else:
        capacity.take(supply_id=place.supply_id, purpose=telling.purpose_of(live), person_id=person_id, by=by)
    settle_in(live, place)
    telling.note("moved", live, by=by, site_id=place.site_id, session=session.pk)
    if left is not None and left.cancelled_at is None:
        fill_one(left.pk)
    return live
