"""Changing the place of a registration, and ending it.

Order of locks: the registration, then the supplies concerned in the order of their ids. Nobody who holds a supply waits
for a registration: the waiting list takes only what nobody else has locked.
"""

from django.db import transaction

from khumkan import capacity, messages, policies, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.screening.actions.registrations import telling
from khumkan.screening.actions.registrations.registering import TRIES, settle_in
from khumkan.screening.actions.registrations.waiting import fill_one
from khumkan.screening.choices import EndedBecause, WaitingBecause
from khumkan.screening.models import Registration, Session
from khumkan.screening.permissions import registrations as permissions
from khumkan.screening.queries import offers
from khumkan.screening.queries.applicants import known_of
from khumkan.screening.queries.offers import Offer
from khumkan.screening.states import RegistrationState, may_move
from khumkan.screening.terms.registrations import RegistrationTerms


@transaction.atomic
def change_place(*, registration: Registration, session_id: int, by: Actor) -> Registration:
    """Move a registration to another session, or give somebody who waits a place in it.

    A person may do so as often as the terms allow; staff who act for the person are not counted.

    :raises Refused: when there is no room, the session does not suit, or the person has changed too often.
    """
    fresh = _locked(registration)
    permissions.check_is_own(by, fresh)
    return _move(fresh, session_id, by=by, counts=by.kind is ActorKind.PERSON)


@transaction.atomic
def give_place(*, registration: Registration, session_id: int, by: Actor) -> Registration:
    """Give somebody who waits, or has a place that does not suit, a place in a session: an officer's decision.

    :raises Refused: when there is no room or the session does not suit.
    """
    fresh = _locked(registration)
    permissions.check_may_decide(by, fresh)
    return _move(fresh, session_id, by=by, counts=False)


@transaction.atomic
def grant(*, registration: Registration, by: Actor) -> Registration:
    """Decide that the person is to be tested: the nearest place with room, or the waiting list.

    :raises Refused: when it was decided already.
    """
    fresh = _locked(registration)
    permissions.check_may_decide(by, fresh)
    if fresh.state != RegistrationState.WAITING or fresh.waiting_because != WaitingBecause.DECISION:
        raise Refused(N_("This registration was decided already."), "decided_already")
    fresh.waiting_because = WaitingBecause.NO_ROOM
    fresh.save(update_fields=["waiting_because"])
    telling.note("granted", fresh, by=by)
    if not _book_nearest(fresh, template="test_booked"):
        telling.tell("test_waiting", fresh)
    return fresh


@transaction.atomic
def decline(*, registration: Registration, by: Actor) -> Registration:
    """End a registration because the person does not want the test; the place goes to the next who waits.

    :raises Refused: when the person is being tested or the registration has ended.
    """
    fresh = _locked(registration)
    permissions.check_is_own(by, fresh)
    _end(fresh, RegistrationState.DECLINED, EndedBecause.OWN_WISH, by=by, tells=by.kind is not ActorKind.PERSON)
    return fresh


@transaction.atomic
def end(*, registration: Registration, because: EndedBecause, by: Actor) -> Registration:
    """End a registration for the office; the person is told where to read why.

    :raises Refused: when the person is being tested or the registration has ended.
    """
    fresh = _locked(registration)
    permissions.check_may_decide(by, fresh)
    _end(fresh, RegistrationState.CANCELLED, EndedBecause(because), by=by, tells=True)
    return fresh


@transaction.atomic
def rehouse(*, registration: Registration, by: Actor) -> bool:
    """Find another place for somebody whose session was cancelled, or put them on the waiting list; tell them once.

    :returns: whether there was anything to do.
    """
    fresh = _locked(registration)
    permissions.check_may_decide(by, fresh)
    session = fresh.session
    if fresh.state != RegistrationState.BOOKED or session is None or session.cancelled_at is None:
        return False
    if _book_nearest(fresh, template="test_rescheduled"):
        return True
    claims = capacity.claims_of([fresh.person_id], purpose=telling.purpose_of(fresh))
    capacity.release_many(claim_ids=list(claims.values()), by=by)
    fresh.state = RegistrationState.WAITING
    fresh.session = None
    fresh.waiting_because = WaitingBecause.AGAIN if fresh.specimens.exists() else WaitingBecause.CANCELLED
    fresh.save(update_fields=["state", "session", "waiting_because"])
    telling.note("waiting", fresh, by=by, site_id=session.site_id, because=fresh.waiting_because)
    telling.tell("test_waits_again", fresh)
    return True


@transaction.atomic
def mark_missed(*, session: Session, by: Actor) -> int:
    """Mark everybody who had a place in a session that is over and did not come; tell them how to register again."""
    permissions.check_may_plan_at(by, province_code=session.site.province_code)
    late = session.registrations.filter(state=RegistrationState.BOOKED)
    absent = list(late.select_for_update(of=("self",)).order_by("pk"))
    if session.ends_at > clock.now() or not absent:
        return 0
    changed = Registration.objects.filter(pk__in=[each.pk for each in absent])
    changed.update(state=RegistrationState.MISSED, ended_at=clock.now())
    entries = [record.Entry.of(each, site_id=session.site_id) for each in absent]
    record.write_many("screening.missed", by=by, entries=entries)
    messages.send_many("screening.test_missed", [(each.person_id, {"reference": each.reference}) for each in absent])
    return len(absent)


def _locked(registration: Registration) -> Registration:
    """Lock a registration and return it as it is now.

    Nothing is joined: whoever waited for the lock would get the changed registration beside the session of before.
    """
    return Registration.objects.select_for_update().get(pk=registration.pk)


def _move(registration: Registration, session_id: int, *, by: Actor, counts: bool) -> Registration:
    if registration.state != RegistrationState.BOOKED:
        check(may_move(RegistrationState(registration.state), RegistrationState.BOOKED))
    place = offers.open_offer(session_id, method=registration.method, round_id=registration.round_id)
    if registration.session_id == place.session_id:
        raise Refused(N_("This is the place that you have already."), "same_place")
    if registration.state == RegistrationState.BOOKED and counts:
        if not registration.changes_left:
            raise Refused(
                N_("You have changed the place as often as possible. Please call 1506 if you cannot come."),
                "no_changes",
            )
        registration.changes_left -= 1
    _occupy(registration, place, by=by, template="test_moved")
    return registration


def _occupy(registration: Registration, place: Offer, *, by: Actor, template: str) -> None:
    """Take the place, or swap the old one for it, and tell; what became free goes to the next who waits."""
    left = registration.session if registration.state == RegistrationState.BOOKED else None
    purpose = telling.purpose_of(registration)
    if left is None:
        capacity.take(supply_id=place.supply_id, purpose=purpose, person_id=registration.person_id, by=by)
    else:
        claims = capacity.claims_of([registration.person_id], purpose=purpose)
        capacity.move(claim_id=claims[registration.person_id], supply_id=place.supply_id, by=by)
    settle_in(registration, place)
    what = "booked" if left is None else "moved"
    telling.note(what, registration, by=by, site_id=place.site_id, session=place.session_id)
    telling.tell_place(template if left is not None else "test_booked", registration, place)
    if left is not None and left.cancelled_at is None:
        fill_one(left.pk)


def _book_nearest(registration: Registration, *, template: str) -> bool:
    terms = policies.in_force(RegistrationTerms, on=clock.today())
    home = known_of(registration.person_id).home
    nearest = offers.offers_for(
        home, method=registration.method, terms=terms, most=TRIES, round_id=registration.round_id
    )
    for place in nearest:
        try:
            with transaction.atomic():
                _occupy(registration, place, by=Actor.system("screening"), template=template)
        except (capacity.Full, capacity.Closed):
            registration.refresh_from_db()
        else:
            return True
    return False


def _end(
    registration: Registration, state: RegistrationState, because: EndedBecause, *, by: Actor, tells: bool
) -> None:
    check(may_move(RegistrationState(registration.state), state))
    left = registration.session if registration.state == RegistrationState.BOOKED else None
    registration.state = state
    registration.ended_because = because
    registration.ended_at = clock.now()
    registration.waiting_because = ""
    registration.save(update_fields=["state", "ended_because", "ended_at", "waiting_because"])
    name = "declined" if state is RegistrationState.DECLINED else "cancelled"
    telling.note(name, registration, by=by, site_id=left.site_id if left else None, because=because.value)
    if tells:
        telling.tell("test_ended", registration)
    if left is not None:
        claims = capacity.claims_of([registration.person_id], purpose=telling.purpose_of(registration))
        capacity.release_many(claim_ids=list(claims.values()), by=by)
        if left.cancelled_at is None:
            fill_one(left.pk)
