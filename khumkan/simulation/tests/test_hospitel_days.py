"""A replay with hospitels: who lies in a bed on a day came before and has not left, by the stays and by the record."""

from dataclasses import replace as changed
from datetime import date, timedelta

from django.db.models import F

from khumkan import capacity
from khumkan.isolation.models import Care, Certificate, Observation, Stay
from khumkan.isolation.states import LIVE_CARES, CareState, StayState
from khumkan.screening.choices import Ground
from khumkan.screening.models import Case, Registration, Round
from khumkan.screening.states import RoundState
from khumkan.simulation import occupancy, replay, stage
from khumkan.simulation.recorded import Recording
from khumkan.simulation.replay import Hospitels, Replayed

FIRST, SECOND, THIRD = date(2021, 7, 14), date(2021, 7, 15), date(2021, 7, 18)
BEDS = 12
RECORDING = Recording(cases={FIRST: {"10": 9, "20": 0}, SECOND: {"10": 7, "74": 1}, THIRD: {"10": 4}})


def silent(words: str, done: int, total: int) -> None:
    """A progress that nobody watches."""


def replayed(*, days_after: int, watched_from: date = date.max) -> Replayed:
    """Replay the recording with a few beds."""
    made = stage.make(RECORDING, seed=1)
    driver = stage.make_beds(RECORDING, beds=BEDS)
    how = Hospitels(seed=4, driver=driver, days_after=days_after, watched_from=watched_from)
    return replay.replay(RECORDING, made, progress=silent, hospitels=how)


def test_on_each_day_those_in_beds_came_and_have_not_left(db: None) -> None:
    done = replayed(days_after=0, watched_from=THIRD)
    every_day_is_lived_and_adds_up(done)
    people_wait_lie_in_beds_and_are_looked_at(done)
    some_of_those_found_were_drawn_at_a_workplace(done)
    a_forgotten_leaving_would_be_found(done)
    a_changed_stay_would_be_found(done)


def test_in_the_end_everybody_has_gone_home(db: None) -> None:
    done = replayed(days_after=20)
    assert done.occupancy_mismatches == done.disagreements == []
    assert done.lived[-1].in_beds == 0
    assert not Care.objects.filter(state__in=LIVE_CARES).exists()
    admitted = sum(each.admitted for each in done.lived)
    assert (
        admitted
        == sum(each.discharged for each in done.lived)
        == Stay.objects.filter(follows=None).exclude(arrived_at=None).count()
    )
    assert Certificate.objects.filter(kind="discharge").exists()
    assert capacity.disagreements() == []


def every_day_is_lived_and_adds_up(under_way: Replayed) -> None:
    assert [each.day for each in under_way.lived] == [FIRST + timedelta(days=n) for n in range(5)]
    assert under_way.mismatches == under_way.occupancy_mismatches == under_way.disagreements == []
    in_beds = 0
    for lived in under_way.lived:
        in_beds += lived.admitted - lived.discharged
        assert lived.in_beds == in_beds <= BEDS
    assert Stay.objects.present().count() == in_beds > BEDS // 2
    assert under_way.lived[-1].waiting == Care.objects.waiting().count() > 0


def people_wait_lie_in_beds_and_are_looked_at(under_way: Replayed) -> None:
    assert Care.objects.count() == Case.objects.count() == RECORDING.total
    states = set(Care.objects.values_list("state", flat=True))
    assert {CareState.WAITING, CareState.ADMITTED} <= states
    assert Observation.objects.filter(at__date=THIRD).count() > Observation.objects.filter(at__date=SECOND).count()


def some_of_those_found_were_drawn_at_a_workplace(under_way: Replayed) -> None:
    drawn = Registration.objects.filter(ground=Ground.DRAWN)
    assert drawn.count() == under_way.drawn > 0
    assert Round.objects.count() == 3
    assert set(Round.objects.values_list("state", flat=True)) == {RoundState.ANNOUNCED}
    found = Case.objects.filter(person__in=drawn.values("person"))
    assert 0 < found.count() < drawn.count()
    assert Care.objects.filter(person__in=found.values("person")).count() == found.count()


def a_changed_stay_would_be_found(under_way: Replayed) -> None:
    """The control: the table of stays says that somebody came a day later than the record."""
    stay = Stay.objects.filter(state=StayState.ADMITTED).order_by("arrived_at")[0]
    Stay.objects.filter(pk=stay.pk).update(arrived_at=F("arrived_at") + timedelta(days=1))
    found = occupancy.mismatches(under_way.lived)
    assert any(f"person {stay.person_id}" in line for line in found)


def a_forgotten_leaving_would_be_found(under_way: Replayed) -> None:
    """The control: a day counted one who left and did not."""
    last = under_way.lived[-1]
    days = [*under_way.lived[:-1], changed(last, discharged=last.discharged + 1)]
    assert len(occupancy.mismatches(days)) == 1
