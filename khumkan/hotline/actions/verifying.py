"""Making sure who calls. A wrong answer costs a try; the tries of a person are limited, whoever asks."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from khumkan import record
from khumkan.accounts import throttle
from khumkan.accounts.throttle import Limit
from khumkan.hotline.actions import steps
from khumkan.hotline.choices import VerifiedHow
from khumkan.hotline.models import Verification
from khumkan.hotline.permissions import cases as permissions
from khumkan.hotline.queries import verifying as queries
from khumkan.hotline.rules import verifying as rules
from khumkan.hotline.rules.verifying import Question
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.registry.models import Person

HOUR = timedelta(hours=1)
#: Tries for one person within an hour, whoever asks, and of one member of staff over all persons.
TRIES_PERSON = Limit("hotline.verify.person", 3, 3, HOUR)
TRIES_STAFF = Limit("hotline.verify.staff", 60, 60, HOUR)


def verify(*, person: Person, typed: Mapping[Question, str], by: Actor) -> Verification:
    """Compare what a caller answered with the register. Which answers were right, nobody learns.

    :raises Refused: when too few are right, or too many tries were made.
    """
    user_id = permissions.check_is_staff(by)
    terms = steps.terms_now()
    asked = queries.asked_of(person, by=by)
    if not rules.enough_known(asked, needed=terms.right_answers):
        raise Refused(
            N_("Too little is known of this person to make sure on the telephone. Ask them to come to an office."),
            "too_little_known",
        )
    # the try is counted before anything is compared, and stays counted
    if not throttle.take_all((TRIES_PERSON, str(person.pk)), (TRIES_STAFF, str(user_id))):
        raise Refused(N_("Too many tries. Ask the caller to come to an office, or try again in an hour."), "too_many")
    given = {question: typed.get(question, "") for question in asked}
    if not rules.suffices(queries.known_of(person), given, needed=terms.right_answers):
        record.write("hotline.caller_not_verified", by=_for(by, person), person_id=person.pk)
        raise Refused(N_("That does not match the register. Do not tell this caller more than day and place."), "wrong")
    return _note(person, VerifiedHow.ANSWERS, by=_for(by, person))


def vouch(*, person: Person, because: str, by: Actor) -> Verification:
    """Vouch as a supervisor for a caller whom no question can help, such as somebody who calls for a sick parent.

    :raises Refused: without a reason.
    """
    permissions.check_may_supervise(by)
    if not because.strip():
        raise Refused(N_("Please say why."), "no_reason")
    return _note(person, VerifiedHow.VOUCHED, by=by.acting_for(person.pk, because=because.strip()))


def _for(by: Actor, person: Person) -> Actor:
    return by.acting_for(person.pk, because=by.because or "hotline")


@transaction.atomic
def _note(person: Person, how: VerifiedHow, *, by: Actor) -> Verification:
    now = clock.now()
    made = Verification.objects.create(
        person=person,
        by_staff=permissions.check_is_staff(by),
        how=how,
        at=now,
        until=now + steps.due_in(steps.terms_now().verified_minutes),
    )
    record.write("hotline.caller_verified", by=by, about=made, data={"how": how.value})
    return made
