"""The enterprises of the portfolio: who works there, and what they file for each month.

What was filed before the first loan is brought in a month at a time; from then on each filing is an event of its own,
upon which the loans of the enterprise are judged.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from django.db import transaction

from khumkan import policies, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.loans.actions import covenants, notices
from khumkan.loans.rules.covenant import workers_for
from khumkan.loans.terms.covenants import CovenantTerms
from khumkan.record import partitions
from khumkan.record.entries import Entry
from khumkan.record.inline import run_jobs
from khumkan.registry.actions.filings import count_months, note_filing, open_filing
from khumkan.registry.models import Branch, Employer, Employment, Filing, FilingLine
from khumkan.registry.models.employers import HEAD_OFFICE
from khumkan.registry.models.periods import on_day
from khumkan.registry.rules import month_after
from khumkan.registry.states import FilingKind
from khumkan.simulation.loans_timetable import FILES, LOOKED_AT, Story, Timetable

BY = Actor.system("simulation")
KHUMKAN = Actor.system("loans")
WAGE = Decimal(15_000)
#: Enterprises that borrow: large enough that there are workers between the line and the warning. Most are small ones,
#: beside which there are others of the same industry; of the larger ones so many borrow at most.
FEWEST, SMALL, MOST = 20, 50, 200
LARGER = 6
#: Workers that enterprises which do not borrow keep in the last months, in percent.
KEPT_BY_OTHERS = (70, 78, 85, 92, 100, 100)
#: When the month that is over is looked at without its filing, and when employers are told, as every day.
NIGHT, MORNING = time(1, 10), time(9)


@dataclass
class Firm:
    """An enterprise.

    :param people: ids of those who work there.
    :param filed: how many of them it files for months in which it is not all; None is a month without a filing.
    """

    employer: Employer
    branch: Branch
    people: Sequence[int]
    filed: dict[date, int | None] = field(default_factory=dict)

    def share(self, percent: int) -> int:
        """Return a share of the workers as a number, rounded down."""
        return len(self.people) * percent // 100

    def at_the_line(self) -> int:
        """Return the least number of workers that a loan asks for: a warning, and not less."""
        return workers_for(len(self.people), policies.in_force(CovenantTerms, on=clock.today()).share)

    def workers(self, month: date) -> int | None:
        """Return how many workers stand in the filing of a month."""
        return self.filed.get(month, len(self.people))


def borrowers(count: int, *, besides: Employer) -> list[Firm]:
    """Return so many enterprises with enough workers, some larger ones first; fewer in a small country."""
    suited = Employer.objects.filter(closed_on=None).exclude(pk=besides.pk).order_by("-size", "pk")
    larger = list(suited.filter(size__gt=SMALL, size__lte=MOST)[:LARGER])
    return firms_of([*larger, *suited.filter(size__range=(FEWEST, SMALL))[: count - len(larger)]])


def others_like(firms: Sequence[Firm]) -> list[Firm]:
    """Return the small enterprises of the same industries that do not borrow."""
    own = [firm.employer.pk for firm in firms]
    industries = {firm.employer.industry for firm in firms}
    small = Employer.objects.filter(industry__in=industries, size__range=(1, SMALL), closed_on=None)
    return firms_of(small.exclude(pk__in=own).order_by("pk"))


def firms_of(employers: Iterable[Employer]) -> list[Firm]:
    """Return enterprises with their head offices and those who work there today."""
    found = list(employers)
    has_office = set(Branch.objects.filter(serial=HEAD_OFFICE, employer__in=found).values_list("employer", flat=True))
    Branch.objects.bulk_create(Branch(employer=each, serial=HEAD_OFFICE) for each in found if each.pk not in has_office)
    offices = {each.employer_id: each for each in Branch.objects.filter(serial=HEAD_OFFICE, employer__in=found)}
    people: dict[int, list[int]] = {each.pk: [] for each in found}
    working = Employment.objects.filter(on_day(clock.today()), employer__in=found).order_by("employer_id", "person_id")
    for employer_id, person_id in working.values_list("employer_id", "person_id"):
        people[employer_id].append(person_id)
    return [Firm(each, offices[each.pk], people[each.pk]) for each in found]


def bring_months(firms: Sequence[Firm], months: Iterable[date]) -> None:
    """File months of the time before the first loan, each on its day; nobody listens yet."""
    for month in months:
        with clock.set_to(clock.at(month_after(month).replace(day=FILES), MORNING)), transaction.atomic():
            _file(firms, month)


def file_month(firms: Sequence[Firm], month: date) -> None:
    """File a month of many enterprises as planned, each with the event upon which its loans are judged."""
    with transaction.atomic():
        entries = [
            Entry.of(each, data={"employer": each.employer_id, "month": month.isoformat(), "headcount": each.headcount})
            for each in _file(firms, month)
        ]
        record.write_many("registry.month_filed", by=BY, entries=entries)


def correct_month(firm: Firm, month: date) -> None:
    """Correct what was filed for a month: everybody worked there."""
    with transaction.atomic():
        branch = Branch.objects.get(employer=firm.employer, serial=HEAD_OFFICE)
        filing = open_filing(employer=firm.employer, branch=branch, month=month, headcount=len(firm.people))
        FilingLine.objects.bulk_create(_lines(firm, filing))
        note_filing(filing, by=BY)


def months_pass(firms: Sequence[Firm], timetable: Timetable, *, first: int) -> Story:
    """Let each month be over, filed and looked at, and employers be told, from the one so many months ago on."""
    for back in range(first, -1, -1):
        month = timetable.month(back)
        yield timetable.on(back - 1, 2, NIGHT)
        covenants.judge_night(by=KHUMKAN)
        yield timetable.on(back - 1, FILES)
        file_month(firms, month)
        run_jobs()
        yield timetable.on(back - 1, LOOKED_AT, NIGHT)
        covenants.judge_night(by=KHUMKAN)
        notices.tell_employers(by=KHUMKAN)
        run_jobs()
    yield timetable.now
    covenants.judge_night(by=KHUMKAN)
    run_jobs()


def planned(firm: Firm, timetable: Timetable, workers: int | None, *backs: int) -> None:
    """Let an enterprise file so many workers for months, told as so many before the last one filed."""
    for back in backs:
        firm.filed[timetable.month(back)] = workers


def make_room(months: Sequence[date]) -> None:
    """Make the parts of the tables into which the past months are written."""
    partitions.make("record_event", list(months), append_only=True)
    partitions.make("registry_filingline", list(months))


def _file(firms: Sequence[Firm], month: date) -> list[Filing]:
    """Write the first filings of a month, with their lines, and count them together."""
    now = clock.now()
    filing = {firm.branch.pk: firm for firm in firms if firm.workers(month) is not None}
    made = Filing.objects.bulk_create(
        Filing(
            employer=firm.employer, branch=firm.branch, month=month, number=1, kind=FilingKind.FIRST,
            headcount=firm.workers(month) or 0, received_at=now,
        )
        for firm in filing.values()
    )  # fmt: skip
    FilingLine.objects.bulk_create(line for each in made for line in _lines(filing[each.branch_id], each))
    count_months((each.employer_id, month) for each in made)
    return made


def _lines(firm: Firm, filing: Filing) -> Iterator[FilingLine]:
    for each in firm.people[: filing.headcount]:
        yield FilingLine(month=filing.month, person_id=each, filing=filing, wage=WAGE)
