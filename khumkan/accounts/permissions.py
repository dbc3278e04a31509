"""Who may do what with accounts. Each check raises a refusal that a clerk could read out."""

from khumkan.accounts.models import FourEyesRequest, User
from khumkan.accounts.states import RequestKind, RequestState
from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: Who may ask for what needs a second pair of eyes, and who may be that second pair.
MAY_ASK = {
    RequestKind.FACTOR_RESET: (Role.ADMINISTRATOR,),
    RequestKind.ADMINISTRATOR: (Role.ADMINISTRATOR,),
    RequestKind.LETTER: (Role.AGENT, Role.SUPERVISOR, Role.OFFICER),
    RequestKind.PHONE_CHANGE: (Role.AGENT, Role.SUPERVISOR, Role.OFFICER),
}
MAY_DECIDE = {
    RequestKind.FACTOR_RESET: (Role.ADMINISTRATOR,),
    RequestKind.ADMINISTRATOR: (Role.ADMINISTRATOR,),
    RequestKind.LETTER: (Role.SUPERVISOR, Role.OFFICER),
    RequestKind.PHONE_CHANGE: (Role.SUPERVISOR, Role.OFFICER),
}
#: Who may stop a change of phone when the person calls that it is not theirs. One alone is enough: nothing is opened.
MAY_CANCEL_PHONE = (Role.AGENT, Role.SUPERVISOR, Role.OFFICER)


def check_may_administer(by: Actor) -> None:
    """Let administrators manage accounts.

    :raises Refused: for everybody else.
    """
    if not by.has(Role.ADMINISTRATOR):
        raise Refused(N_("Only an administrator may do this."), "not_administrator")


def check_may_found(by: Actor) -> None:
    """Let nobody but the console invite the first administrators.

    :raises Refused: for everybody who came in by a page or with a token.
    """
    if by.kind is not ActorKind.SYSTEM:
        raise Refused(N_("The first administrators are invited from the console only."), "console_only")


def check_may_manage(by: Actor, user: User) -> None:
    """Let administrators manage the accounts of others, never their own.

    :raises Refused: for everybody else, and for one's own account.
    """
    check_may_administer(by)
    if _is(by, user.pk):
        raise Refused(N_("You cannot change your own account. Ask another administrator."), "own_account")


def check_may_ask(by: Actor, kind: RequestKind, *, user: User | None) -> None:
    """Let staff ask for what a second person then decides; not about themselves.

    :raises Refused: when the role is missing, or it is about the one who asks.
    """
    if not by.has(*MAY_ASK[kind]):
        raise Refused(N_("Your role does not allow you to ask for this."), "may_not_ask")
    if user is not None and _is(by, user.pk):
        raise Refused(N_("You cannot ask for this for yourself. Ask another administrator."), "own_account")


def check_may_decide(by: Actor, request: FourEyesRequest) -> None:
    """Let a second person decide: not the one who asked, and not the one whom it is about.

    :raises Refused: when the role is missing, it is not a second person, or it was decided.
    """
    if not by.has(*MAY_DECIDE[RequestKind(request.kind)]):
        raise Refused(N_("Your role does not allow you to decide this."), "may_not_decide")
    if _is(by, request.asked_by_id) or _is(by, request.user_id):
        raise Refused(N_("A second person must decide this."), "second_person")
    if request.state != RequestState.ASKED:
        raise Refused(N_("This was decided already."), "decided")


def check_may_cancel_phone(by: Actor, person_id: int) -> None:
    """Let persons stop the change of their own phone, and the hotline and officers stop one for whom they act.

    :raises Refused: for everybody else.
    """
    if by.person_id != person_id or not (by.kind is ActorKind.PERSON or by.has(*MAY_CANCEL_PHONE)):
        raise Refused(N_("Your role does not allow you to stop this change of phone."), "may_not_cancel")


def staff_id(by: Actor) -> int:
    """Return the id of the member of staff who acts.

    :raises Refused: for a person, another system or Khumkan itself.
    """
    if by.kind is not ActorKind.STAFF or by.id is None:
        raise Refused(N_("Only staff may do this."), "not_staff")
    return by.id


def _is(by: Actor, user_id: int | None) -> bool:
    return by.kind is ActorKind.STAFF and by.id == user_id
