"""Moving a care from one state to the next, and writing that down. Every other action goes through here."""

from collections.abc import Sequence

from khumkan import record
from khumkan.isolation.models import Care
from khumkan.isolation.states import CareState, may_move
from khumkan.kernel import clock, prepared
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused, check
from khumkan.kernel.words import N_

ENDED = (CareState.DISCHARGED, CareState.DECLINED, CareState.WITHDRAWN)


def locked(care_id: int) -> Care:
    """Return a care as it is now, held until the commit."""
    found = prepared.instances(Care, "WHERE id = %(care)s::bigint FOR NO KEY UPDATE", {"care": care_id})
    if not found:
        raise Missing(f"there is no care {care_id}")
    return found[0]


def hold_in_order(care_ids: Sequence[int]) -> None:
    """Hold several cares until the commit, before anything else: whoever holds a bed never waits for a person."""
    list(Care.objects.filter(pk__in=care_ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def move(care: Care, to: CareState, **columns: object) -> None:
    """Move a care that the caller holds, together with other columns.

    :raises Refused: when the table of moves does not allow it, or somebody was faster.
    """
    was = CareState(care.state)
    check(may_move(was, to))
    values = {**columns, "state": to}
    if to in ENDED:
        values.setdefault("ended_at", clock.now())
    if not Care.objects.filter(pk=care.pk, state=was).update(**values):
        raise Refused(N_("This has moved on in the meantime. Please look at it again."), "state_moved_on")
    for name, value in values.items():
        setattr(care, name, value)


def note(what: str, care: Care, *, by: Actor, site_id: int | None = None, **data: int | str | None) -> None:
    """Write an event about a care."""
    record.write_several([noted(what, care, site_id=site_id, **data)], by=by)


def noted(what: str, care: Care, *, site_id: int | None = None, **data: int | str | None) -> tuple[str, record.Entry]:
    """Return an event about a care, to be written with others that one act brings about."""
    return f"isolation.{what}", record.Entry.of(care, site_id=site_id or care.site_id, data=data)
