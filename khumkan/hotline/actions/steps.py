"""Moving a case from one state to the next, and writing that down. Every other action on cases goes through here.

Order of locks: cases in the order of their ids, then who is at the desk.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from khumkan import messages, policies, record
from khumkan.hotline.choices import Reply, StepKind
from khumkan.hotline.models import Case, CaseStep
from khumkan.hotline.permissions.cases import staff_id
from khumkan.hotline.queries import callers, incoming
from khumkan.hotline.states import CaseState, may_move
from khumkan.hotline.terms.cases import CaseTerms
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import check
from khumkan.messages.states import Channel

Value = int | str | bool | None


def hold(case: Case) -> Case:
    """Return the case as it is now, held until the commit."""
    return Case.objects.select_for_update(no_key=True).get(pk=case.pk)


def hold_many(case_ids: Iterable[int]) -> list[Case]:
    """Return cases as they are now, held until the commit, in the order of their ids."""
    rows = Case.objects.filter(pk__in=sorted(set(case_ids))).order_by("pk")
    return list(rows.select_for_update(no_key=True))


def move(case: Case, to: CaseState, **values: object) -> None:
    """Bring a case that the caller holds into another state, with what changes along.

    :raises Refused: when that move is not in the table.
    """
    check(may_move(CaseState(case.state), to))
    set_values(case, state=to.value, **values)


def set_values(case: Case, **values: object) -> None:
    """Change columns of a case that the caller holds."""
    for name, value in values.items():
        setattr(case, name, value)
    case.save(update_fields=list(values))


def note(
    what: StepKind, case: Case, *, by: Actor, text: str = "", reply: Reply | None = None, **data: Value
) -> CaseStep:
    """Add a step to the history of a case, and an event to the record.

    :param text: what was noted; it may name people, so it is sealed and stands nowhere else.
    """
    step = CaseStep.objects.create(
        case=case,
        kind=what,
        at=clock.now(),
        by_staff=staff_id(by),
        note_sealed=seal_note(text, case) if text else None,
        reply=reply or "",
        data=data,
    )
    record.write(f"hotline.case_{what.value}", by=acting(by, case), about=case, data=data)
    return step


def acting(by: Actor, case: Case) -> Actor:
    """Return the actor as the record names them: staff act for the person whose case it is."""
    if case.person_id is None or staff_id(by) is None:
        return by
    return by.acting_for(case.person_id, because=by.because or case.reference)


def tell(template: str, case: Case, params: Mapping[str, str | int] | None = None) -> bool:
    """Queue a message to the person of a case, or to the number that called or wrote, or on LINE to who wrote there.

    Tell whether there was anybody to tell.
    """
    words = {"reference": case.reference, **(params or {})}
    if case.person_id is not None:
        messages.send(f"hotline.{template}", person_id=case.person_id, params=words, about=case)
        return True
    phone, line = callers.phone_of(case), incoming.line_of(case)
    for channel, address in ((Channel.SMS, phone), (Channel.LINE, "" if phone else line)):
        if address:
            messages.send_to_address(
                f"hotline.{template}",
                address=address, channel=channel, language=case.language, params=words, about=case,
            )  # fmt: skip
    return bool(phone or line)


def seal_note(text: str, case: Case) -> bytes:
    """Seal what was noted about a case."""
    return crypto.seal(text.encode(), where=callers.note_place(case.pk))


def terms_now() -> CaseTerms:
    """Return the terms in force today."""
    return policies.in_force(CaseTerms, on=clock.today())


def due_in(minutes: int) -> timedelta:
    """Return minutes as a span."""
    return timedelta(minutes=minutes)
