"""The hotline calls people: what came of a call, and who gets dates again after having stayed away too often."""

from datetime import timedelta

from django.db import transaction

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.actions import steps
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.models import Dose
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import DoseState
from khumkan.vaccination.terms.planning import PlanningTerms


@transaction.atomic
def note_call(*, dose: Dose, answered: bool, by: Actor) -> Dose:
    """Note that the hotline called. Who answered is not called again for this; who did not, after some hours.

    :raises Refused: when the person is not to be called.
    """
    fresh = steps.hold_dose(dose)
    scopes.check_may_act_for(by, fresh.enrolment)
    if fresh.state != DoseState.WAITING or fresh.call_after is None:
        raise Refused(N_("This person is not to be called any more."), "not_to_call")
    terms = policies.in_force(PlanningTerms, on=clock.today())
    fresh.call_after = None if answered else clock.now() + timedelta(hours=terms.call_again_hours)
    fresh.save(update_fields=["call_after"])
    steps.note("call_tried", fresh, by=by, answered="yes" if answered else "no")
    return fresh


@transaction.atomic
def let_plan_again(*, dose: Dose, by: Actor) -> Dose:
    """Let plans give a date again to somebody who stayed away too often: an officer or a supervisor decides.

    The next date that is missed brings the person back to this decision.

    :raises Refused: when plans may do so anyway.
    """
    fresh = steps.hold_dose(dose)
    scopes.check_may_decide_for(by, fresh.enrolment)
    terms = policies.in_force(PlanningTerms, on=clock.today())
    if fresh.state != DoseState.WAITING or fresh.misses < terms.misses:
        raise Refused(N_("The next plan gives this person a date anyway."), "planned_anyway")
    fresh.misses, fresh.call_after = terms.misses - 1, None
    fresh.waiting_because = WaitingBecause.NEXT_PLAN
    fresh.save(update_fields=["misses", "call_after", "waiting_because"])
    steps.note("planned_again", fresh, by=by)
    steps.tell("planned_again", fresh)
    return fresh
