"""What a vaccination campaign of the demonstration has to show, whatever the size of the country."""

from khumkan.kernel import clock
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState
from khumkan.vaccination.choices import DoorOutcome
from khumkan.vaccination.models import (
    AdverseEvent,
    Certificate,
    CoverageDay,
    CoverageFigure,
    DistrictChoice,
    DoorNote,
    Dose,
    Enrolment,
    FollowUp,
    Injection,
    ListFile,
    ListRequest,
    Lot,
    Plan,
    Roster,
    SiteLot,
    StandBy,
    Visit,
)
from khumkan.vaccination.queries import planning
from khumkan.vaccination.states import (
    AdverseState,
    DistrictChoiceState,
    DoseState,
    EnrolmentState,
    FollowUpState,
    ListFileState,
    PlanState,
    RequestState,
    RosterState,
    VisitState,
)


def is_under_way() -> None:
    """A campaign that is some weeks old."""
    phases = Phase.objects.filter(programme="vaccination", state=PhaseState.OPEN)
    assert sorted(phases.values_list("number", flat=True)) == [1, 2]
    assert DistrictChoice.objects.get().state == DistrictChoiceState.SIGNED
    _lists_are_in_every_state()
    wishes = set(Enrolment.objects.values_list("state", flat=True))
    assert {EnrolmentState.INVITED, EnrolmentState.CONFIRMED, EnrolmentState.DECLINED} <= wishes
    assert {DoseState.WAITING, DoseState.BOOKED, DoseState.GIVEN} <= set(Dose.objects.values_list("state", flat=True))
    assert {PlanState.DONE, PlanState.PROPOSED} == set(Plan.objects.values_list("state", flat=True))
    assert Dose.objects.filter(number=2).exclude(state=DoseState.CANCELLED).exists()
    assert Certificate.objects.count() == Injection.objects.count() > 0
    assert {FollowUpState.ANSWERED, FollowUpState.MISSED} <= set(FollowUp.objects.values_list("state", flat=True))
    assert {AdverseState.REPORTED, AdverseState.CLOSED} == set(AdverseEvent.objects.values_list("state", flat=True))
    assert Lot.objects.count() == 4
    assert SiteLot.objects.filter(held_at__isnull=False).exists()
    assert CoverageFigure.objects.exists()
    assert CoverageDay.objects.values("day").distinct().count() > 2
    is_lively_today()


def is_lively_today() -> None:
    """People are at every step at a site, others were turned back, and nobody has a place that is not there."""
    today = Visit.objects.filter(session__day=clock.today())
    inside = {VisitState.ARRIVED, VisitState.MEASURED, VisitState.CLEARED, VisitState.INJECTED, VisitState.TURNED_BACK}
    assert inside <= set(today.values_list("state", flat=True))
    notes = DoorNote.objects.filter(at__gte=clock.day_span(clock.today())[0])
    assert DoorOutcome.NOT_ON_LIST in set(notes.values_list("outcome", flat=True))
    assert StandBy.objects.filter(day=clock.today()).exists()
    assert planning.overbooked() == []


def _lists_are_in_every_state() -> None:
    assert {ListFileState.CHECKED, ListFileState.TAKEN} == set(ListFile.objects.values_list("state", flat=True))
    draft = ListFile.objects.get(state=ListFileState.CHECKED)
    assert min(draft.new, draft.refused, draft.doubled, draft.look) > 0
    assert set(Roster.objects.values_list("state", flat=True)) == {RosterState.OPEN, RosterState.LOCKED}
    assert draft.roster.state == RosterState.OPEN
    assert RequestState.ASKED in set(ListRequest.objects.values_list("state", flat=True))
