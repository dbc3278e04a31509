"""Results one at a time: read and corrected at the site, entered by hand, released by a second person.

Files of results are read in `actions.result_files`, pools in `actions.pools`.
"""

from datetime import date

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.screening.actions.result_files import import_file, receive_file
from khumkan.screening.actions.settling import settle
from khumkan.screening.choices import Method, Outcome, ResultSource
from khumkan.screening.models import Result, Specimen
from khumkan.screening.permissions import laboratory as permissions
from khumkan.screening.permissions.visits import check_may_work_at
from khumkan.screening.rules.entering import may_enter
from khumkan.screening.rules.visits import readings_agree
from khumkan.screening.states import ResultState, SpecimenState, may_move

__all__ = ["correct_rapid", "enter_by_hand", "import_file", "read_rapid", "receive_file", "reject", "release"]


@transaction.atomic
def read_rapid(*, specimen: Specimen, first: Outcome, second: Outcome, by: Actor) -> Result:
    """Release what a rapid test at the site shows. It is read twice; a slip of the thumb must not make a case.

    :raises Refused: when the readings differ, for another kind of test, or when it was read before.
    """
    specimen = _locked(specimen.pk)
    check_may_work_at(by, specimen.session)
    check(readings_agree(first, second))
    if specimen.method != Method.RAPID:
        raise Refused(N_("This specimen goes to a laboratory; its result does not come from here."), "not_rapid")
    if specimen.state != SpecimenState.TAKEN:
        raise Refused(N_("The result of this test was entered before."), "read_before")
    now, staff = clock.now(), _staff(by)
    result = Result.objects.create(
        specimen=specimen,
        method=specimen.method,
        outcome=first,
        state=ResultState.RELEASED,
        source=ResultSource.SITE,
        tested_on=clock.today(),
        entered_by=staff,
        entered_at=now,
        released_by=staff,
        released_at=now,
    )
    settle([result.pk], by=by, at=now)
    return result


@transaction.atomic
def correct_rapid(*, specimen: Specimen, first: Outcome, second: Outcome, by: Actor) -> Result:
    """Enter what a rapid test really showed, read twice; somebody else at the site, or an officer, releases it.

    :raises Refused: when the readings differ, no result was stored, the same one stands, or a correction waits already.
    """
    specimen = _locked(specimen.pk)
    check_may_work_at(by, specimen.session)
    check(readings_agree(first, second))
    before = _standing(specimen)
    if specimen.method != Method.RAPID or before is None:
        raise Refused(N_("There is no result of a rapid test to correct."), "nothing_to_correct")
    return _enter(specimen, first, ResultSource.SITE, before, clock.today(), by=by)


@transaction.atomic
def enter_by_hand(*, specimen: Specimen, outcome: Outcome, by: Actor, tested_on: date | None = None) -> Result:
    """Enter a result that a second person will release. Where one was released before, this is a correction.

    :raises Refused: when the specimen has not arrived, is spoiled or pooled, or a result waits already.
    """
    specimen = _locked(specimen.pk)
    permissions.check_may_see_specimen(by, specimen)
    return _enter(specimen, outcome, ResultSource.HAND, _standing(specimen), tested_on, by=by)


def _enter(
    specimen: Specimen,
    outcome: Outcome,
    source: ResultSource,
    before: Result | None,
    tested_on: date | None,
    *,
    by: Actor,
) -> Result:
    """Store a result that waits for a second person; `before` is the one that it corrects."""
    check(
        may_enter(
            state=SpecimenState(specimen.state),
            released=before.outcome if before else None,
            outcome=outcome,
            waits=specimen.results.filter(state=ResultState.ENTERED).exists(),
            tested_on=tested_on,
            taken_on=clock.bangkok(specimen.taken_at).date(),
            today=clock.today(),
        )
    )
    result = Result.objects.create(
        specimen=specimen,
        method=specimen.method,
        outcome=outcome,
        state=ResultState.ENTERED,
        source=source,
        supersedes=before,
        tested_on=tested_on,
        entered_by=_staff(by),
        entered_at=clock.now(),
    )
    record.write("screening.result_entered", by=by, about=result, person_id=specimen.person_id)
    return result


@transaction.atomic
def release(*, result: Result, by: Actor) -> Result:
    """Release what a colleague entered: from now on it is the answer, and the person is told.

    :raises Refused: for the person who entered it, or when somebody else has decided in the meantime.
    """
    result = _entered(result.pk)
    permissions.check_may_release(by, result)
    check(may_move(ResultState(result.state), ResultState.RELEASED))
    now = clock.now()
    if result.supersedes_id is not None:
        supersede([result.supersedes_id])
    result.state, result.released_by, result.released_at = ResultState.RELEASED, _staff(by), now
    result.save(update_fields=["state", "released_by", "released_at"])
    settle([result.pk], by=by, at=now)
    return result


@transaction.atomic
def reject(*, result: Result, by: Actor) -> Result:
    """Throw away what waits for its release; also the way in which somebody takes back an own slip.

    :raises Refused: when somebody else has decided in the meantime.
    """
    result = _entered(result.pk)
    permissions.check_may_judge(by, result)
    check(may_move(ResultState(result.state), ResultState.REJECTED))
    result.state, result.supersedes = ResultState.REJECTED, None
    result.save(update_fields=["state", "supersedes"])
    record.write("screening.result_rejected", by=by, about=result, person_id=result.specimen.person_id)
    return result


def supersede(result_ids: list[int]) -> int:
    """Let earlier results make room for their corrections; the caller releases those in the same transaction."""
    standing = Result.objects.filter(pk__in=result_ids, state=ResultState.RELEASED)
    return standing.update(state=ResultState.SUPERSEDED)


def _locked(specimen_id: int) -> Specimen:
    """Return the specimen under its lock: whoever decides about its results holds it until the commit."""
    rows = Specimen.objects.select_for_update(of=("self",)).select_related("session__site", "registration")
    return rows.get(pk=specimen_id)


def _entered(result_id: int) -> Result:
    specimen = _locked(Result.objects.values_list("specimen_id", flat=True).get(pk=result_id))
    result = Result.objects.get(pk=result_id)
    result.specimen = specimen
    return result


def _standing(specimen: Specimen) -> Result | None:
    return specimen.results.filter(state=ResultState.RELEASED).first()


def _staff(by: Actor) -> int | None:
    return by.id if by.kind is ActorKind.STAFF else None
