"""The choices and states of accounts, and which move follows which."""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel.actors import Role

#: Roles that staff can hold; a person, another system and Khumkan itself are not staff.
STAFF_ROLES = tuple(role for role in Role if role not in (Role.PERSON, Role.CLIENT, Role.SYSTEM))


class Method(StrEnum):
    """How somebody proved who they are."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    PHONE_CODE = "phone_code"
    LETTER = "letter"
    OIDC = "oidc"
    DEMONSTRATION = "demonstration"


class FactorKind(StrEnum):
    """What a member of staff holds besides the password."""

    TOTP = "totp"
    PASSKEY = "passkey"


class CodePurpose(StrEnum):
    """What a one-time code opens; a code for one purpose is worth nothing for another."""

    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    NEW_PHONE = "new_phone"
    LETTER = "letter"


class TicketPurpose(StrEnum):
    """What a browser is in the middle of."""

    SECOND_FACTOR = "second_factor"
    ENROLMENT = "enrolment"
    PASSKEY = "passkey"
    OIDC = "oidc"
    NEW_TOTP = "new_totp"
    NEW_PHONE = "new_phone"


class Outcome(StrEnum):
    """How a try to sign in ended, for the sign-in log."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    CODE_ASKED = "code_asked"
    WRONG = "wrong"
    THROTTLED = "throttled"
    REFUSED = "refused"


class RequestKind(StrEnum):
    """What needs a second pair of eyes."""

    FACTOR_RESET = "factor_reset"
    ADMINISTRATOR = "administrator"
    LETTER = "letter"
    PHONE_CHANGE = "phone_change"


class RequestState(StrEnum):
    """How far a request for a second pair of eyes has come."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class PhoneChangeState(StrEnum):
    """How far the change of a person's phone has come."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


MOVES: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    RequestState: {
        RequestState.ASKED: frozenset({RequestState.APPROVED, RequestState.REFUSED}),
        RequestState.APPROVED: frozenset(),
        RequestState.REFUSED: frozenset(),
    },
    PhoneChangeState: {
        PhoneChangeState.WAITING: frozenset({PhoneChangeState.DONE, PhoneChangeState.CANCELLED}),
        PhoneChangeState.DONE: frozenset(),
        PhoneChangeState.CANCELLED: frozenset(),
    },
}
#: Who answers for a request or a change of phone: who may decide next, and nobody once it is over.
OWNERS: Mapping[StrEnum, str | None] = {
    RequestState.ASKED: "second person",
    RequestState.APPROVED: None,
    RequestState.REFUSED: None,
    PhoneChangeState.WAITING: Role.PERSON,
    PhoneChangeState.DONE: None,
    PhoneChangeState.CANCELLED: None,
}
