"""Choosing districts: simulated, signed by another, frozen by the database, and then the areas of the phase."""

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused
from khumkan.policies.actions import set_areas
from khumkan.policies.models import Phase
from khumkan.record.models import Event
from khumkan.vaccination.actions import case_files, districts, phases
from khumkan.vaccination.models import CaseCount, CoverageFigure, DistrictChoice, DistrictRate
from khumkan.vaccination.queries import districts as queries
from khumkan.vaccination.rules.incidence import Because
from khumkan.vaccination.states import DistrictChoiceState
from khumkan.vaccination.tests import choosing
from khumkan.vaccination.tests.choosing import ONE, OTHER, PROVINCIAL, THIRD

pytestmark = pytest.mark.django_db


def test_a_simulation_stores_nothing_and_the_choice_what_was_seen() -> None:
    file, phase = choosing.known(), choosing.awaiting()
    seen = queries.simulate(choosing.wish(phase, file))
    assert [each.code for each in seen.chosen] == ["2401", "2402"]
    assert (seen.promised, DistrictChoice.objects.count()) == (1_200, 0)
    choice = choosing.kept(phase, file)
    assert queries.judged_of(choice) == list(seen.judged)
    assert (choice.state, choice.terms_version) == (DistrictChoiceState.SIMULATED, seen.terms.version)


def test_other_doses_and_rates_open_other_districts() -> None:
    file, phase = choosing.known(), choosing.awaiting()

    def opened(**fields: object) -> list[str]:
        return [each.code for each in queries.simulate(choosing.wish(phase, file, **fields)).chosen]

    assert opened(doses=1_000) == ["2401"]
    assert opened(doses=300) == ["2402"]  # 2401 needs 1,000
    assert opened(least_rate=Decimal(10), doses=10_000) == ["2401", "2402", "2403"]
    assert opened(days=1) == []  # a rate of one day


def test_a_signed_choice_gives_the_phase_its_areas_and_is_told_to_the_record() -> None:
    file, phase = choosing.known(), choosing.awaiting()
    choice = choosing.signed(phase, file)
    phase.refresh_from_db()
    assert phase.area_codes == ["2401", "2402"]
    event = Event.objects.get(name="vaccination.districts_signed")
    assert event.data["figures"].replace("-", "") == choice.figures_hash
    assert phase.steps.get().why == choice.reference
    assert phases.sign(phase_id=phase.pk, by=OTHER).state == "open"


def test_nobody_signs_alone_and_nobody_below_the_head_office() -> None:
    choice = choosing.kept(choosing.awaiting(), choosing.known())
    for by, error in ((ONE, Refused), (PROVINCIAL, Missing)):
        with pytest.raises(error):
            districts.sign(choice=choice, figures_hash=choice.figures_hash, by=by)
    with pytest.raises(IntegrityError, match="two_officers"), transaction.atomic():
        DistrictChoice.objects.filter(pk=choice.pk).update(state="signed", signed_at=clock.now(), signed_by=ONE.id)


def test_a_phase_does_not_open_before_its_districts_are_signed() -> None:
    phase = choosing.awaiting()
    with pytest.raises(Refused) as refused:
        phases.sign(phase_id=phase.pk, by=OTHER)
    assert refused.value.code == "no_districts"


def test_only_the_figures_that_were_seen_are_signed() -> None:
    choice = choosing.kept(choosing.awaiting(), choosing.known())
    with pytest.raises(Refused) as refused:
        districts.sign(choice=choice, figures_hash="0" * 64, by=OTHER)
    assert refused.value.code == "other_figures"


def test_a_choice_that_opens_nothing_is_not_signed_and_one_that_is_decided_not_again() -> None:
    file, phase = choosing.known(), choosing.awaiting()
    nothing = choosing.kept(phase, file, doses=0)
    with pytest.raises(Refused) as refused:
        districts.sign(choice=nothing, figures_hash=nothing.figures_hash, by=OTHER)
    assert refused.value.code == "opens_nothing"
    districts.drop(choice=nothing, by=ONE)
    for act in (
        lambda: districts.sign(choice=nothing, figures_hash=nothing.figures_hash, by=OTHER),
        lambda: districts.drop(choice=nothing, by=ONE),
    ):
        with pytest.raises(Refused):
            act()


def test_a_second_choice_for_a_phase_is_refused() -> None:
    file, phase = choosing.known(), choosing.awaiting()
    first, second = choosing.kept(phase, file), choosing.kept(phase, file, doses=1_000)
    districts.sign(choice=first, figures_hash=first.figures_hash, by=OTHER)
    with pytest.raises(Refused) as refused:
        districts.sign(choice=second, figures_hash=second.figures_hash, by=THIRD)
    assert refused.value.code == "other_signed"
    with pytest.raises(IntegrityError, match="one_signed"), transaction.atomic():
        DistrictChoice.objects.filter(pk=second.pk).update(state="signed", signed_at=clock.now())


# -------------------------------------------------------------------------------- frozen by the database
@pytest.mark.parametrize(
    "change",
    [
        lambda choice: DistrictChoice.objects.filter(pk=choice.pk).update(doses=9_999),
        lambda choice: DistrictChoice.objects.filter(pk=choice.pk).update(figures_hash="1" * 64),
        lambda choice: DistrictChoice.objects.filter(pk=choice.pk).update(state="dropped"),
        lambda choice: DistrictChoice.objects.filter(pk=choice.pk).delete(),
        lambda choice: DistrictRate.objects.filter(choice=choice).update(cases=0),
        lambda choice: DistrictRate.objects.filter(choice=choice).delete(),
        lambda choice: DistrictRate.objects.create(
            choice=choice, area_code="9901", cases=1, people=1, rate=1, wanted=1, rank=99, is_chosen=False,
            because="rate", days_known=14,
        ),
        lambda choice: CaseCount.objects.filter(file=choice.case_file).update(cases=0),
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_what_was_signed(change: Callable[[DistrictChoice], object]) -> None:
    choice = choosing.signed(choosing.awaiting(), choosing.known())
    with pytest.raises(DatabaseError, match=r"never changed|no more areas"), transaction.atomic():
        change(choice)


def test_control_without_the_trigger_a_change_goes_through_and_the_hash_finds_it() -> None:
    choice = choosing.signed(choosing.awaiting(), choosing.known())
    assert queries.is_whole(choice)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE vaccination_districtrate DISABLE TRIGGER USER")
        DistrictRate.objects.filter(choice=choice, rank=1).update(cases=1)
        cursor.execute("ALTER TABLE vaccination_districtrate ENABLE TRIGGER USER")
    assert not queries.is_whole(choice)


def test_the_file_is_its_own_proof() -> None:
    choice = choosing.signed(choosing.awaiting(), choosing.known())
    file = queries.file_of(DistrictChoice.objects.get(pk=choice.pk))
    assert hashlib.sha256(file).hexdigest() == choice.figures_hash
    told = json.loads(file)
    assert [area["code"] for area in told["areas"] if area["because"] == "chosen"] == ["2401", "2402"]
    assert told["source_hash"] == choice.case_file.file_hash  # type: ignore[union-attr]


def test_the_areas_of_a_signed_phase_are_not_set_anew() -> None:
    phase = choosing.awaiting()
    choosing.signed(phase, choosing.known())
    phases.sign(phase_id=phase.pk, by=OTHER)
    with pytest.raises(Refused):
        set_areas(phase_id=phase.pk, area_codes=["10"], why="test", by=ONE)


# -------------------------------------------------------------------------------- where figures come from
def test_what_is_open_already_and_what_lies_outside_the_frame_is_not_chosen() -> None:
    figures = {**choosing.FIGURES, "2001": (140, 100_000, 10)}
    file = choosing.known(figures)
    first = choosing.awaiting(2, frame_codes=["24"])
    seen = queries.simulate(choosing.wish(first, file))
    assert {each.code for each in seen.judged} == {"2401", "2402", "2403"}
    choosing.signed(first, file)
    phases.sign(phase_id=first.pk, by=OTHER)
    again = queries.simulate(choosing.wish(choosing.awaiting(3), file))
    assert {each.code for each in again.judged} == {"2001", "2403"}


def test_a_file_of_provinces_is_judged_by_provinces() -> None:
    choosing.known()
    day = clock.today() - timedelta(days=1)
    lines = [f"{(day - timedelta(days=back)).isoformat()},Chachoengsao,20" for back in range(14)]
    content = "\n".join(["date,province,new_cases", *lines]).encode()
    file = case_files.import_cases(content=content, name="provinces.csv", source="briefings", by=ONE)
    (judged,) = queries.simulate(choosing.wish(choosing.awaiting(), file, doses=5_000)).judged
    assert (judged.code, judged.cases, judged.people, judged.wanted) == ("24", 280, 300_000, 1_400)
    assert judged.because is Because.CHOSEN
    with pytest.raises(Refused) as refused:
        case_files.import_cases(content=content, name="again.csv", source="briefings", by=ONE)
    assert refused.value.code == "file_known"


def test_people_who_declined_or_had_their_doses_want_none() -> None:
    file, phase = choosing.known(), choosing.awaiting()
    CoverageFigure.objects.filter(district_code="2401").update(declined=100, first=300, second=200)
    seen = queries.simulate(choosing.wish(phase, file))
    assert {each.code: each.wanted for each in seen.judged}["2401"] == 400 * 2 - 500


def test_without_insured_persons_there_is_nothing_to_compare() -> None:
    file, phase = choosing.known({}), choosing.awaiting()
    with pytest.raises(Refused) as refused:
        queries.simulate(choosing.wish(phase, file))
    assert refused.value.code == "not_counted"


def test_the_difference_to_the_last_choice_is_shown() -> None:
    file, phase = choosing.known(), choosing.awaiting()
    assert queries.difference([]) is None
    first = choosing.kept(phase, file, doses=1_000)
    seen = queries.simulate(choosing.wish(phase, file, doses=300))
    found = queries.difference(seen.judged)
    assert found is not None
    assert (found.other, found.added, found.gone) == (first, ["2402"], ["2401"])


# -------------------------------------------------------------------------------- two at the same time
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestTwoOfficersAtOnce:
    def test_one_choice_is_signed_and_the_other_officer_is_told(self) -> None:
        got = at_once(*two_choices())
        assert sorted(type(each).__name__ for each in got) == ["DistrictChoice", "Refused"]
        assert {each.code for each in got if isinstance(each, Refused)} == {"other_signed"}
        signed = DistrictChoice.objects.get(state="signed")
        chosen = signed.rates.filter(is_chosen=True).order_by("area_code").values_list("area_code", flat=True)
        assert Phase.objects.get(pk=signed.phase_id).area_codes == list(chosen)

    def test_control_without_the_lock_the_constraint_stands_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        choices = two_choices()
        usual, waiting = queries.is_whole, threading.Barrier(2)

        def both_here(choice: DistrictChoice) -> bool:
            waiting.wait(timeout=20)
            return usual(choice)

        monkeypatch.setattr(queries, "is_whole", both_here)
        monkeypatch.setattr(districts, "_hold_phase", lambda choice: Phase.objects.get(pk=choice.phase_id))
        got = at_once(*choices)
        assert sorted(type(each).__name__ for each in got) == ["DistrictChoice", "IntegrityError"]


def two_choices() -> tuple[DistrictChoice, DistrictChoice]:
    file, phase = choosing.known(), choosing.awaiting()
    return choosing.kept(phase, file), choosing.kept(phase, file, doses=300)


def at_once(first: DistrictChoice, second: DistrictChoice) -> list[object]:
    start, got = threading.Barrier(2), list[object]()

    def officer(choice: DistrictChoice, by: object) -> None:
        start.wait(timeout=20)
        try:
            got.append(districts.sign(choice=choice, figures_hash=choice.figures_hash, by=by))  # type: ignore[arg-type]
        except (Refused, DatabaseError) as error:
            got.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=officer, args=each) for each in ((first, OTHER), (second, THIRD))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got
