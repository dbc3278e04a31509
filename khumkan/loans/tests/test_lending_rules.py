"""Who qualifies, how much, at which rate: the rules alone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.loans.choices import Finding, Security, SizeBand
from khumkan.loans.rules import amounts, checking, documents, pacing, qualifying
from khumkan.loans.rules.certificates import Paper, Standing, standing
from khumkan.loans.rules.qualifying import Facts, band_of, months_before, months_in_a_row, newest_due
from khumkan.loans.terms.lending import LoanTerms
from khumkan.policies.terms import kind_of

TERMS = LoanTerms()
ON = date(2021, 3, 20)
ROOM = {size: 1_000_000 for size in SizeBand}


def facts(**changes: object) -> Facts:
    """Return the facts of an employer that qualifies."""
    months = frozenset(months_before(date(2021, 3, 1), back) for back in range(1, 5))
    values: dict[str, object] = {
        "on": ON, "is_closed": False, "months": months, "headcount": 30, "has_live": False, "is_window_open": True,
        "room": ROOM,
    }  # fmt: skip
    return Facts(**{**values, **changes})  # type: ignore[arg-type]


def test_an_employer_that_fulfils_every_condition_qualifies_and_reads_why() -> None:
    verdict = qualifying.qualifies(facts(), TERMS)
    assert verdict.allowed
    assert [reason.code for reason in verdict.reasons] == [
        "employer_open", "months_enough", "has_workers", "none_alive", "window_open", "room_left",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"is_closed": True}, "employer_closed"),
        ({"months": frozenset({date(2021, 2, 1), date(2021, 1, 1)})}, "months_too_few"),
        ({"headcount": 0}, "no_workers"),
        ({"has_live": True}, "one_alive"),
        ({"is_window_open": False}, "window_shut"),
        ({"room": {SizeBand.LARGE: 5}}, "room_gone"),
    ],
)
def test_each_condition_alone_stands_in_the_way(changes: dict[str, object], code: str) -> None:
    verdict = qualifying.qualifies(facts(**changes), TERMS)
    assert [reason.code for reason in verdict.reasons] == [code]


def test_a_filing_that_is_not_due_yet_is_not_missed() -> None:
    assert newest_due(date(2021, 3, 15)) == date(2021, 1, 1)
    assert newest_due(date(2021, 3, 16)) == date(2021, 2, 1)
    assert newest_due(date(2021, 1, 10)) == date(2020, 11, 1)


def test_months_count_in_a_row_up_to_the_newest_that_is_there() -> None:
    filed = {date(2020, 11, 1), date(2020, 12, 1), date(2021, 1, 1)}
    assert months_in_a_row(filed, on=date(2021, 3, 15)) == 3
    assert months_in_a_row(filed, on=date(2021, 3, 16)) == 0, "that of February is due and not there"
    assert months_in_a_row({*filed, date(2021, 2, 1)}, on=date(2021, 3, 15)) == 4, "filed early"
    assert months_in_a_row(filed - {date(2020, 12, 1)}, on=date(2021, 3, 15)) == 1, "a gap ends the row"


@given(st.sets(st.integers(0, 30)), st.integers(0, 30))
def test_one_more_month_never_makes_the_row_shorter(backs: set[int], more: int) -> None:
    filed = {months_before(date(2021, 3, 1), back) for back in backs}
    added = filed | {months_before(date(2021, 3, 1), more)}
    assert months_in_a_row(added, on=ON) >= months_in_a_row(filed, on=ON)


@given(st.integers(-400, 400), st.integers(0, 400))
def test_months_go_back_and_forth(first: int, count: int) -> None:
    month = months_before(date(2021, 1, 1), first)
    assert months_before(months_before(month, count), -count) == month
    assert month.day == 1


@pytest.mark.parametrize(
    ("workers", "size"),
    [(1, "small"), (50, "small"), (51, "medium"), (200, "medium"), (201, "large"), (9_000, "large")],
)
def test_sizes_are_up_to_50_up_to_200_and_more(workers: int, size: str) -> None:
    assert band_of(workers, TERMS) == size


def test_three_versions_of_the_terms_are_known() -> None:
    first, second, third = (seed.values for seed in kind_of(LoanTerms).seeds)
    assert (first.least_months, first.rate_collateral, first.rate_guarantor) == (3, Decimal("3.00"), Decimal("5.00"))
    assert (second.least_months, second.rate_collateral, second.rate_guarantor) == (3, Decimal("2.75"), Decimal("4.75"))
    assert (third.least_months, third.rate_collateral) == (12, Decimal("2.35"))
    assert {each.refinance_share for each in (first, second, third)} == {Decimal("0.50")}


def test_an_amount_is_in_whole_baht_within_the_cap_and_repays_a_part_at_most() -> None:
    cap = Decimal(5_000_000)
    assert amounts.may_ask(cap, cap, cap=cap)
    for amount, part, code in (
        (Decimal(0), Decimal(0), "amount_wrong"),
        (Decimal("100.50"), Decimal(0), "amount_wrong"),
        (cap + 1, Decimal(0), "amount_above_cap"),
        (cap, Decimal(-1), "refinance_wrong"),
        (Decimal(10), Decimal(11), "refinance_wrong"),
        (Decimal(10), Decimal("0.5"), "refinance_wrong"),
    ):
        assert [each.code for each in amounts.may_ask(amount, part, cap=cap).reasons] == [code]


def test_an_envelope_counts_whole_baht_and_a_part_of_one_takes_a_whole_one() -> None:
    assert amounts.whole_baht(Decimal("7.00")) == 7
    with pytest.raises(ValueError, match="whole baht"):
        amounts.whole_baht(Decimal("7.01"))
    assert [amounts.reserved_for(Decimal(text)) for text in ("7.00", "7.01", "0.01", "0")] == [7, 8, 1, 0]


def test_the_rate_follows_from_the_security() -> None:
    assert amounts.may_charge(Decimal("3.00"), Security.COLLATERAL, TERMS)
    assert not amounts.may_charge(Decimal("3.01"), Security.COLLATERAL, TERMS)
    assert amounts.may_charge(Decimal("5.00"), Security.GUARANTOR, TERMS)
    assert not amounts.may_charge(Decimal("-0.01"), Security.GUARANTOR, TERMS)
    assert amounts.may_run(36, TERMS)
    assert not amounts.may_run(37, TERMS)
    assert not amounts.may_run(0, TERMS)


def test_half_of_what_a_bank_lends_may_repay_other_loans() -> None:
    def may(part: int, lent: int, refinanced: int) -> bool:
        verdict = amounts.may_refinance(Decimal(part), lent=Decimal(lent), refinanced=Decimal(refinanced), terms=TERMS)
        return verdict.allowed

    assert may(50, 100, 50)
    assert not may(51, 100, 51)
    assert may(0, 100, 90), "a loan that repays nothing makes the share smaller"


def test_a_bank_gets_its_share_of_a_month_and_one_loan_at_least() -> None:
    quarter = Decimal("0.25")
    assert pacing.share_of_month(Decimal(1000), cap=Decimal(100), share=quarter) == 250
    assert pacing.share_of_month(Decimal(1000), cap=Decimal(400), share=quarter) == 400
    assert pacing.share_of_month(Decimal(300), cap=Decimal(300), share=quarter) == 300


def test_a_certificate_holds_on_its_first_and_its_last_day() -> None:
    paper = Paper(ON, ON + timedelta(days=90), is_revoked=False)
    days = (ON - timedelta(days=1), ON, ON + timedelta(days=90), ON + timedelta(days=91))
    assert [standing(paper, on=day) for day in days] == [
        Standing.EXPIRED, Standing.VALID, Standing.VALID, Standing.EXPIRED,
    ]  # fmt: skip
    assert standing(replace(paper, is_revoked=True), on=ON) is Standing.REVOKED
    assert standing(None, on=ON) is Standing.UNKNOWN


def known(**changes: object) -> checking.Known:
    """Return what is known of an application against which nothing stands."""
    values: dict[str, object] = {
        "is_closed": False, "others": 0, "same_borrower": (), "same_contact": (), "same_workers": (),
        "months_in_a_row": 12, "headcount": 30, "certified": 30,
    }  # fmt: skip
    return checking.Known(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "finding", "stops"),
    [
        ({"is_closed": True}, Finding.CLOSED, True),
        ({"others": 1}, Finding.OTHER_APPLICATION, True),
        ({"same_borrower": (3,)}, Finding.SAME_BORROWER, True),
        ({"months_in_a_row": 0}, Finding.NO_FILING, True),
        ({"same_contact": (3,)}, Finding.SAME_CONTACT, False),
        ({"same_workers": (3,)}, Finding.SAME_WORKERS, False),
        ({"headcount": 29}, Finding.FEWER_WORKERS, False),
    ],
)
def test_each_check_finds_its_own_and_stops_or_does_not(
    changes: dict[str, object], finding: Finding, stops: bool
) -> None:
    found = checking.found(known(**changes))
    assert [each.finding for each in found] == [finding]
    assert checking.may_go_on(found).allowed is not stops
    assert checking.found(known()) == []


def test_a_document_is_told_by_its_content() -> None:
    def codes(content: bytes, there: int = 0) -> list[str]:
        return [each.code for each in documents.may_take(content, megabytes=1, there=there, most=2).reasons]

    assert codes(b"%PDF-1.7 x") == codes(b"\x89PNG\r\n\x1a\nx") == codes(b"\xff\xd8\xffx") == []
    assert codes(b"<html>") == codes(b"MZ%PDF-") == ["document_kind"]
    assert codes(b"") == ["document_empty"]
    assert codes(b"%PDF-" + b"x" * documents.MEGABYTE) == ["document_large"]
    assert codes(b"%PDF-1.7", there=2) == ["documents_many"]


@given(st.text(max_size=300))
def test_a_name_leads_nowhere_and_has_the_right_ending(name: str) -> None:
    safe = documents.safe_name(name, "application/pdf")
    assert safe.endswith(".pdf")
    assert len(safe) <= documents.LONGEST_NAME
    assert not set(safe) & set('/\\<>:"|?*;\r\n\x00')
