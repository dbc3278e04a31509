"""Who tells of calls, who takes them, who calls back, and who declares a surge."""

from khumkan.accounts import tokens
from khumkan.hotline.models import Call, CallBack, Case
from khumkan.hotline.permissions.cases import HOTLINE, check_may_supervise, check_may_work_on
from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_

#: What the token of a telephone exchange is allowed.
CALLS = "hotline:calls:write"
tokens.SCOPES[CALLS] = N_("Tell the hotline of telephone calls, as an exchange")


def check_may_tell_of_calls(by: Actor) -> None:
    """An exchange of the whole country tells of calls; Khumkan itself ends those of which no end was told.

    :raises Missing: for everybody else.
    """
    if by.kind is ActorKind.SYSTEM or (tokens.may(by, CALLS) and by.is_national(Role.CLIENT)):
        return
    raise Missing("only exchanges tell of calls")


def check_may_note_call(by: Actor, call: Call) -> None:
    """Who spoke with the caller notes what came of it, or a supervisor.

    :raises Missing: for the call of somebody else.
    """
    if not is_of_call(by, call):
        raise Missing("no such call for this actor")


def is_of_call(by: Actor, call: Call) -> bool:
    """Tell whether a call is one of the actor, or one of nobody, or the actor supervises."""
    return by.has(Role.SUPERVISOR) or (by.has(*HOTLINE) and call.agent_id in (None, by.id))


def check_may_ask(by: Actor, case: Case) -> None:
    """People ask to be called back themselves; the hotline promises it to the callers of its provinces.

    :raises Missing: for somebody else's affairs.
    """
    if by.kind is ActorKind.PERSON and by.id is not None and by.id == case.person_id:
        return
    check_may_work_on(by, case)


def check_may_call(by: Actor, call_back: CallBack) -> int:
    """Return the id of the member of the hotline who calls back; they work on cases of this province.

    :raises Missing: for everybody else.
    """
    if by.kind is not ActorKind.STAFF or by.id is None or not by.has(*HOTLINE):
        raise Missing("only the hotline calls back")
    check_may_work_on(by, call_back.case)
    return by.id


def check_has_taken(by: Actor, call_back: CallBack) -> int:
    """Return the id of who took a call-back and now says what came of it; a supervisor may say it for them.

    :raises Missing: for whoever does not call back at all.
    :raises Refused: for somebody else.
    """
    user_id = check_may_call(by, call_back)
    if call_back.taken_by_id == user_id or by.has(Role.SUPERVISOR):
        return user_id
    raise Refused(N_("A colleague took this call-back. It is theirs, or goes back into the list by itself."), "taken")


def check_may_drop(by: Actor, call_back: CallBack) -> None:
    """The person for whom it is drops a call-back, and the hotline.

    :raises Missing: for everybody else.
    """
    if by.kind is ActorKind.PERSON and by.id is not None and by.id == call_back.case.person_id:
        return
    if by.kind is not ActorKind.SYSTEM:
        check_may_call(by, call_back)


def check_may_declare_surge(by: Actor) -> int:
    """Return the id of the supervisor who begins or ends a surge.

    :raises Missing: for everybody else.
    """
    check_may_supervise(by)
    if by.id is None:
        raise Missing("only supervisors")
    return by.id
