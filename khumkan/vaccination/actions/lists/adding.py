"""Putting one employee on the list: sent, checked and taken in one go when nothing speaks against it."""

from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.actions.lists.sending import Worker, drop_list, send_workers
from khumkan.vaccination.actions.lists.taking import take_list
from khumkan.vaccination.choices import ListSource
from khumkan.vaccination.models import ListFile, Roster
from khumkan.vaccination.states import ListFileState


def add_worker(*, roster: Roster, worker: Worker, by: Actor) -> ListFile:
    """Put one employee on an open list; when somebody has to look first, the list comes back checked and not taken.

    :raises Refused: when the roster is locked, another list is open, or the person is on the list already.
    """
    file, is_new = send_workers(roster=roster, workers=[worker], source=ListSource.ONE, by=by)
    if not is_new or file.state != ListFileState.CHECKED:
        return file
    if file.unchanged:
        drop_list(file=file, by=by)
        raise Refused(N_("This person is on your list already."), "listed_already")
    return take_list(file=file, by=by) if file.new or file.changed else file
