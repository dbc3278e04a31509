"""The waiting list: who is first gets the place that became free, the one with more points, then the longer wait.

Each place is given in a transaction of its own, so that a stopped worker leaves nothing half done. A registration that
somebody else is just changing is passed over, never waited for.
"""

from datetime import timedelta

from django.db import connection, transaction

from khumkan import capacity, messages, policies, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.screening.actions.registrations import telling
from khumkan.screening.actions.registrations.registering import settle_in
from khumkan.screening.choices import EndedBecause, Ground, WaitingBecause
from khumkan.screening.models import Registration, Session
from khumkan.screening.models.registrations import RegistrationQuerySet
from khumkan.screening.queries import applicants, offers
from khumkan.screening.queries.waiting import NEXT
from khumkan.screening.rules.eligibility import rule_for
from khumkan.screening.states import RegistrationState
from khumkan.screening.terms.registrations import RegistrationTerms

LIST = Actor.system("waiting list")
#: Registrations that are taken off the list in one transaction.
EXPIRE_AT_ONCE = 500


def fill_from_waiting_list(*session_ids: int, most: int = 10_000) -> int:
    """Give the free places of sessions to those who wait nearest to being first; return how many got one.

    :param most: how many places are given at most in each session.
    """
    return sum(_fill(session_id, most) for session_id in sorted(session_ids))


def fill_one(session_id: int) -> bool:
    """Give one free place of a session to the first who waits for it; say whether somebody got it."""
    return _fill(session_id, 1) == 1


def _fill(session_id: int, most: int) -> int:
    session = Session.objects.select_related("site").filter(pk=session_id, cancelled_at=None, is_public=True).first()
    if session is None or session.ends_at <= clock.now():
        return 0
    terms = policies.in_force(RegistrationTerms, on=clock.today())
    given = 0
    while given < most and _give_next(session, terms):
        given += 1
    return given


def _give_next(session: Session, terms: RegistrationTerms) -> bool:
    place = offers.offer_of(session)
    try:
        with transaction.atomic():
            first = _first_waiting(session, terms)
            if first is None:
                return False
            capacity.take(
                supply_id=place.supply_id, purpose=telling.purpose_of(first), person_id=first.person_id, by=LIST
            )
            settle_in(first, place)
            telling.note("booked", first, by=LIST, site_id=place.site_id, session=place.session_id)
            telling.tell_place("test_booked", first, place)
    except (capacity.Full, capacity.Closed):
        return False
    return True


def _first_waiting(session: Session, terms: RegistrationTerms) -> Registration | None:
    values = {
        "method": session.method,
        "latitude": session.site.latitude,
        "longitude": session.site.longitude,
        "province": session.site.province_code,
        "supply_id": session.supply_id,
        "farthest": terms.farthest_km,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEXT, values)
        found = cursor.fetchone()
    return Registration.objects.get(pk=found[0]) if found else None


def expire_waiting(*, by: Actor = LIST) -> int:
    """Take off the list who has waited too long, or no longer meets the conditions; tell them, and return how many.

    Whoever was tested and waits again, because the specimen was lost or spoiled, stays until there is an answer.
    """
    today = clock.today()
    terms = policies.in_force(RegistrationTerms, on=today)
    before = clock.now() - timedelta(days=terms.waiting_days)
    ended = _expire(Registration.objects.filter(registered_at__lt=before), EndedBecause.TOO_LONG, by=by)
    for ground in (Ground.CONTACT, Ground.SYMPTOMS, Ground.HIGH_RISK):
        on_ground = Registration.objects.filter(ground=ground)
        still = applicants.with_facts(on_ground.waiting(), on=today).filter(
            rule_for(ground, terms).as_q(applicants.PATHS)
        )
        unfit = on_ground.exclude(pk__in=still.order_by().values("pk"))
        ended += _expire(unfit, EndedBecause.CONDITIONS, by=by)
    return ended


def _expire(rows: RegistrationQuerySet, because: EndedBecause, *, by: Actor) -> int:
    ended = 0
    while taken := _expire_some(rows, because, by=by):
        ended += taken
    return ended


@transaction.atomic
def _expire_some(rows: RegistrationQuerySet, because: EndedBecause, *, by: Actor) -> int:
    waiting = rows.waiting().exclude(waiting_because=WaitingBecause.AGAIN)
    late = list(waiting.select_for_update(of=("self",), skip_locked=True)[:EXPIRE_AT_ONCE])
    Registration.objects.filter(pk__in=[each.pk for each in late]).update(
        state=RegistrationState.CANCELLED,
        ended_because=because,
        waiting_because="",
        ended_at=clock.now(),
    )
    entries = [record.Entry.of(each, data={"because": because.value}) for each in late]
    record.write_many("screening.cancelled", by=by, entries=entries)
    messages.send_many("screening.test_ended", [(each.person_id, {"reference": each.reference}) for each in late])
    return len(late)
