"""Promising to call back: within an hour that is counted, or as soon as somebody is free. Changing and dropping it.

Order of locks: cases, call-backs, supplies.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction

from khumkan import capacity, policies, record
from khumkan.hotline.actions import closing, opening, steps
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.call_choices import Dropped
from khumkan.hotline.call_states import LIVE_CALL_BACKS, CallBackState, may_move
from khumkan.hotline.choices import CaseChannel, Closed, Reason, Spoken, StepKind, Thing
from khumkan.hotline.models import Call, CallBack, Case
from khumkan.hotline.permissions import calls as permissions
from khumkan.hotline.queries import call_backs as queries
from khumkan.hotline.rules import call_backs as rules
from khumkan.hotline.rules.call_backs import Hours
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.hotline.terms.calls import CallTerms
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.registry.models import Person

PREFIX = "CB"
DAY = timedelta(days=1)
#: As many days as the terms can say.
MOST_DAYS = 14
KHUMKAN = Actor.system("hotline")
#: What becomes of a case that only waited for its caller, when the call is dropped.
CLOSES = {Dropped.BY_CALLER: Closed.NOT_NEEDED, Dropped.CALLED_AGAIN: Closed.ANSWERED}


def offer_hours(*, by: Actor) -> int:
    """Offer the hours of the coming days; those that are there already stay as they are. Return how many are new."""
    offers = []
    for ahead in range(MOST_DAYS):
        day = clock.today() + DAY * ahead
        terms = policies.in_force(CallTerms, on=day)
        if ahead >= terms.days_ahead:
            break
        for begin, end in rules.hours_of(day, hours_in(terms)):
            if begin > clock.now():
                offers.append(capacity.Offer(queries.KIND, None, begin, end, terms.in_an_hour))
    return len(capacity.offer(offers=offers, by=by))


@transaction.atomic
def ask(*, case: Case, supply_id: int | None, by: Actor, call: Call | None = None) -> CallBack:
    """Promise to call back about a case, which waits for that.

    :param supply_id: the hour; none: as soon as somebody is free.
    :param call: the call that is answered so.
    :raises Refused: when it is promised already, the case is over, or the hour has begun.
    :raises khumkan.capacity.Full: when the hour is taken.
    """
    fresh = steps.hold(case)
    permissions.check_may_ask(by, fresh)
    if fresh.state not in LIVE_CASES:
        raise Refused(N_("This case is over. Open it again first."), "case_over")
    if supply_id is not None and fresh.person_id is None and fresh.employer_id is None:
        raise Refused(
            N_("Only somebody in the register can be promised an hour. Others are called as soon as possible."),
            "nobody_to_promise",
        )
    made = _made(fresh, call)
    if supply_id is not None:
        _take_hour(made, fresh, supply_id, by)
    _let_wait(fresh, made)
    steps.note(StepKind.CALL_BACK, fresh, by=by, call_back=made.reference)
    return made


@transaction.atomic
def ask_for(*, person: Person, reason: Reason, supply_id: int | None, by: Actor) -> CallBack:
    """Promise to call a person back who asks for it themselves, or on the telephone.

    A case is opened about it; the live one about the same is taken where there is one.

    :raises Refused: when it is promised already, or the hour is taken or has begun.
    """
    if queries.of_person(person.pk) is not None:
        raise already_promised()
    is_own = by.kind is ActorKind.PERSON
    wanted = Wanted(
        reason=reason,
        person=person,
        channel=CaseChannel.WEB if is_own else CaseChannel.PHONE,
        language=_spoken(person.language),
        later=True,
    )
    case = opening.open_case(wanted=wanted, keep=False, by=KHUMKAN if is_own else by)
    return ask(case=case, supply_id=supply_id, by=by)


@transaction.atomic
def change_hour(*, call_back: CallBack, supply_id: int, by: Actor) -> CallBack:
    """Give a call-back another hour: either that one is held afterwards, or still the old one.

    :raises Refused: when somebody is calling already, or it is over.
    :raises khumkan.capacity.Full: when the hour is taken.
    """
    case, fresh = hold(call_back)
    permissions.check_may_ask(by, case)
    if fresh.state != CallBackState.DUE:
        raise Refused(N_("It is too late to change the hour."), "too_late")
    if fresh.claim_id is None:
        _take_hour(fresh, case, supply_id, by)
    elif fresh.supply_id != supply_id:
        room = queries.hour(supply_id)
        held = capacity.move(claim_id=fresh.claim_id, supply_id=supply_id, by=by)
        set_values(fresh, claim_id=held.claim_id, supply_id=supply_id, due_at=room.starts_at, until=room.ends_at)
    record.write("hotline.call_back_moved", by=steps.acting(by, case), about=fresh, person_id=case.person_id)
    return fresh


@transaction.atomic
def drop(*, call_back: CallBack, because: Dropped, by: Actor) -> CallBack:
    """Call nobody back any more. Twice is harmless.

    :raises Refused: when the call was made already.
    """
    case, fresh = hold(call_back)
    permissions.check_may_drop(by, fresh)
    if fresh.state == CallBackState.CANCELLED:
        return fresh
    if fresh.state not in LIVE_CALL_BACKS:
        raise Refused(N_("This call was made already."), "made")
    end(fresh, CallBackState.CANCELLED, dropped=because.value)
    if case.state == CaseState.WAITING and case.waits_for == Thing.CALLER and because in CLOSES:
        closing.end(case, CLOSES[because], by=by)
    record.write(
        "hotline.call_back_dropped",
        by=steps.acting(by, case), about=fresh, person_id=case.person_id, data={"because": because.value},
    )  # fmt: skip
    return fresh


def follow_ended(*, case_ids: list[int], by: Actor) -> int:
    """Drop the call-backs of cases that were closed; where a case went on in another one, the promise goes along.

    Return how many there were. Each on its own, and twice is harmless.
    """
    rows = CallBack.objects.live().filter(case__in=case_ids).exclude(case__state__in=LIVE_CASES)
    found = list(rows.select_related("case").order_by("pk"))
    for call_back in found:
        _follow_ended(call_back, by)
    return len(found)


def hold(call_back: CallBack) -> tuple[Case, CallBack]:
    """Return a call-back and its case as they are now, held until the commit."""
    case = steps.hold(call_back.case)
    fresh = CallBack.objects.select_for_update(no_key=True).get(pk=call_back.pk)
    fresh.case = case
    return case, fresh


def move(call_back: CallBack, to: CallBackState, **values: object) -> None:
    """Bring a call-back that the caller holds into another state.

    :raises Refused: when that move is not in the table.
    """
    check(may_move(CallBackState(call_back.state), to))
    set_values(call_back, state=to.value, **values)


def end(call_back: CallBack, to: CallBackState, **values: object) -> None:
    """End a call-back that the caller holds, and give its hour back."""
    claim_id = call_back.claim_id
    free = {"claim_id": None, "supply_id": None, "taken_by_id": None, "taken_at": None}
    move(call_back, to, ended_at=clock.now(), **free, **values)
    if claim_id is not None:
        capacity.release(claim_id=claim_id, by=KHUMKAN)


def set_values(call_back: CallBack, **values: object) -> None:
    """Change columns of a call-back that the caller holds."""
    for name, value in values.items():
        setattr(call_back, name, value)
    call_back.save(update_fields=list(values))


def hours_in(terms: CallTerms) -> Hours:
    """Return the hours of the day within which people are called."""
    return Hours(terms.first_hour, terms.last_hour)


def terms_now() -> CallTerms:
    """Return the terms in force today."""
    return policies.in_force(CallTerms, on=clock.today())


def waits_for_nobody(case: Case) -> str:
    """Return what a case still waits for when it waits for its caller no more."""
    return "" if case.waits_for == Thing.CALLER else case.waits_for


def already_promised() -> Refused:
    """Return the refusal to promise the same twice."""
    return Refused(N_("A call back is promised already. Its hour can be changed."), "promised_already")


@transaction.atomic
def _follow_ended(call_back: CallBack, by: Actor) -> None:
    case, fresh = hold(call_back)
    into = case.merged_into
    if into is not None and into.state in LIVE_CASES and not CallBack.objects.live().filter(case=into).exists():
        set_values(fresh, case_id=into.pk)
        record.write("hotline.call_back_moved", by=by, about=fresh, person_id=into.person_id)
    elif case.state not in LIVE_CASES and fresh.state in LIVE_CALL_BACKS:
        drop(call_back=fresh, because=Dropped.SOLVED, by=by)


def _made(case: Case, call: Call | None) -> CallBack:
    terms = terms_now()
    now = clock.now()
    try:
        with transaction.atomic():
            return CallBack.objects.create(
                reference=references.new(PREFIX),
                case=case,
                call=call,
                state=CallBackState.DUE,
                due_at=rules.next_moment(now, hours_in(terms)),
                most_attempts=terms.attempts,
                terms_version=terms.version,
                asked_at=now,
            )
    except IntegrityError as error:
        raise already_promised() from error


def _take_hour(call_back: CallBack, case: Case, supply_id: int, by: Actor) -> None:
    """Take the hour for whom the case is about, last of all, so that nobody waits long for its lock."""
    room = queries.hour(supply_id)
    try:
        held = capacity.take(
            supply_id=supply_id,
            purpose=queries.KIND,
            person_id=case.person_id,
            employer_id=case.employer_id,
            by=by,
        )
    except capacity.AlreadyHeld as error:
        raise already_promised() from error
    set_values(call_back, claim_id=held.claim_id, supply_id=supply_id, due_at=room.starts_at, until=room.ends_at)


def _let_wait(case: Case, call_back: CallBack) -> None:
    """Let the case wait for the call, and for what solves it, whichever comes first."""
    values: dict[str, object] = {
        "waits_for": case.waits_for or Thing.CALLER.value,
        "due_at": max(case.due_at, call_back.until or call_back.due_at),
    }
    if case.state == CaseState.WAITING:
        steps.set_values(case, **values)
    else:
        steps.move(case, CaseState.WAITING, **values)


def _spoken(language: str) -> Spoken:
    return Spoken(language) if language in Spoken.values else Spoken.ENGLISH
