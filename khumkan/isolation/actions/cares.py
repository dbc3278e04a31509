"""Opening care for those found infected, and ending it without a stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from khumkan import messages, policies, record
from khumkan.isolation.actions import promises, steps
from khumkan.isolation.choices import CareEnd, StayEnd
from khumkan.isolation.models import Care
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.queries import cares as queries
from khumkan.isolation.states import LIVE_CARES, CareState
from khumkan.isolation.terms.stays import HoldTerms
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.registry.queries import persons

PREFIX = "H"


@dataclass(frozen=True, slots=True)
class Found:
    """A case as the testing programme tells of it.

    :param found_on: day of the positive specimen.
    """

    case_id: int
    person_id: int
    found_on: date


@transaction.atomic
def open_cares(found: Sequence[Found], *, by: Actor) -> list[Care]:
    """Open care for people found infected, and ask them the questions of triage; whoever is in care stays in it.

    Telling twice of the same case opens nothing new.
    """
    permissions.check_may_open(by)
    now = clock.now()
    hours = policies.in_force(HoldTerms, on=clock.today()).answers_within_hours
    known = persons.people(one.person_id for one in found)
    fresh = {one.person_id: one for one in reversed(found) if one.person_id in known}
    in_care = Care.objects.filter(person__in=fresh, state__in=LIVE_CARES).values_list("person_id", flat=True)
    cases = Care.objects.filter(case_id__in=[one.case_id for one in found]).values_list("case_id", flat=True)
    told, busy = set(cases), set(in_care)
    opened = [
        Care(
            reference=references.new(PREFIX),
            person_id=one.person_id,
            case_id=one.case_id,
            found_on=one.found_on,
            state=CareState.ASKED,
            province_code=known[one.person_id].province_code,
            opened_at=now,
            answers_due_at=now + timedelta(hours=hours),
        )
        for one in fresh.values()
        if one.case_id not in told and one.person_id not in busy
    ]
    Care.objects.bulk_create(opened, ignore_conflicts=True)  # somebody else may open care for them at this moment
    made = list(Care.objects.filter(reference__in=[care.reference for care in opened]).order_by("pk"))
    record.write_many(
        "isolation.care_opened", by=by, entries=[record.Entry.of(care, data={"case": care.case_id}) for care in made]
    )
    messages.send_many("isolation.questions", [(care.person_id, {"reference": care.reference}) for care in made])
    return made


@transaction.atomic
def follow_cases(found: Sequence[Found], *, by: Actor) -> int:
    """Count the days anew of people whose case rests on another specimen now; return how many changed."""
    permissions.check_may_open(by)
    changed = 0
    for one in found:
        rows = Care.objects.filter(case_id=one.case_id, state__in=LIVE_CARES).exclude(found_on=one.found_on)
        for care in rows.select_for_update(no_key=True):
            Care.objects.filter(pk=care.pk).update(found_on=one.found_on)
            before = care.found_on.isoformat()
            steps.note("day_changed", care, by=by, before=before, found_on=one.found_on.isoformat())
            changed += 1
    return changed


@transaction.atomic
def withdraw(case_ids: Sequence[int], *, by: Actor) -> None:
    """End the care of people whose result was corrected; who lies in a bed is sent home by the nurse.

    Who had declined is not taken up again.
    """
    permissions.check_may_open(by)
    now = clock.now()
    declined = Care.objects.filter(case_id__in=case_ids, state=CareState.DECLINED, result_corrected_at=None)
    declined.update(result_corrected_at=now)
    for found in Care.objects.filter(case_id__in=case_ids, state__in=LIVE_CARES).order_by("pk"):
        care = steps.locked(found.pk)
        if care.state == CareState.ADMITTED:
            Care.objects.filter(pk=care.pk, result_corrected_at=None).update(result_corrected_at=now)
            steps.note("result_corrected", care, by=by)
        elif care.state in LIVE_CARES:
            promises.give_back_for(care, because=StayEnd.WITHDRAWN, by=by)
            steps.move(care, CareState.WITHDRAWN, ended_because=CareEnd.WITHDRAWN, waiting_because="")
            steps.note("care_withdrawn", care, by=by)
            messages.send("isolation.withdrawn", person_id=care.person_id, params={"reference": care.reference})


@transaction.atomic
def decline(*, care: Care, by: Actor) -> None:
    """End the care at the person's own wish; a bed that is held is given back.

    :raises Refused: for somebody who lies in a bed: the nurse discharges.
    """
    permissions.check_may_act_for(by, care)
    end_at_own_wish(steps.locked(care.pk), by=by)


def end_at_own_wish(care: Care, *, by: Actor) -> None:
    """End the care of somebody who does not want it; the caller holds the care and may act. See `decline`."""
    if care.state == CareState.ADMITTED:
        raise Refused(N_("Please talk to the nurse of your site: she ends your stay."), "ask_the_nurse")
    promises.give_back_for(care, because=StayEnd.REFUSED, by=by)
    steps.move(care, CareState.DECLINED, ended_because=CareEnd.OWN_WISH, waiting_because="")
    steps.note("care_declined", care, by=by)
    messages.send("isolation.declined", person_id=care.person_id, params={"reference": care.reference})


@transaction.atomic
def take_up_again(*, care: Care, by: Actor) -> None:
    """Take somebody in again who did not want a place and has changed their mind: the questions are asked anew.

    :raises Refused: when the care did not end so, the result was corrected, or the person is in another care by now.
    """
    permissions.check_may_act_for(by, care)
    care = steps.locked(care.pk)
    if queries.is_in_care(care.person_id):
        raise Refused(N_("This person is in care already."), "in_care")
    if care.result_corrected_at is not None:
        raise Refused(N_("The test result of this person was corrected: there is nothing to care for."), "corrected")
    due = clock.now() + timedelta(hours=policies.in_force(HoldTerms, on=clock.today()).answers_within_hours)
    steps.move(care, CareState.ASKED, ended_at=None, ended_because="", waiting_since=None, answers_due_at=due)
    steps.note("care_taken_up_again", care, by=by)
    messages.send("isolation.questions", person_id=care.person_id, params={"reference": care.reference})


@transaction.atomic
def note_called(*, care: Care, by: Actor) -> None:
    """Note that the hotline tried to reach somebody who has not answered; the person is called again later."""
    permissions.check_may_act_for(by, care)
    hours = policies.in_force(HoldTerms, on=clock.today()).answers_within_hours
    now = clock.now()
    Care.objects.filter(pk=care.pk).update(called_at=now, answers_due_at=now + timedelta(hours=hours))
    steps.note("call_tried", care, by=by)


def end_over(*, by: Actor) -> int:
    """End the care of people whose isolation was over before they answered or got a bed; return how many."""
    permissions.check_may_open(by)
    return sum(_end_over(care, by=by) for care in queries.over())


@transaction.atomic
def _end_over(care: Care, *, by: Actor) -> int:
    care = steps.locked(care.pk)
    if care.state not in (CareState.ASKED, CareState.WAITING):
        return 0
    steps.move(care, CareState.DISCHARGED, ended_because=CareEnd.OVER, waiting_because="")
    steps.note("isolation_over", care, by=by)
    messages.send("isolation.over", person_id=care.person_id, params={"reference": care.reference})
    return 1
