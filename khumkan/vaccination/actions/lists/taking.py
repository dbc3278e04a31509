"""Taking a checked list: all rows without a fault in one transaction, or none of them."""

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.registry.staging.headings import layout_of
from khumkan.vaccination.actions import enrolling
from khumkan.vaccination.actions.lists import checking, judging, steps
from khumkan.vaccination.actions.lists.judging import measure_of
from khumkan.vaccination.actions.lists.reading import branch_of
from khumkan.vaccination.choices import RowVerdict
from khumkan.vaccination.models import ListFile
from khumkan.vaccination.queries.lists import missing_in
from khumkan.vaccination.rules.lists import FIELDS
from khumkan.vaccination.states import ListFileState

TAKEN = (RowVerdict.NEW, RowVerdict.CHANGED)


@transaction.atomic
def take_list(*, file: ListFile, by: Actor) -> ListFile:
    """Put everybody on the list whose row is without a fault; take off who is missing, where the list replaces it.

    When the register has changed since the check, the list is checked again instead and comes back not taken.

    :raises Refused: when it was taken or dropped meanwhile, is locked, or nothing of it can be taken.
    """
    held = steps.hold_checked(file, by=by)
    if judging.is_stale(held.pk, measure_of(held.roster)):
        checking.check_again(held)
        record.write("vaccination.list_checked_again", by=by, about=held)
        return held
    people = _people(held)
    gone = list(missing_in(held).values_list("person_id", flat=True)) if held.replaces else []
    if not people and not gone and not held.unchanged:
        raise Refused(N_("No row of this list can be taken. Please put the rows right first."), "nothing_to_take")
    if people:
        enrolling.list_people(roster=held.roster, people=people, by=by, file=held)
    held.removed = enrolling.remove_people(roster=held.roster, person_ids=gone, by=by) if gone else 0
    steps.move(held, ListFileState.TAKEN)
    held.taken_at = clock.now()
    held.save(update_fields=["state", "taken_at", "removed"])
    data = {"people": len(people), "removed": held.removed}
    record.write("vaccination.list_taken", by=by, about=held, data=data)
    return held


def _people(file: ListFile) -> list[tuple[int, str]]:
    """Return whom the good rows mean, each with the branch that the row names."""
    layout = layout_of(file.heading, FIELDS)
    rows = file.rows.filter(verdict__in=TAKEN, person_id__isnull=False)
    if "branch" not in layout:
        return [(person, "") for person in rows.values_list("person_id", flat=True) if person is not None]
    found = rows.iterator(chunk_size=5_000)
    return [(row.person_id, branch_of(row.opened()[0], layout)) for row in found if row.person_id is not None]
