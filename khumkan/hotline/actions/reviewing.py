"""Looking at closed cases that were drawn at random: what was done well, and what was not."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from khumkan.hotline.actions import steps
from khumkan.hotline.choices import StepKind
from khumkan.hotline.models import Case, Review
from khumkan.hotline.permissions import cases as permissions
from khumkan.hotline.states import CaseState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_


@dataclass(frozen=True, slots=True)
class Marks:
    """Three marks from 1 (not at all) to 5 (very well)."""

    listened: int
    solved: int
    plain: int


@transaction.atomic
def review(*, case: Case, marks: Marks, text: str, by: Actor) -> Review:
    """Keep a supervisor's marks of a closed case; one review each.

    :raises Refused: when the case is not closed, was reviewed, or was solved by the one who reviews.
    """
    permissions.check_may_supervise(by)
    fresh = steps.hold(case)
    if fresh.state != CaseState.DONE:
        raise Refused(N_("Only closed cases are looked at."), "not_closed")
    if fresh.closed_by == by.id:
        raise Refused(N_("You solved this case yourself: somebody else looks at it."), "own_case")
    try:
        with transaction.atomic():
            made = Review.objects.create(
                case=fresh,
                listened=marks.listened,
                solved=marks.solved,
                plain=marks.plain,
                note_sealed=steps.seal_note(text.strip(), fresh) if text.strip() else None,
                by_staff=permissions.check_is_staff(by),
                at=clock.now(),
            )
    except IntegrityError as error:
        raise Refused(N_("This case was looked at already."), "reviewed") from error
    steps.note(StepKind.REVIEWED, fresh, by=by)
    return made
