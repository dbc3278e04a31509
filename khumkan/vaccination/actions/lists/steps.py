"""Holding lists, moving them from one state to the next, and what is asked before an employer changes anything.

Order of locks: the file, its roster, then what `enrolling` holds.
"""

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer
from khumkan.vaccination.models import ListFile, PhaseDetail, Roster
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries.phases import is_running
from khumkan.vaccination.rules.lists import is_open
from khumkan.vaccination.states import ListFileState, RosterState, may_move
from khumkan.vaccination.terms.lists import ListTerms


def roster_of(*, employer: Employer, phase: Phase) -> Roster:
    """Return an employer's list for a phase, made when it is first needed."""
    now = clock.now()
    new = Roster(employer=employer, phase=phase, opened_at=now, changed_at=now)
    if not is_open(clock.today(), lock_on=_detail(phase.pk).lists_lock_on, reopened_until=None):
        new.state, new.locked_at = RosterState.LOCKED, now
    Roster.objects.bulk_create([new], ignore_conflicts=True)
    return Roster.objects.select_related("employer", "phase").get(employer=employer, phase=phase)


def check_may_change(roster: Roster, *, by: Actor) -> None:
    """Check that an employer may change its list itself.

    :raises Missing: for somebody else's list.
    :raises Refused: when it is locked, also in the hours before the queue says so.
    """
    scopes.check_is_of_employer(by, roster.employer_id)
    today = clock.today()
    if today < policies.in_force(ListTerms, on=today).first_lists_from:
        raise Refused(N_("The office does not take lists yet. Please come again later."), "lists_too_early")
    if not is_running(roster.phase_id):
        raise Refused(N_("This phase is over or paused. Its lists cannot be changed."), "phase_over")
    lock_on = _detail(roster.phase_id).lists_lock_on
    may = is_open(today, lock_on=lock_on, reopened_until=roster.reopened_until)
    if roster.state == RosterState.LOCKED or not may:
        raise Refused(N_("The list is locked. Please ask the office to change it."), "roster_locked")


def may_change(roster: Roster, *, by: Actor) -> bool:
    """Tell whether `check_may_change` would pass.

    :raises Missing: for somebody else's list.
    """
    try:
        check_may_change(roster, by=by)
    except Refused:
        return False
    return True


def check_is_own(file: ListFile, *, by: Actor) -> None:
    """Check that a list is one of the actor's employer.

    :raises Missing: for somebody else's.
    """
    scopes.check_is_of_employer(by, file.roster.employer_id)


def hold(file_id: int) -> ListFile:
    """Return a list as it is now, held until the commit."""
    return (
        ListFile.objects.select_for_update(of=("self",))
        .select_related("roster__employer", "roster__phase")
        .get(pk=file_id)
    )


def hold_checked(file: ListFile, *, by: Actor) -> ListFile:
    """Return a list that was checked and not taken yet, held until the commit.

    :raises Missing: for somebody else's list.
    :raises Refused: when somebody was faster, or the list is locked.
    """
    check_is_own(file, by=by)
    fresh = hold(file.pk)
    if fresh.state != ListFileState.CHECKED:
        raise Refused(
            N_("Somebody was faster: this list was taken, dropped, or is being checked. Please look at it again."),
            "list_not_open",
        )
    check_may_change(fresh.roster, by=by)
    return fresh


def move(file: ListFile, to: ListFileState) -> None:
    """Move a list that the caller holds; the caller saves it.

    :raises Refused: when the table of moves does not allow it.
    """
    check(may_move(ListFileState(file.state), to))
    file.state = to


def _detail(phase_id: int) -> PhaseDetail:
    return PhaseDetail.objects.only("lists_lock_on").get(pk=phase_id)
