"""The three phases of lending and their banks, as they were announced, so that the demonstration can lend.

Phase 1: 30,000 million baht in parts of 18,000, 9,000 and 3,000 by the size of the employer, and caps of 5, 10 and 15
million (Ministry of Labour, “MOL SSO Budgets 30,000 Million Baht”; The Nation, 18 August 2020); until 31 December 2020,
while EXIM Thailand approved until 30 April 2021. Phase 2: 30,000 million, up to 15 million for one borrower; offered in
October 2021. Phase 3: 30,000 million, up to 50 million, July 2025 to 30 December 2026 (Thai News Agency; Bangkok Post,
31 May 2025). What was not published is set here as in phase 1: the parts of phases 2 and 3 by size, the lower caps, the
first days of phases 1 and 2, and the last day of phase 2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from khumkan.kernel.actors import Actor
from khumkan.loans.actions import banks, phases
from khumkan.loans.actions.phases import Draft, Tranche
from khumkan.loans.choices import SizeBand
from khumkan.loans.queries.banks import bank_by_code
from khumkan.policies.models import Phase

BY = Actor.system("simulation")
MILLION = Decimal(1_000_000)
TITLE_TH, TITLE_EN = "สินเชื่อเพื่อส่งเสริมการจ้างงาน ระยะที่ {}", "Loans to keep people in work, phase {}"
PARTS = {SizeBand.SMALL: 18_000, SizeBand.MEDIUM: 9_000, SizeBand.LARGE: 3_000}
#: For so long from today a made-up phase takes applications.
STILL_OPEN = timedelta(days=180)
#: Codes of banks in Thailand with the names that people know.
BANKS = {
    "002": ("ธนาคารกรุงเทพ", "Bangkok Bank"),
    "006": ("ธนาคารกรุงไทย", "Krungthai Bank"),
    "024": ("ธนาคารยูโอบี", "United Overseas Bank"),
    "034": ("ธนาคารเพื่อการเกษตรและสหกรณ์การเกษตร", "Bank for Agriculture and Agricultural Cooperatives"),
    "035": ("ธนาคารเพื่อการส่งออกและนำเข้าแห่งประเทศไทย", "Export-Import Bank of Thailand"),
    "071": ("ธนาคารไทยเครดิต", "Thai Credit Bank"),
}


@dataclass(frozen=True)
class Announced:
    """A phase as it was announced.

    :param caps: for one borrower by size, in millions of baht.
    """

    number: int
    years: str
    opens_on: date
    closes_on: date
    sign_until: date
    caps: Mapping[SizeBand, int]
    banks: Sequence[str]


PHASES = (
    Announced(
        1, "2020", date(2020, 8, 1), date(2020, 12, 31), date(2021, 4, 30),
        {SizeBand.SMALL: 5, SizeBand.MEDIUM: 10, SizeBand.LARGE: 15}, ("024", "035"),
    ),
    Announced(
        2, "2020-2021", date(2021, 1, 1), date(2021, 12, 31), date(2022, 4, 30),
        {SizeBand.SMALL: 5, SizeBand.MEDIUM: 10, SizeBand.LARGE: 15}, ("002", "035"),
    ),
    Announced(
        3, "2025-2026", date(2025, 7, 1), date(2026, 12, 30), date(2027, 4, 30),
        {SizeBand.SMALL: 5, SizeBand.MEDIUM: 10, SizeBand.LARGE: 50}, tuple(BANKS),
    ),
)  # fmt: skip


def make() -> None:
    """Make the banks and the phases; those whose last day is over take no applications. Twice is harmless."""
    for each in PHASES:
        phase = phases.seed(draft=_draft(each), by=BY)
        for code in each.banks:
            _join(code, phase.pk)


def make_up(*, opens_on: date, closes_on: date, banks: Sequence[str]) -> Phase:
    """Make a phase that nobody announced, like the last one: for days on which no announced one lends."""
    latest = PHASES[-1]
    years = f"{opens_on.year}-{closes_on.year}" if opens_on.year != closes_on.year else str(opens_on.year)
    made_up = replace(
        latest, number=latest.number + 1, years=years, opens_on=opens_on, closes_on=closes_on,
        sign_until=closes_on + STILL_OPEN, banks=banks,
    )  # fmt: skip
    phase = phases.seed(draft=_draft(made_up), by=BY)
    for code in banks:
        _join(code, phase.pk)
    return phase


def _draft(announced: Announced) -> Draft:
    tranches = [Tranche(size, PARTS[size] * MILLION, announced.caps[size] * MILLION) for size in SizeBand]
    return Draft(
        number=announced.number, years=announced.years, title_th=TITLE_TH.format(announced.number),
        title_en=TITLE_EN.format(announced.number), opens_on=announced.opens_on, closes_on=announced.closes_on,
        sign_until=announced.sign_until, tranches=tranches,
    )  # fmt: skip


def _join(code: str, phase_id: int) -> None:
    name_th, name_en = BANKS[code]
    bank = bank_by_code(code)
    if bank is None:
        address = f"covenants@bank{code}.example"
        bank = banks.add_bank(code=code, name_th=name_th, name_en=name_en, notices_to=address, by=BY)
    banks.join(bank=bank, phase_id=phase_id, by=BY)
