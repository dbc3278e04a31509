"""Declaring that more call than can be answered, and ending it. It ends by itself, too."""

import re
from datetime import timedelta

from django.db import IntegrityError, transaction

from khumkan import policies, record
from khumkan.hotline.models import Surge
from khumkan.hotline.permissions import calls as permissions
from khumkan.hotline.terms.calls import CallTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: How an exchange may call a recorded message.
MESSAGE = re.compile(r"[A-Za-z0-9_-]{1,40}")
LONGEST_WHY = 200


@transaction.atomic
def begin(*, message: str, hours: int, why: str, by: Actor) -> Surge:
    """Declare a surge: callers hear the recorded message, only urgent cases are opened, call-backs are offered.

    :param message: the name of the recorded message at the exchange.
    :raises Refused: when one is declared already, or something is missing.
    """
    user_id = permissions.check_may_declare_surge(by)
    most = policies.in_force(CallTerms, on=clock.today()).surge_hours
    if not MESSAGE.fullmatch(message):
        raise Refused(N_("Write the name of the recorded message as the exchange knows it."), "no_message")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise Refused(N_("Please say why, in one or two sentences."), "no_reason")
    if not 1 <= hours <= most:
        raise Refused(N_("A surge lasts from 1 to %(most)s hours. It can be declared again."), "hours", most=most)
    end_those_over(by=by)
    now = clock.now()
    until = now + timedelta(hours=hours)
    try:
        with transaction.atomic():
            made = Surge.objects.create(
                message=message, why=why.strip(), started_at=now, until=until, started_by=user_id
            )
    except IntegrityError as error:
        raise Refused(N_("A surge is declared already."), "surge_already") from error
    record.write("hotline.surge_begun", by=by, about=made, data={"message": message, "hours": hours})
    return made


@transaction.atomic
def end(*, by: Actor) -> None:
    """End the surge that is declared. Twice is harmless."""
    user_id = permissions.check_may_declare_surge(by)
    found = Surge.objects.select_for_update().filter(ended_at=None).first()
    if found is not None:
        _end(found, user_id, by=by)


@transaction.atomic
def end_those_over(*, by: Actor) -> int:
    """Note of surges whose hours are over that they ended by themselves; return how many."""
    over = Surge.objects.select_for_update().filter(ended_at=None, until__lte=clock.now()).order_by("pk")
    for found in over:
        _end(found, None, by=by)
    return len(over)


def _end(surge: Surge, user_id: int | None, *, by: Actor) -> None:
    surge.ended_at, surge.ended_by = clock.now(), user_id
    surge.save(update_fields=["ended_at", "ended_by"])
    record.write("hotline.surge_ended", by=by, about=surge)
