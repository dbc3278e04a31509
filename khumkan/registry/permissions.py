"""Who may change the registry. Each check raises; the yes/no for a template is the same check."""

from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: Who may write in the register, within the scope of the grant.
WRITERS = (Role.OFFICER, Role.ADMINISTRATOR, Role.SYSTEM)


def check_may_write(by: Actor, *, province_code: str) -> None:
    """Check that the actor may register or correct a person or employer of a province.

    :raises Refused: for anybody but national officers and officers of the province.
    """
    if by.is_national(*WRITERS):
        return
    if province_code and any(province_code in by.keys(role, ScopeKind.PROVINCE) for role in WRITERS):
        return
    raise Refused(N_("Only the office can change this, and an officer of a region only in that region."), "not_allowed")


def check_may_change_phone(by: Actor) -> None:
    """Check that nobody writes a telephone number directly: a stolen one opens an account.

    A change is asked for with the old telephone or by two of the office, waits, and is told to the old telephone; only
    then does Khumkan itself write it.

    :raises Refused: for everybody.
    """
    if not by.has(Role.SYSTEM):
        raise Refused(
            N_("A telephone number is changed with the old telephone or by two of the office, and after a wait."),
            "phone_change",
        )


def check_may_change_contact(by: Actor, *, person_id: int, province_code: str) -> None:
    """Check that the actor may change a person's e-mail address: the person, or the office.

    :raises Refused: for everybody else.
    """
    if by.kind is ActorKind.PERSON and by.id == person_id:
        return
    check_may_write(by, province_code=province_code)


def check_may_file(by: Actor, *, employer_id: int) -> None:
    """Check that the actor may file for an employer: its HR officer, a client of its, or the office.

    :raises Refused: for everybody else.
    """
    own = by.keys(Role.EMPLOYER, ScopeKind.EMPLOYER) | by.keys(Role.CLIENT, ScopeKind.EMPLOYER)
    if str(employer_id) in own or by.is_national(*WRITERS):
        return
    raise Refused(N_("Only the employer and the office can send in the employer’s filing."), "not_allowed")


def check_may_import(by: Actor) -> None:
    """Check that the actor may take over a file of the whole register.

    :raises Refused: for anybody but national officers.
    """
    if not by.is_national(*WRITERS):
        raise Refused(N_("Only the head office can take over a file of the whole register."), "not_allowed")


def may_import(by: Actor) -> bool:
    """Tell whether `check_may_import` would pass."""
    return by.is_national(*WRITERS)
