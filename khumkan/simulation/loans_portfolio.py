"""The loans of the demonstration: a portfolio with something in every state, and who can look at it.

Everything is made by the actions of the programme, each on its day of the past months.
"""

import random
from collections.abc import Sequence
from decimal import Decimal

from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.loans.actions import deposits
from khumkan.loans.queries import phases
from khumkan.loans.queries.banks import bank_by_code
from khumkan.policies.models import Phase
from khumkan.registry.actions.employers import set_employer_contact
from khumkan.registry.models import Employer
from khumkan.registry.states import ContactKind
from khumkan.simulation import bank_loans, loans_asking, loans_firms, loans_stories, loans_timetable, staff
from khumkan.simulation.loans_firms import BY, Firm
from khumkan.simulation.loans_lending import Desk, actor
from khumkan.simulation.loans_stories import Office
from khumkan.simulation.loans_timetable import Story, Timetable
from khumkan.simulation.vaccination import officers

#: The bank that can be signed in, and another one, so that each sees its own only.
BANK, OTHER_BANK = "006", "035"
#: Months before the last one filed in which the first loan is signed, and from which enterprises have filed.
FIRST, HISTORY = 8, 23
#: Loans of the other bank, told by their stories.
OF_OTHER_BANK = (loans_stories.interest_first, loans_stories.paid_ahead, loans_stories.new_terms)
DEPOSIT = Decimal(500_000_000)
#: Employers who can be signed in: their stories, the name of the account, the words for the sign-in page.
EMPLOYERS = {
    loans_stories.warned: ("hr.warned", "จิราพร พูลสวัสดิ์", "ฝ่ายบุคคลของผู้กู้ที่ลูกจ้างใกล้ถึงเกณฑ์"),
    loans_stories.curing: ("hr.curing", "มานพ เรืองศรี", "ฝ่ายบุคคลของผู้กู้ที่อยู่ในช่วงจ้างกลับ"),
    loans_stories.breached: ("hr.breached", "เกศินี ไชยเดช", "ฝ่ายบุคคลของผู้กู้ที่ผิดเงื่อนไขการจ้างงาน"),
}
#: Officers of a bank by the end of their account: how they are called, and the words for the sign-in page.
BANKERS = {
    "maker": ("วรวุฒิ สมบัติดี", "เจ้าหน้าที่สินเชื่อ (ผู้เสนอ)"),
    "checker": ("ทิพวรรณ เจริญผล", "ผู้อนุมัติสินเชื่อ (คนที่สอง)"),
}
#: Addresses that nobody has.
ADDRESS = "hr{:02}@example.org"


def make(*, seed: int, hr: Employer) -> list[staff.Member]:
    """Make the portfolio; return who can be signed in to look at it.

    :param hr: the employer whose HR office can be signed in: it has filed enough to apply.
    """
    timetable = loans_timetable.of_today()
    phase = _phase(timetable)
    members, office = _staff()
    (desk, bankers), (other, _bankers) = (_desk(code, phase, timetable) for code in (BANK, OTHER_BANK))
    firms = loans_firms.borrowers(len(loans_stories.LOANS) + len(loans_asking.ASKING), besides=hr)
    generator = random.Random(seed)  # noqa: S311 a demonstration, not a draw
    generator.shuffle(firms)
    _can_be_reached(firms)
    everybody = [*firms, *loans_firms.firms_of([hr])]
    months = [timetable.month(back) for back in range(HISTORY, -2, -1)]
    loans_firms.make_room(months)
    loans_firms.bring_months(everybody, months[: HISTORY - FIRST])
    _others_file(everybody, timetable, generator)
    for each in (desk, other):
        _deposit(each)
    loans_timetable.live(
        [
            loans_firms.months_pass(everybody, timetable, first=FIRST),
            *_loans(firms, desk, other, office),
            *_asking(firms[len(loans_stories.LOANS) :], desk),
            *(loans_asking.files_are_sent(each, first=FIRST) for each in (desk, other)),
        ]
    )
    return [*members, *bankers, *_employers(firms)]


def _loans(firms: Sequence[Firm], desk: Desk, other: Desk, office: Office) -> list[Story]:
    return [
        story(other if story in OF_OTHER_BANK else desk, firm, office)
        for story, firm in zip(loans_stories.LOANS, firms, strict=False)
    ]


def _asking(firms: Sequence[Firm], desk: Desk) -> list[Story]:
    return [story(desk, firm) for story, firm in zip(loans_asking.ASKING, firms, strict=False)]


def _phase(timetable: Timetable) -> Phase:
    """Return a phase that has taken applications since the first loan, and still does; a made-up one when none has."""
    first = timetable.month(FIRST)
    for each in phases.running():
        if each.phase.opens_on <= first and each.detail is not None:
            return each.phase
    return bank_loans.make_up(
        opens_on=first, closes_on=timetable.today + bank_loans.STILL_OPEN, banks=(BANK, OTHER_BANK)
    )


def _staff() -> tuple[list[staff.Member], Office]:
    """Make the officer who sees to loans; another one of the whole country decides about waivers."""
    loans = staff.member("loans", "ศิริพร ดวงแก้ว", Role.OFFICER, "เจ้าหน้าที่สินเชื่อ ส่วนกลาง")
    _one, other = officers()
    return [loans], Office(asks=actor(loans.user, Role.OFFICER), decides=other)


def _desk(code: str, phase: Phase, timetable: Timetable) -> tuple[Desk, list[staff.Member]]:
    """Return a bank with two of its officers, who are made."""
    bank = bank_by_code(code)
    if bank is None:
        raise LookupError(f"no bank {code}")
    members = [
        staff.member(f"bank{code}.{name}", called, Role.BANKER, f"{label} {bank.name_th}", scope_kind=ScopeKind.BANK,
                     key=bank.pk)
        for name, (called, label) in BANKERS.items()
    ]  # fmt: skip
    maker, checker = (actor(each.user, Role.BANKER, ScopeKind.BANK, bank.pk) for each in members)
    return Desk(bank, phase, timetable, maker, checker), members


def _employers(firms: Sequence[Firm]) -> list[staff.Member]:
    """Make the HR offices of telling borrowers."""
    by_story = dict(zip(loans_stories.LOANS, firms, strict=False))
    return [
        staff.member(
            name, called, Role.EMPLOYER, f"{label} {by_story[story].employer.name_th}", scope_kind=ScopeKind.EMPLOYER,
            key=by_story[story].employer.pk,
        )
        for story, (name, called, label) in EMPLOYERS.items()
        if story in by_story
    ]  # fmt: skip


def _can_be_reached(firms: Sequence[Firm]) -> None:
    for number, firm in enumerate(firms):
        address = ADDRESS.format(number)
        set_employer_contact(employer_id=firm.employer.pk, kind=ContactKind.EMAIL, address=address, by=BY)


def _others_file(firms: Sequence[Firm], timetable: Timetable, generator: random.Random) -> None:
    """Let those who do not borrow have filed too, some with fewer workers of late: so that jobs can be compared."""
    others = loans_firms.others_like(firms)
    for firm in others:
        loans_firms.planned(firm, timetable, max(1, firm.share(generator.choice(loans_firms.KEPT_BY_OTHERS))), 1, 0)
    loans_firms.bring_months(others, [timetable.month(back) for back in range(FIRST + 1, -1, -1)])


def _deposit(desk: Desk) -> None:
    """Let the office have deposited the money that the bank lends."""
    with clock.set_to(desk.timetable.on(FIRST, 1)):
        number = f"SSO-{desk.bank.code}-1"
        deposits.deposit(bank=desk.bank, amount=DEPOSIT, on=clock.today(), number=number, by=BY)
