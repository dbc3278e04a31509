"""The walks of trust: phases of lending, banks, certificates, deposits and the portfolio."""

from collections.abc import Callable
from datetime import date
from typing import Any

from khumkan.kernel import clock, references
from khumkan.loans.actions import banks, phases
from khumkan.loans.actions.phases import Draft, Tranche
from khumkan.loans.choices import SizeBand
from khumkan.loans.states import ApplicationState
from khumkan.loans.tests.covenanted import officer
from khumkan.loans.tests.lender import MILLION, OFFICE, a_bank, a_phase
from tests.trust.covenant import SOMEBODY
from tests.trust.lending import another
from tests.trust.marks import O, Page, U, V, button, form, look

READERS = (O, V, U)
NO_ID = 999_999_999
NATION = "nation"
#: A day with other terms of lending than today's.
UNDER_OTHER_TERMS = date(2020, 12, 1)
PAGES: dict[str, Page] = {
    "office_loans": look(*READERS),
    "jobs_kept": look(*READERS),
    "lending_phases": look(*READERS),
    "new_lending_phase": form(O, within=NATION),
    "lending_phase": look(*READERS, thing="lending_phase"),
    "sign_lending_phase": button(O, thing="lending_phase", within=NATION),
    "move_lending_phase": button(O, thing="lending_phase", within=NATION),
    "adopt_terms": button(O, thing="lending_phase", within=NATION),
    "change_budget": form(O, thing="lending_phase", within=NATION),
    "banks": look(*READERS),
    "new_bank": form(O, within=NATION),
    "bank_at_office": look(*READERS, thing="lending_bank"),
    "bank_notices": form(O, thing="lending_bank", within=NATION),
    "suspend_bank": form(O, thing="lending_bank", within=NATION),
    "resume_bank": button(O, thing="lending_bank", within=NATION),
    "bank_in_phase": button(O, thing="bank_in_phase", within=NATION),
    "deposit": form(O, thing="lending_bank", within=NATION),
    "office_certificates": look(O),
    "revoke_certificate": form(O, thing="loan_certificate", within="province"),
    "books": look(O, U),
}


def _draft(_world: Any) -> dict[str, Any]:
    first = clock.today().replace(day=1)
    return {
        "number": "8", "years": str(first.year), "title_th": "ระยะที่ 8", "title_en": "Phase 8",
        "opens_on": first.replace(year=first.year + 1).isoformat(), "small_budget": "1000000000",
        "small_cap": "5000000",
    }  # fmt: skip


def _deposit(_world: Any) -> dict[str, Any]:
    return {"way": "deposit", "amount": "1000000.00", "on": clock.today().isoformat(), "number": "T-9"}


FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "loans:new_lending_phase": _draft,
    "loans:move_lending_phase": lambda _world: {"to": "paused", "why": "the money is counted"},
    "loans:change_budget": lambda _world: {"size": "small", "budget": "19000000000"},
    "loans:new_bank": lambda _world: {"code": "987", "name_th": "ธนาคารใหม่", "name_en": "New Bank"},
    "loans:bank_notices": lambda _world: {"address": "breaches@example.com"},
    "loans:suspend_bank": lambda _world: {"why": "it asked for it"},
    "loans:deposit": _deposit,
    "loans:revoke_certificate": lambda _world: {"why": "the filings were false"},
}


def _another_phase(_world: Any, _visitor: Any) -> list[object]:
    return [a_phase(number=77).pk]


def _unsigned_phase(_world: Any, _visitor: Any) -> list[object]:
    """Let an officer whom nobody knows draft a phase."""
    today = clock.today()
    envelope = [Tranche(SizeBand.SMALL, 1_000 * MILLION, 5 * MILLION)]
    draft = Draft(
        number=78, years=str(today.year), title_th="ระยะที่ 78", title_en="Phase 78", opens_on=today, closes_on=None,
        tranches=envelope,
    )  # fmt: skip
    return [phases.draft(draft=draft, by=officer(SOMEBODY)).pk]


def _older_phase(_world: Any, _visitor: Any) -> list[object]:
    return [a_phase(number=79, opens_on=UNDER_OTHER_TERMS).pk]


def _to_join(world: Any, visitor: Any) -> list[object]:
    return [world.here.lending.bank.reference, *_another_phase(world, visitor), "join"]


def _suspended_bank(_world: Any, _visitor: Any) -> list[object]:
    return [banks.suspend(bank=a_bank("986"), why="it asked for it", by=OFFICE).reference]


def _another_bank(_world: Any, _visitor: Any) -> list[object]:
    return [a_bank("986").reference]


def _another_certificate(world: Any, _visitor: Any) -> list[object]:
    return [another(world.here.lending, ApplicationState.SENT).certificate.code]


PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "loans:move_lending_phase": _another_phase,
    "loans:sign_lending_phase": _unsigned_phase,
    "loans:adopt_terms": _older_phase,
    "loans:suspend_bank": _another_bank,
    "loans:resume_bank": _suspended_bank,
    "loans:bank_in_phase": _to_join,
    "loans:revoke_certificate": _another_certificate,
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "lending_phase": (lambda corner: (corner.lending.phase.pk,), lambda: (NO_ID,)),
    "lending_bank": (lambda corner: (corner.lending.bank.reference,), lambda: (references.new("BK"),)),
    "bank_in_phase": (
        lambda corner: (corner.lending.bank.reference, corner.lending.phase.pk, "join"),
        lambda: (references.new("BK"), NO_ID, "join"),
    ),
}
