"""Loans of the busy town under their covenant: time to hire back, a breach, a waiver asked for, a proposal."""

from typing import TYPE_CHECKING

from khumkan.kernel.actors import Role, ScopeKind
from khumkan.loans.models import Bank
from khumkan.loans.tests.covenanted import a_bank, an_employer
from khumkan.simulation import staff
from tests.trust.covenant import WORKERS, Covenanted, a_covenant, ask_waiver, propose

if TYPE_CHECKING:
    from tests.pages.lively import LivelyTown

PROVINCE = "10"


def fill(town: "LivelyTown") -> dict[str, Covenanted]:
    """Make the loans, and an officer of their bank."""
    bank = _bank(town)
    made = {
        "cure": a_covenant(town.factory, bank, workers=(22, 23, 25, 28, 30), baseline=30),
        "breached": ask_waiver(a_covenant(an_employer(PROVINCE), bank)),
        "proposed": propose(a_covenant(an_employer(PROVINCE), bank, workers=(*WORKERS[:4], 100, 120))),
    }
    a_covenant(an_employer(PROVINCE), bank, workers=(120, 119, 90, 118))
    return made


def _bank(town: "LivelyTown") -> Bank:
    bank = a_bank()
    officer = staff.member("banker", "สุดา การธนาคาร", Role.BANKER, "", scope_kind=ScopeKind.BANK, key=bank.pk)
    town.staff.setdefault("banker", officer.user)
    return bank
