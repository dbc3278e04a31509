"""Who may book money of loans: the bank its own, by its officers and its systems; the office its deposits."""

from khumkan.accounts.tokens import may
from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing

#: What the token of a bank's system must allow.
BOOK = "loans:money:write"


def check_may_book(by: Actor, bank_id: int) -> None:
    """Officers of the bank, and systems that hold its token or one for all banks, book money and new schedules.

    :raises Missing: for everybody else.
    """
    if by.kind is ActorKind.SYSTEM:
        return
    banks = by.keys(Role.BANKER, ScopeKind.BANK)
    if may(by, BOOK):
        if by.is_national(Role.CLIENT):
            return
        banks |= by.keys(Role.CLIENT, ScopeKind.BANK)
    if str(bank_id) not in banks:
        raise Missing("no such loan for this actor")


def check_may_deposit(by: Actor) -> None:
    """Officers of the whole country move the fund's money to a bank and back.

    :raises Missing: for everybody else.
    """
    if by.kind is not ActorKind.SYSTEM and not by.is_national(Role.OFFICER):
        raise Missing("no such deposit for this actor")
