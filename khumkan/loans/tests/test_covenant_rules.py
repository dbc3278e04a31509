"""The covenant from values alone: lines, runs of months, what a late filing does, and when there is still time."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from khumkan.loans.choices import Standing
from khumkan.loans.rules import covenant as rules
from khumkan.loans.rules.covenant import Reported
from khumkan.loans.terms.covenants import CovenantTerms
from khumkan.registry.rules import month_after

TERMS = CovenantTerms()
BASELINE = 120
JANUARY = date(2021, 1, 1)


def months(*insured: int | None) -> list[Reported]:
    found, month = [], JANUARY
    for each in insured:
        found.append(Reported(month, each))
        month = month_after(month)
    return found


def standings(*insured: int | None, baseline: int = BASELINE) -> list[str]:
    return [each.standing.value for each in rules.judge(months(*insured), baseline=baseline, terms=TERMS)]


def test_the_lines_are_whole_workers_and_the_line_itself_is_enough() -> None:
    assert rules.workers_for(120, Decimal("0.80")) == 96
    assert rules.workers_for(121, Decimal("0.80")) == 97  # 96.8
    assert standings(120, 102, 101, 96, 95) == ["kept", "kept", "warning", "warning", "cure"]


def test_there_are_three_months_to_hire_back_and_the_fourth_is_a_breach() -> None:
    assert standings(90, 90, 90, 90, 96, 90) == ["cure", "cure", "cure", "breached", "warning", "cure"]


def test_a_month_without_a_filing_neither_breaks_a_run_nor_lengthens_it() -> None:
    assert standings(90, None, 90, None, 90, 90) == ["cure", "awaited", "cure", "awaited", "cure", "breached"]
    late = rules.judge([Reported(JANUARY, None, is_late=True)], baseline=BASELINE, terms=TERMS)
    assert late[0].standing is Standing.LATE


def test_a_waived_month_ends_a_run_and_what_follows_begins_a_new_one() -> None:
    reported = months(90, 90, 90, 90, 90)
    waived = [Reported(each.month, each.insured, is_waived=place < 4) for place, each in enumerate(reported)]
    judged = rules.judge(waived, baseline=BASELINE, terms=TERMS)
    assert [each.standing for each in judged] == [Standing.WAIVED] * 4 + [Standing.CURE]
    [run] = rules.runs(judged)
    assert (run.began, run.below, run.ended, run.is_breach) == (date(2021, 5, 1), 1, None, False)


def test_runs_are_told_apart_and_know_when_they_ended() -> None:
    judged = rules.judge(months(90, 90, 100, 90, None, 90, 90, 90), baseline=BASELINE, terms=TERMS)
    first, second = rules.runs(judged)
    assert (first.began, first.below, first.ended, first.is_breach) == (JANUARY, 2, date(2021, 3, 1), False)
    assert (second.began, second.below, second.ended, second.is_breach) == (date(2021, 4, 1), 4, None, True)


def test_the_employer_is_told_what_is_needed_while_there_is_time() -> None:
    for count, month in ((1, date(2021, 4, 1)), (2, date(2021, 4, 1)), (3, date(2021, 4, 1))):
        judged = rules.judge(months(*[90] * count), baseline=BASELINE, terms=TERMS)
        advice = rules.advice(judged[-1], insured=90, baseline=BASELINE, terms=TERMS)
        assert advice is not None
        assert (advice.workers, advice.missing, advice.month, advice.file_by) == (96, 6, month, date(2021, 5, 15))
        cured = rules.judge(months(*[90] * 3, advice.workers), baseline=BASELINE, terms=TERMS)
        assert cured[-1].standing is Standing.WARNING
        failed = rules.judge(months(*[90] * 3, advice.workers - 1), baseline=BASELINE, terms=TERMS)
        assert failed[-1].standing is Standing.BREACHED
    for calm in (120, 95):
        breached = rules.judge(months(*[calm] * 4), baseline=BASELINE, terms=TERMS)
        assert rules.advice(breached[-1], insured=calm, baseline=BASELINE, terms=TERMS) is None


def test_a_filing_is_late_after_its_day_and_the_days_of_grace() -> None:
    assert not rules.is_late(JANUARY, today=date(2021, 2, 25), terms=TERMS)
    assert rules.is_late(JANUARY, today=date(2021, 2, 26), terms=TERMS)
    assert rules.first_month(date(2020, 12, 31)) == JANUARY


@given(st.lists(st.one_of(st.none(), st.integers(0, 200)), max_size=40), st.integers(1, 200))
def test_more_workers_never_make_it_worse_and_silence_never_breaches(counts: list[int | None], baseline: int) -> None:
    order = [Standing.KEPT, Standing.WARNING, Standing.CURE, Standing.BREACHED]
    judged = rules.judge(months(*counts), baseline=baseline, terms=TERMS)
    more = [None if each is None else each + 1 for each in counts]
    for old, new in zip(judged, rules.judge(months(*more), baseline=baseline, terms=TERMS), strict=True):
        if old.standing in order:
            assert order.index(new.standing) <= order.index(old.standing)
    spoken = [each for each in counts if each is not None]
    only = rules.judge(months(*spoken), baseline=baseline, terms=TERMS)
    assert [each.standing for each in judged if each.standing in order] == [each.standing for each in only]
    assert sum(run.below for run in rules.runs(judged)) == sum(
        1 for each in spoken if each < rules.workers_for(baseline, TERMS.share)
    )
