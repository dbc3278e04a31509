"""A small world of lending for the tests: a bank with two officers, a phase, employers with filings, applications."""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from khumkan.accounts.testing import actor_of, user
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.identifiers import thai_check_digit
from khumkan.loans.actions import applications, banks, deciding, phases, signing
from khumkan.loans.actions.applications import Wish
from khumkan.loans.actions.phases import Draft, Tranche
from khumkan.loans.actions.signing import Contract, ScheduleMaker
from khumkan.loans.choices import Proposal, Security, SizeBand
from khumkan.loans.models import Application, Bank, Loan
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.policies.models import Phase
from khumkan.record import partitions
from khumkan.registry.actions.filings import count_months
from khumkan.registry.models import Branch, Coverage, Employer, Filing, FilingLine, Person
from khumkan.registry.states import FilingKind

OFFICE = Actor.system("test")
OFFICER = Actor(ActorKind.STAFF, 7, frozenset({Grant(Role.OFFICER)}))
OTHER_OFFICER = Actor(ActorKind.STAFF, 8, frozenset({Grant(Role.OFFICER)}))
MILLION = Decimal(1_000_000)
_numbers = itertools.count(1)
_codes = itertools.count(100)


def a_bank(code: str = "", *, phase: Phase | None = None) -> Bank:
    """Add a bank, and let it take part in a phase."""
    code = code or f"{next(_codes) % 1000:03}"
    bank = Bank.objects.filter(code=code).first()
    if bank is None:
        bank = banks.add_bank(code=code, name_th=f"ธนาคารตัวอย่าง {code}", name_en=f"Example Bank {code}", by=OFFICE)
    if phase is not None:
        banks.join(bank=bank, phase_id=phase.pk, by=OFFICE)
    return bank


def banker(bank: Bank, user_id: int = 501) -> Actor:
    """Return an officer of a bank; another number is another officer."""
    return Actor(ActorKind.STAFF, user_id, frozenset({Grant(Role.BANKER, ScopeKind.BANK, str(bank.pk))}))


def stored_banker(bank: Bank) -> Actor:
    """Return an officer of a bank who stands in the table of users."""
    return actor_of(user(Role.BANKER, scope_kind=ScopeKind.BANK, key=bank.pk))


def hr_of(employer: Employer) -> Actor:
    """Return the HR office of an employer."""
    grants = frozenset({Grant(Role.EMPLOYER, ScopeKind.EMPLOYER, str(employer.pk))})
    return Actor(ActorKind.STAFF, 9_000 + employer.pk, grants)


def a_phase(
    *,
    small: Decimal = 18_000 * MILLION,
    medium: Decimal = 9_000 * MILLION,
    large: Decimal = 3_000 * MILLION,
    number: int = 1,
    opens_on: date | None = None,
    closes_on: date | None = None,
    sign_until: date | None = None,
) -> Phase:
    """Open a phase of lending with the envelope of phase 1, or another one."""
    caps = {SizeBand.SMALL: 5 * MILLION, SizeBand.MEDIUM: 10 * MILLION, SizeBand.LARGE: 15 * MILLION}
    budgets = {SizeBand.SMALL: small, SizeBand.MEDIUM: medium, SizeBand.LARGE: large}
    draft = Draft(
        number=number,
        years="2020-2021",
        title_th=f"สินเชื่อเพื่อส่งเสริมการจ้างงาน ระยะที่ {number}",
        title_en=f"Loans to keep people in work, phase {number}",
        opens_on=opens_on or clock.today() - timedelta(days=30),
        closes_on=closes_on,
        sign_until=sign_until,
        tranches=[Tranche(size, budgets[size], min(caps[size], budgets[size])) for size in SizeBand],
    )
    return phases.seed(draft=draft, by=OFFICE)


def an_employer(*, workers: int = 10, months: int = 13, province: str = "10", **fields: object) -> Employer:
    """Make an employer that filed for so many months in a row, up to the month before this one."""
    number, now = next(_numbers), clock.now()
    values: dict[str, object] = {
        "reference": references.new("E"),
        "account_number": f"30{number:08}",
        "name_th": f"บริษัท กู้ได้ {number} จำกัด",
        "name_en": f"Borrower {number} Co., Ltd.",
        "province_code": province,
        "created_at": now,
        "updated_at": now,
    }
    employer = Employer.objects.create(**{**values, **fields})
    branch = Branch.objects.create(employer=employer)
    if workers and months:
        people = insured(workers)
        past = [months_before(first_of(clock.today()), back) for back in range(1, months + 1)]
        for month in past:
            _file(branch, month, people)
        count_months((employer.pk, month) for month in past)
    return employer


def insured(count: int, *, section: int = 33) -> Sequence[Person]:
    """Make so many persons, insured under a section for ever."""
    now = clock.now()
    people = Person.objects.bulk_create(
        Person(
            reference=references.new("P"),
            first_name=f"สมชาย{each}",
            last_name="ขยัน",
            name_key=f"สมชาย{each} ขยัน",
            section=section,
            created_at=now,
            updated_at=now,
        )
        for each in itertools.islice(_numbers, count)
    )
    Coverage.objects.bulk_create(Coverage(person=each, section=section, started_on=date(2015, 1, 1)) for each in people)
    return people


def file_month(branch: Branch, month: date, people: Sequence[Person]) -> Filing:
    """File who worked in a branch in a month; again is a correction. The month is counted, as when a filing comes."""
    filing = _file(branch, month, people)
    count_months([(branch.employer_id, month)])
    return filing


def _file(branch: Branch, month: date, people: Sequence[Person]) -> Filing:
    partitions.make("registry_filingline", [month])
    number = Filing.objects.filter(branch=branch, month=month).count() + 1
    filing = Filing.objects.create(
        employer_id=branch.employer_id,
        branch=branch,
        month=month,
        number=number,
        kind=FilingKind.FIRST if number == 1 else FilingKind.CORRECTION,
        headcount=len(people),
        received_at=clock.now(),
    )
    FilingLine.objects.bulk_create(
        FilingLine(month=month, person=each, filing=filing, wage=Decimal(12_000)) for each in people
    )
    return filing


def borrower_number(serial: int | None = None) -> str:
    """Return a possible number of a juristic person; the next unused one."""
    body = f"0{serial if serial is not None else next(_numbers):011d}"
    return body + str(thai_check_digit(body))


def a_wish(**changes: object) -> Wish:
    """Return what an employer asks for."""
    values: dict[str, object] = {
        "amount": 2 * MILLION,
        "refinance": Decimal(0),
        "security": Security.COLLATERAL,
        "purpose": "ค่าจ้างพนักงานและค่าเช่า",
        "borrower": borrower_number(),
    }
    return Wish(**{**values, **changes})  # type: ignore[arg-type]


def drafted(*, phase: Phase, bank: Bank, employer: Employer | None = None, **wish: object) -> Application:
    """Return a draft of an employer that qualifies."""
    whose = employer or an_employer()
    return applications.draft(employer=whose, phase_id=phase.pk, bank=bank, wish=a_wish(**wish), by=hr_of(whose))


def sent(*, phase: Phase, bank: Bank, employer: Employer | None = None, **wish: object) -> Application:
    """Return an application that the bank has."""
    made = drafted(phase=phase, bank=bank, employer=employer, **wish)
    return applications.send(application=made, by=hr_of(made.employer))


def proposed(*, phase: Phase, bank: Bank, employer: Employer | None = None, **wish: object) -> Application:
    """Return an application of which the first officer proposes to approve it."""
    made = sent(phase=phase, bank=bank, employer=employer, **wish)
    return deciding.propose(application=made, proposal=Proposal.APPROVE, why="sound", by=banker(bank, 501))


def approved(*, phase: Phase, bank: Bank, employer: Employer | None = None, **wish: object) -> Application:
    """Return an application that a second officer approved; its money is reserved."""
    made = proposed(phase=phase, bank=bank, employer=employer, **wish)
    return deciding.decide(application=made, agrees=True, by=banker(bank, 502))


def signed(
    *,
    phase: Phase,
    bank: Bank,
    employer: Employer | None = None,
    schedule: ScheduleMaker | None = None,
    rate: Decimal = Decimal("2.00"),
    term_months: int = 36,
    **wish: object,
) -> Loan:
    """Return a loan that was signed."""
    made = approved(phase=phase, bank=bank, employer=employer, **wish)
    contract = Contract(rate=rate, term_months=term_months, number=f"C{made.pk}")
    return signing.sign(
        application=made, contract=contract, schedule=schedule or (lambda loan: None), by=banker(bank, 501)
    )
