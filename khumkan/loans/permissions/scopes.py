"""For which employers and banks, and in which provinces, an actor works; what lies outside does not exist for it."""

from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing


def check_is_of_employer(by: Actor, employer_id: int) -> None:
    """The HR office works for its own employer.

    :raises Missing: for any other employer.
    """
    if not is_of_employer(by, employer_id):
        raise Missing("no such employer for this actor")


def check_is_banker_of(by: Actor, bank_id: int) -> None:
    """Officers of a bank, and its software, work on what belongs to their bank.

    :raises Missing: for any other bank.
    """
    if not is_banker_of(by, bank_id):
        raise Missing("no such thing of this actor's bank")


def check_is_officer_of(by: Actor, province_code: str) -> None:
    """Officers of the office work within their provinces.

    :raises Missing: for everybody else.
    """
    if not is_officer_of(by, province_code):
        raise Missing("no such thing within this officer's provinces")


def is_of_employer(by: Actor, employer_id: int) -> bool:
    """Tell whether the actor comes for this employer, or is Khumkan itself."""
    return by.kind is ActorKind.SYSTEM or str(employer_id) in by.keys(Role.EMPLOYER, ScopeKind.EMPLOYER)


def is_banker_of(by: Actor, bank_id: int) -> bool:
    """Tell whether the actor works for this bank, or is Khumkan itself."""
    own = by.keys(Role.BANKER, ScopeKind.BANK) | by.keys(Role.CLIENT, ScopeKind.BANK)
    return by.kind is ActorKind.SYSTEM or str(bank_id) in own


def is_officer_of(by: Actor, province_code: str) -> bool:
    """Tell whether the actor is an officer of this province, of the whole country, or Khumkan itself."""
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.OFFICER):
        return True
    return bool(province_code) and province_code in by.keys(Role.OFFICER, ScopeKind.PROVINCE)


def employer_ids(by: Actor) -> frozenset[int]:
    """Return the employers for which the actor comes."""
    return frozenset(int(key) for key in by.keys(Role.EMPLOYER, ScopeKind.EMPLOYER) if key.isdigit())


def bank_ids(by: Actor) -> frozenset[int]:
    """Return the banks for which the actor works."""
    keys = by.keys(Role.BANKER, ScopeKind.BANK) | by.keys(Role.CLIENT, ScopeKind.BANK)
    return frozenset(int(key) for key in keys if key.isdigit())


def province_codes(by: Actor, *roles: Role) -> frozenset[str] | None:
    """Return the provinces in which the actor holds one of the roles; None means the whole country."""
    if by.kind is ActorKind.SYSTEM or by.is_national(*roles):
        return None
    return frozenset(key for role in roles for key in by.keys(role, ScopeKind.PROVINCE))
