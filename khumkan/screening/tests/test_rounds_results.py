"""What a round found, with design weights: from released results to the estimate."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from khumkan.kernel import clock, references
from khumkan.screening.actions import registrations
from khumkan.screening.choices import Channel, Ground, Outcome
from khumkan.screening.choices import Method as ByMethod
from khumkan.screening.models import Drawn, Registration, Result, Round, RoundEmployer, Specimen
from khumkan.screening.queries.round_results import preview, result_of
from khumkan.screening.rules.estimation import Method
from khumkan.screening.rules.sampling import Design, SizeRule, StratumKey
from khumkan.screening.states import RegistrationState, ResultState, RoundState
from khumkan.screening.tests.drawing import OFFICE, a_round, an_employer
from khumkan.screening.tests.registering import a_session

pytestmark = pytest.mark.django_db


def answer(made: Round, stratum: str, *, positive: int, negative: int) -> None:
    """Let so many called workers of a list be answered."""
    people = Drawn.objects.filter(round=made, list_name=stratum, called_at__isnull=False).order_by("position")
    outcomes = [Outcome.POSITIVE] * positive + [Outcome.NEGATIVE] * negative
    for drawn, outcome in zip(people, outcomes, strict=False):
        give(Registration.objects.get(round=made, person_id=drawn.person_id), outcome, ResultState.RELEASED)


def give(registration: Registration, outcome: Outcome, state: ResultState) -> None:
    now = clock.now()
    specimen = Specimen.objects.create(
        code=references.new("S"),
        registration=registration,
        person_id=registration.person_id,
        session=registration.session,
        method=registration.method,
        state="resulted",
        taken_at=now,
    )
    Result.objects.create(
        specimen=specimen,
        method=registration.method,
        outcome=outcome,
        state=state,
        source="file",
        entered_at=now,
        released_at=now if state is ResultState.RELEASED else None,
    )


def test_strata_count_by_their_workers_and_the_tested_stand_for_their_stratum() -> None:
    """800 workers with 1 of 10 positive, 200 with 3 of 10: 0.8 · 0.1 + 0.2 · 0.3 = 0.14, however many were drawn."""
    design = Design(keys=(StratumKey.INDUSTRY,), rule=SizeRule.NUMBER, number=60, minimum=20)
    made = a_round([an_employer(80), an_employer(20, industry="26")], upto=RoundState.ANNOUNCED, design=design)
    answer(made, "industry:10", positive=1, negative=9)
    answer(made, "industry:26", positive=3, negative=7)
    found = result_of(made)
    assert found.total.estimate == pytest.approx(0.14)
    assert found.total.method is Method.BETA
    assert {each.name: each.share.estimate for each in found.strata} == {
        "industry:10": pytest.approx(0.1),
        "industry:26": pytest.approx(0.3),
    }
    assert (found.total.tested, found.total.positive) == (20, 4)


def test_two_stages_weigh_by_both() -> None:
    design = Design(two_stage=True, per_enterprise=5, rule=SizeRule.NUMBER, number=15, minimum=2)
    made = a_round([an_employer(10 + 5 * n) for n in range(6)], upto=RoundState.ANNOUNCED, design=design)
    drawn = list(RoundEmployer.objects.filter(round=made, is_drawn=True))
    for row in drawn:
        answer(made, f"all/{row.pseudonym}", positive=1, negative=4)
    found = result_of(made)
    assert found.total.estimate == pytest.approx(0.2)
    assert (found.total.tested, found.total.positive) == (15, 3)
    assert 0 < found.total.low < 0.2 < found.total.high < 1
    assert found.total.method is Method.BETA


def test_what_is_not_released_or_invalid_does_not_count() -> None:
    made = a_round([an_employer(40)], upto=RoundState.ANNOUNCED)
    registrations = list(Registration.objects.filter(round=made).order_by("pk"))
    give(registrations[0], Outcome.POSITIVE, ResultState.ENTERED)
    give(registrations[1], Outcome.INVALID, ResultState.RELEASED)
    assert result_of(made).total.estimate is None
    give(registrations[2], Outcome.NEGATIVE, ResultState.RELEASED)
    assert result_of(made).total.tested == 1


def again(before: Registration, ground: Ground) -> Registration:
    """End a test with its answer and register the person for the one that follows, as an answer makes happen."""
    Registration.objects.filter(pk=before.pk).update(state=RegistrationState.ANSWERED)
    return registrations.register(
        person_id=before.person_id,
        ground=ground,
        answers={},
        channel=Channel.OFFICE,
        method=ByMethod.PCR,
        employer_id=before.employer_id,
        follows=before,
        by=OFFICE,
    )


def test_a_repeated_test_counts_with_its_last_answer() -> None:
    a_session(in_days=1, places=50)
    made = a_round([an_employer(40)], upto=RoundState.ANNOUNCED)
    first = Registration.objects.filter(round=made).order_by("pk")[0]
    give(first, Outcome.INVALID, ResultState.RELEASED)
    second = again(first, Ground.REPEAT)
    assert second.round_id is None
    give(second, Outcome.INVALID, ResultState.RELEASED)
    assert result_of(made).total.tested == 0
    give(again(second, Ground.REPEAT), Outcome.POSITIVE, ResultState.RELEASED)
    assert (result_of(made).total.tested, result_of(made).total.positive) == (1, 1)


def test_a_rapid_positive_that_rt_pcr_refutes_is_no_positive() -> None:
    a_session(in_days=1, places=50)
    made = a_round([an_employer(40)], upto=RoundState.ANNOUNCED)
    rapid, other = Registration.objects.filter(round=made).order_by("pk")[:2]
    give(rapid, Outcome.POSITIVE, ResultState.RELEASED)
    give(other, Outcome.NEGATIVE, ResultState.RELEASED)
    confirming = again(rapid, Ground.CONFIRM)
    assert (result_of(made).total.tested, result_of(made).total.positive) == (2, 1)
    give(confirming, Outcome.NEGATIVE, ResultState.RELEASED)
    assert (result_of(made).total.tested, result_of(made).total.positive) == (2, 0)
    later = clock.now() + timedelta(days=1)
    Result.objects.filter(specimen__registration=rapid).update(released_at=later)
    assert result_of(made).total.positive == 0  # the confirmation stands, whenever the first answer was corrected


def test_a_preview_draws_what_the_draw_draws() -> None:
    employers = [an_employer(17 + 9 * n, industry=f"1{n % 4}") for n in range(7)]
    for design in (
        Design(keys=(StratumKey.INDUSTRY, StratumKey.SIZE), share=Decimal("0.13"), minimum=2),
        Design(keys=(StratumKey.INDUSTRY,), rule=SizeRule.DETECT, prevalence=Decimal("0.05"), in_each=True),
    ):
        planned = a_round(employers, design=design)
        shown = preview(planned, design)
        made = a_round(employers, design=design, upto=RoundState.DRAWN)
        assert Drawn.objects.filter(round=made, is_substitute=False).count() == shown.sample
        assert made.frame_count == shown.workers


def test_a_preview_says_the_chance_of_what_it_draws() -> None:
    employers = [an_employer(60), *(an_employer(3, industry=f"{20 + n}") for n in range(5))]
    whole = Design(keys=(StratumKey.INDUSTRY,), rule=SizeRule.DETECT, prevalence=Decimal("0.05"), minimum=1)
    planned = a_round(employers, design=whole)
    shown = preview(planned, whole)
    assert shown.reached is not None
    assert shown.reached >= 0.95
    assert not shown.falls_short
    blind = replace(whole, sensitivity=Decimal("0.3"), in_each=True)
    shown = preview(planned, blind)
    assert shown.reached == pytest.approx(0.3)  # three workers, one of them infected
    assert shown.falls_short
    small = replace(whole, keys=(), two_stage=True, per_enterprise=20, minimum=2)
    shown = preview(planned, small)
    assert shown.sample == shown.workers == 75
    assert shown.reached is not None
    assert shown.reached < 0.95  # of the large enterprise 20 are drawn, of the others three each
    assert shown.falls_short
