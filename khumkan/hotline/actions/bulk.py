"""Closing or giving away many cases at once, in two steps: they are shown, and then confirmed as they were shown."""

from collections.abc import Sequence

from django.db import transaction

from khumkan.accounts.queries import active_user_named
from khumkan.hotline.actions import closing, steps
from khumkan.hotline.choices import Closed, StepKind
from khumkan.hotline.models import Case
from khumkan.hotline.permissions import cases as permissions
from khumkan.hotline.queries.agents import is_of_hotline
from khumkan.hotline.rules import bulk as rules
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_


@transaction.atomic
def close_many(*, cases: Sequence[Case], because: Closed, shown: str, by: Actor) -> int:
    """Close cases as they were shown; return how many. All of them or none.

    :param shown: the fingerprint of what was shown: `rules.bulk.fingerprint`.
    :raises Refused: when one changed since, too many were chosen, or the reason is none for closing by hand.
    """
    permissions.check_may_supervise(by)
    if because not in closing.BY_HAND:
        raise Refused(N_("Choose why the case is closed."), "no_reason")
    held = _as_shown(f"close.{because.value}", cases, shown)
    for case in held:
        closing.end(case, because, by=by)
    return len(held)


@transaction.atomic
def hand_many(*, cases: Sequence[Case], to: str, shown: str, by: Actor) -> int:
    """Give cases as they were shown to one colleague; return how many. All of them or none.

    :param to: the colleague's user name.
    :raises Refused: as `close_many`, and when there is no such colleague.
    """
    permissions.check_may_supervise(by)
    colleague = active_user_named(to)
    if colleague is None or not is_of_hotline(colleague.pk):
        raise Refused(N_("Nobody at the hotline has this user name."), "no_colleague")
    held = _as_shown(f"hand.{to}", cases, shown)
    for case in held:
        if case.state == CaseState.NEW:
            steps.move(case, CaseState.OPEN, owner_id=colleague.pk, taken_at=clock.now())
        else:
            steps.set_values(case, owner_id=colleague.pk)
        steps.note(StepKind.HANDED, case, by=by, owner=colleague.pk)
    return len(held)


def _as_shown(act: str, cases: Sequence[Case], shown: str) -> list[Case]:
    """Return the cases held, when they are as they were shown."""
    check(rules.may_go_on(len(cases)))
    held = steps.hold_many(case.pk for case in cases)
    now = rules.fingerprint(act, [(case.pk, case.state) for case in held])
    check(rules.still_the_same(shown, now))
    if any(case.state not in LIVE_CASES for case in held):
        raise Refused(N_("One of these cases is over already."), "case_over")
    return held
