"""Monthly filings: whole or not at all, corrections, the two kinds of file, and the headcount that is kept."""

import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event
from khumkan.registry import actions, queries, rules
from khumkan.registry.actions import filings
from khumkan.registry.actions.imports import import_filing
from khumkan.registry.models import Branch, EmployerMonth, Filing, FilingLine, Import, Person
from khumkan.registry.queries.employers import branches_of
from khumkan.registry.staging.filing_rows import LAYOUT, has_layout
from khumkan.registry.states import FilingKind, FilingState, ImportState, Section
from khumkan.registry.tests.support import SYSTEM, employer, person, thai_number

JANUARY, FEBRUARY, MARCH, APRIL = (date(2021, month, 1) for month in (1, 2, 3, 4))
_accounts = count(1)


class Works:
    """An employer with people whose numbers are known."""

    def __init__(self, people: int = 0) -> None:
        self.employer = employer(f"10{next(_accounts):08}")
        self.people: dict[str, Person] = {}
        for _ in range(people):
            self.worker()

    def worker(self, *, section: Section | None = Section.EMPLOYEE) -> str:
        number = thai_number()
        self.people[number] = person("สมชาย", f"ใจดี{len(self.people)}", number=number)
        if section is not None:
            actions.start_cover(person_id=self.people[number].pk, section=section, on=date(2020, 1, 1), by=SYSTEM)
        return number

    def branch(self, serial: str) -> Branch:
        return Branch.objects.create(employer=self.employer, serial=serial)

    def lines(self, numbers: Iterable[str], wage: str = "15000") -> list[str]:
        return [f"{each},{self.people[each].first_name},{self.people[each].last_name},{wage}" for each in numbers]

    def filed(self, *lines: str, month: date = MARCH, branch: str = "000000") -> Import:
        text = "เลขประจำตัวประชาชน,ชื่อ,นามสกุล,ค่าจ้าง\n" + "\n".join(lines)
        return import_filing(
            io.BytesIO(text.encode()), employer_id=self.employer.pk, month=month, branch_serial=branch, by=SYSTEM
        )

    def month(self, month: date) -> tuple[int, int | None, int | None, int]:
        found = EmployerMonth.objects.get(employer=self.employer, month=month)
        return found.employees, found.joined, found.left, found.awaited


@pytest.mark.django_db
def test_one_wrong_line_leaves_the_whole_filing_out_and_each_line_says_why() -> None:
    works = Works(2)
    one, other = works.people
    lines = [
        *works.lines([one]),
        f"{other},คนอื่น,ใจดี,9000",
        f"{thai_number()},ก,ข,1",
        *works.lines([one]),
        f"{one[:-1]}{(int(one[-1]) + 1) % 10},ก,ข,1",
        *works.lines([other], wage="มาก"),
    ]

    batch = works.filed(*lines)

    assert (batch.state, batch.problem_code) == (ImportState.REFUSED, "filing_lines")
    assert (batch.rows_in, batch.accepted, batch.refused, batch.duplicate) == (6, 0, 4, 1)
    codes = [row.code for row in queries.rows_not_taken_over(batch)]
    assert codes == ["name_differs", "person_unknown", "duplicate", "number_check", "wage"]
    assert not Filing.objects.exists()
    assert not FilingLine.objects.exists()
    assert not EmployerMonth.objects.exists()
    assert not Event.objects.filter(name="registry.month_filed").exists()


@pytest.mark.django_db
def test_a_second_filing_corrects_the_first_and_the_same_twice_changes_nothing() -> None:
    works = Works(2)
    one, other = works.people

    assert works.filed(*works.lines([one], wage='"15,000.50"')).accepted == 1

    assert FilingLine.objects.get().wage == Decimal("15000.50")
    assert works.filed(*works.lines([one], wage="15000.50")).unchanged == 1
    assert Filing.objects.count() == 1
    works.filed(*works.lines([one, other]))
    latest = Filing.objects.order_by("number").last()
    assert latest is not None
    assert (latest.number, latest.kind, latest.headcount) == (2, FilingKind.CORRECTION, 2)
    assert works.month(MARCH) == (2, None, None, 0)
    assert Event.objects.filter(name="registry.month_filed").count() == 2


def _fixed(works: Works, numbers: list[str], *, count: int | None = None, total: int = 0, **header: str) -> bytes:
    """Write the file of a payroll program; the numbers of the header can be spoilt."""
    said = {"account": works.employer.account_number, "branch": "000000", "month": "0364", **header}
    wage = 1_500_050
    first = (
        f"1{said['account']}{said['branch']}150464{said['month']}{'โรงงาน':<45}0500"
        f"{len(numbers) if count is None else count:06}{total or wage * len(numbers):015}{0:014}{0:012}{0:012}"
    )
    lines = [
        f"2{each}003{works.people[each].first_name:<30}{works.people[each].last_name:<35}{wage:014}{75_000:012}{'':27}"
        for each in numbers
    ]
    assert {len(line) for line in (first, *lines)} == {135}
    return "\r\n".join((first, *lines, "")).encode("cp874")


def _sent(works: Works, content: bytes, month: date = MARCH) -> Import:
    return import_filing(io.BytesIO(content), employer_id=works.employer.pk, month=month, by=SYSTEM)


@pytest.mark.django_db
def test_the_file_of_a_payroll_program_is_known_by_its_header_and_read_in_tis_620() -> None:
    works = Works(3)

    batch = _sent(works, _fixed(works, list(works.people)))

    assert (batch.state, batch.accepted, batch.read_as) == (ImportState.DONE, 3, "TIS-620 fixed")
    assert {line.wage for line in FilingLine.objects.order_by("pk")} == {Decimal("15000.50")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ({"account": "2000000023"}, "file_other_employer"),
        ({"branch": "000001"}, "file_other_branch"),
        ({"month": "0264"}, "file_other_month"),
        ({"count": 4}, "file_count"),
        ({"total": 4_500_151}, "file_total"),
        ({}, ""),
    ],
)
def test_a_header_that_does_not_fit_refuses_the_file(spoilt: dict[str, object], code: str) -> None:
    works = Works(3)

    batch = _sent(works, _fixed(works, list(works.people), **spoilt))  # type: ignore[arg-type]

    assert (batch.state, batch.problem_code) == (ImportState.REFUSED if code else ImportState.DONE, code)
    assert Filing.objects.exists() is not bool(code)


def test_a_csv_file_is_not_taken_for_one_of_fixed_width() -> None:
    assert has_layout("1" + "0" * 26 + "x" * 49 + "0" * 59)
    assert not has_layout("1101700203450,สมชาย,ใจดี,15000")
    assert not has_layout("เลขประจำตัวประชาชน,ชื่อ")
    assert set(LAYOUT.columns) == {"id_number", "title", "first_name", "last_name", "wage"}


@pytest.mark.django_db
def test_people_are_counted_once_over_branches_and_only_those_under_section_33() -> None:
    works = Works(3)
    works.branch("000001")
    first, second, third = works.people
    voluntary, unknown = works.worker(section=Section.VOLUNTARY), works.worker(section=None)

    works.filed(*works.lines([first, second, voluntary, unknown]))
    works.filed(*works.lines([second, third]), branch="000001")

    month = EmployerMonth.objects.get()
    assert (month.employees, month.others, month.branches, month.awaited) == (3, 2, 2, 0)


@pytest.mark.django_db
def test_who_came_and_who_went_is_told_apart_and_a_correction_touches_the_next_month() -> None:
    works = Works(4)
    first, second, third, fourth = works.people
    works.filed(*works.lines([first, second, third]), month=FEBRUARY)
    works.filed(*works.lines([second, third, fourth]), month=MARCH)
    assert works.month(FEBRUARY) == (3, None, None, 0)
    assert works.month(MARCH) == (3, 1, 1, 0)

    works.filed(*works.lines([third]), month=FEBRUARY)

    assert works.month(FEBRUARY) == (1, None, None, 0)
    assert works.month(MARCH) == (3, 2, 0, 0)


@pytest.mark.django_db
def test_a_branch_that_has_people_is_awaited_until_it_files_or_says_that_nobody_works_there() -> None:
    works = Works(2)
    branch = works.branch("000001")
    first, second = works.people
    works.filed(*works.lines([first]), month=FEBRUARY)
    works.filed(*works.lines([second]), month=FEBRUARY, branch="000001")
    for month in (MARCH, APRIL):
        works.filed(*works.lines([first]), month=month)
    assert (works.month(MARCH), works.month(APRIL)) == ((1, 0, 1, 1), (1, 0, 0, 1))

    filings.file_nobody(branch=branch, month=MARCH, by=SYSTEM)

    assert (works.month(MARCH), works.month(APRIL)) == ((1, 0, 1, 0), (1, 0, 0, 0))
    with pytest.raises(Refused):
        filings.file_nobody(branch=branch, month=MARCH, by=SYSTEM)
    works.filed(*works.lines([second]), month=MARCH, branch="000001")
    assert works.month(MARCH) == (2, 0, 0, 0)


@pytest.mark.django_db
def test_months_are_shown_with_what_is_late() -> None:
    works = Works(1)
    works.branch("000001")
    [one] = works.people
    works.filed(*works.lines([one]), month=JANUARY)
    works.filed(*works.lines([one]), month=JANUARY, branch="000001")
    works.filed(*works.lines([one]), month=MARCH)

    def states(today: date) -> list[FilingState]:
        return [each.state for each in queries.months_of(works.employer, today=today)]

    assert states(date(2021, 4, 15)) == [FilingState.DUE, FilingState.IN_PART, FilingState.LATE, FilingState.FILED]
    assert states(date(2021, 4, 16))[1] == FilingState.LATE_IN_PART
    assert rules.filing_due_on(date(2021, 12, 1)) == date(2022, 1, 15)
    with pytest.raises(Missing):
        queries.own_branch(works.employer, "000009")


@pytest.mark.django_db
@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((JANUARY, FEBRUARY, MARCH)),
            st.sampled_from(("000000", "000001")),
            st.sets(st.integers(0, 5)),
        ),
        max_size=8,
    )
)
def test_what_is_kept_is_what_counting_by_hand_gives_whatever_the_order(
    steps: list[tuple[date, str, set[int]]],
) -> None:
    """The order in which filings and corrections come does not matter; only the last of each branch and month does."""
    works = Works(6)
    works.branch("000001")
    numbers, kept = list(works.people), dict[tuple[date, str], set[int]]()
    for month, serial, who in steps:
        if who:
            works.filed(*works.lines(numbers[each] for each in sorted(who)), month=month, branch=serial)
        elif kept.get((month, serial)) != set():
            branch = branches_of(works.employer).get(serial=serial)
            filings.file_nobody(branch=branch, month=month, by=SYSTEM)
        kept[month, serial] = who

    by_month: dict[date, set[int]] = {}
    for (month, _serial), who in kept.items():
        by_month.setdefault(month, set()).update(who)
    before: set[int] | None = None
    for month in sorted(by_month):
        now = by_month[month]
        moves = (None, None) if before is None else (len(now - before), len(before - now))
        latest = {
            serial: max(
                ((each, who) for (each, other), who in kept.items() if other == serial and each < month),
                key=lambda pair: pair[0],
                default=(month, set()),
            )[1]
            for serial in ("000000", "000001")
        }
        awaited = sum(1 for serial, who in latest.items() if who and (month, serial) not in kept)
        assert works.month(month) == (len(now), *moves, awaited)
        before = now
    assert EmployerMonth.objects.filter(employer=works.employer).count() == len(by_month)
