"""Changing a list: directly while it is open, and by request when it is locked."""

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.registry.models import Person
from khumkan.registry.staging.headings import layout_of
from khumkan.vaccination.actions import enrolling
from khumkan.vaccination.actions.lists import judging, steps
from khumkan.vaccination.actions.lists.checking import HEADING
from khumkan.vaccination.actions.lists.judging import measure_of
from khumkan.vaccination.actions.lists.reading import Rows, staged
from khumkan.vaccination.actions.lists.sending import Worker
from khumkan.vaccination.choices import ListedBy, RowVerdict
from khumkan.vaccination.models import Listing, ListRequest, Roster
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.rules.lists import FIELDS, reason
from khumkan.vaccination.states import RequestState, may_move

PREFIX = "Q"


@transaction.atomic
def take_off(*, roster: Roster, person: Person, by: Actor) -> None:
    """Take one person off an open list. Their wish and their date stay their own.

    :raises Refused: when the list is locked, or the person is not on it.
    """
    steps.check_may_change(roster, by=by)
    if not enrolling.remove_people(roster=roster, person_ids=[person.pk], by=by):
        raise Refused(N_("This person is not on your list any more."), "not_listed")


@transaction.atomic
def ask_to_add(*, roster: Roster, worker: Worker, why: str, by: Actor) -> ListRequest:
    """Ask the office to put somebody on a locked list.

    :raises Refused: when the list is open, nobody says why, or the person cannot be listed; then the sentence says it.
    """
    _check_may_ask(roster, why, by=by)
    return _ask(roster, _person_of(roster, worker), adds=True, why=why, by=by)


@transaction.atomic
def ask_to_remove(*, roster: Roster, person: Person, why: str, by: Actor) -> ListRequest:
    """Ask the office to take somebody off a locked list.

    :raises Refused: when the list is open, nobody says why, or the person is not on it.
    """
    _check_may_ask(roster, why, by=by)
    if not Listing.objects.filter(roster=roster, person=person, state=ListedBy.LISTED).exists():
        raise Refused(N_("This person is not on your list any more."), "not_listed")
    return _ask(roster, person.pk, adds=False, why=why, by=by)


@transaction.atomic
def decide(*, request: ListRequest, accept: bool, why: str, by: Actor) -> ListRequest:
    """Decide on a request: the list changes at once, or stays as it is.

    :raises Missing: for a request outside the officer's provinces.
    :raises Refused: when it was decided already, or a refusal does not say why.
    """
    held = (
        ListRequest.objects.select_for_update(of=("self",))
        .select_related("roster__employer", "person")
        .get(pk=request.pk)
    )
    scopes.check_is_officer_of(by, held.roster.employer.province_code)
    to = RequestState.ACCEPTED if accept else RequestState.REFUSED
    check(may_move(RequestState(held.state), to))
    if not accept and not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    if accept and held.adds:
        enrolling.list_people(roster=held.roster, people=[(held.person_id, "")], by=by)
    elif accept:
        enrolling.remove_people(roster=held.roster, person_ids=[held.person_id], by=by)
    held.state, held.decided_at, held.decided_by, held.decided_why = to, clock.now(), by.id, why.strip()[:200]
    held.save(update_fields=["state", "decided_at", "decided_by", "decided_why"])
    record.write("vaccination.list_request_decided", by=by, about=held, data={"accepted": int(accept)})
    return held


def _check_may_ask(roster: Roster, why: str, *, by: Actor) -> None:
    if steps.may_change(roster, by=by):
        raise Refused(N_("Your list is open: you can change it yourself."), "roster_open")
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")


def _person_of(roster: Roster, worker: Worker) -> int:
    """Return the employee who is meant, by the same check as for a row of a list."""
    born = worker.birth_date.isoformat() if worker.birth_date else ""
    names = (worker.title, worker.first_name, worker.last_name)
    texts = [worker.id_kind.value, worker.id_number, *names, born, worker.branch]
    measure = measure_of(roster)
    layout = layout_of(HEADING, FIELDS)
    [found] = judging.judge([staged(Rows([2], [texts]), layout=layout, heading=HEADING, today=measure.today)], measure)
    if found.verdict in (RowVerdict.NEW, RowVerdict.CHANGED) and found.person_id is not None:
        return found.person_id
    if found.verdict == RowVerdict.UNCHANGED:
        raise Refused(N_("This person is on your list already."), "listed_already")
    said = reason(found.code, found.params)
    raise Refused(said.text, said.code, **dict(said.params))


def _ask(roster: Roster, person_id: int, *, adds: bool, why: str, by: Actor) -> ListRequest:
    try:
        with transaction.atomic():
            made = ListRequest.objects.create(
                reference=references.new(PREFIX),
                roster=roster,
                person_id=person_id,
                state=RequestState.ASKED,
                adds=adds,
                why=why.strip()[:200],
                asked_at=clock.now(),
                asked_by=by.id if by.kind in (ActorKind.STAFF, ActorKind.CLIENT) else None,
            )
    except IntegrityError as error:
        raise Refused(
            N_("You have asked about this person already. The office will decide."), "asked_already"
        ) from error
    record.write("vaccination.list_change_asked", by=by, about=made, data={"adds": int(adds)})
    return made
