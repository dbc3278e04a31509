"""Calls as the hotline sees them: what rings, whose calls they are, and what the wallboard shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet, Sum

from khumkan.hotline.call_states import CallBackState, CallState
from khumkan.hotline.choices import Reason
from khumkan.hotline.models import Call, CallBack, CallCount, Presence
from khumkan.hotline.permissions.calls import is_of_call
from khumkan.hotline.permissions.cases import HOTLINE
from khumkan.hotline.rules.calls import Counted
from khumkan.hotline.terms.calls import CallTerms
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.policies import in_force

#: What stands before a reason in the name of a counter.
REASON = "reason."
#: How many reasons the wallboard names.
MOST_REASONS = 6


@dataclass(frozen=True)
class Hour:
    """One hour of today: how many called, were answered, and hung up unanswered."""

    hour: int
    came: int
    answered: int
    abandoned: int


@dataclass(frozen=True)
class Wallboard:
    """What a wall shows: the moment, and the day until now.

    :param longest: seconds for which the caller who waits longest has waited.
    :param average: seconds that callers waited today until somebody answered; none when nobody was answered.
    :param due: people who wait to be called back now.
    """

    at: datetime
    waiting: int
    longest: int
    talking: int
    agents: int
    due: int
    came: int
    answered: int
    abandoned: int
    solved: int
    average: int | None
    reasons: list[tuple[Reason, int]]
    hours: list[Hour]

    @property
    def solved_share(self) -> int | None:
        """Calls solved at first contact, in percent of those answered."""
        return round(100 * self.solved / self.answered) if self.answered else None

    @property
    def answered_share(self) -> int | None:
        """Calls answered, in percent of those over or answered."""
        over = self.answered + self.abandoned
        return round(100 * self.answered / over) if over else None


def calls_for(by: Actor) -> "QuerySet[Call]":
    """Return the calls of the actor and of nobody, of a supervisor all, the latest first."""
    if by.has(Role.SUPERVISOR):
        rows = Call.objects.all()
    elif by.has(*HOTLINE):
        rows = Call.objects.filter(Q(agent=by.id) | Q(agent=None))
    else:
        rows = Call.objects.none()
    return rows.select_related("agent", "case").order_by("-heard_at", "-pk")


def of_today(by: Actor) -> "QuerySet[Call]":
    """Return the calls of today that `calls_for` returns."""
    begin, _end = clock.day_span(clock.today())
    return calls_for(by).filter(heard_at__gte=begin)


def ringing_for(by: Actor) -> list[Call]:
    """Return the calls that ring for the actor at this moment, the longest waiting first. One query."""
    return list(Call.objects.ringing(since=_oldest()).filter(agent=by.id)[:5])


def call_for(by: Actor, reference: str) -> Call:
    """Return one call. One query.

    :raises Missing: for an unknown call and one of somebody else alike.
    """
    rows = Call.objects.filter(reference=references.normalise(reference)).select_related("agent", "case")
    found = rows.first()
    if found is None or not is_of_call(by, found):
        raise Missing("no such call for this actor")
    return found


def same_number(call: Call) -> list[Call]:
    """Return the earlier calls of the same number within a month, the newest first. One query."""
    if call.number_index is None:
        return []
    since = call.heard_at - timedelta(days=30)
    rows = Call.objects.filter(number_index=call.number_index, heard_at__gte=since).exclude(pk=call.pk)
    return list(rows.select_related("case").order_by("-heard_at", "-pk")[:5])


def wallboard() -> Wallboard:
    """Return the moment and the day. Five queries over what is live and over counters, however many called."""
    now = clock.now()
    live = Call.objects.filter(heard_at__gt=_oldest(), state=CallState.RINGING)
    waiting = live.aggregate(number=Count("pk"), first=Min("heard_at"))
    talking = Call.objects.filter(state=CallState.ANSWERED).count()
    sums = _sums()
    answered = sums.get(Counted.ANSWERED, 0)
    return Wallboard(
        at=now,
        waiting=waiting["number"],
        longest=int((now - waiting["first"]).total_seconds()) if waiting["first"] else 0,
        talking=talking,
        agents=Presence.objects.filter(until__gt=now).count(),
        due=CallBack.objects.filter(state=CallBackState.DUE, due_at__lte=now).count(),
        came=sums.get(Counted.CAME, 0),
        answered=answered,
        abandoned=sums.get(Counted.ABANDONED, 0),
        solved=sums.get(Counted.SOLVED, 0),
        average=round(sums.get(Counted.WAITED, 0) / answered) if answered else None,
        reasons=_reasons(sums),
        hours=_hours(),
    )


def _oldest() -> datetime:
    minutes = in_force(CallTerms, on=clock.today()).longest_ring_minutes
    return clock.now() - timedelta(minutes=minutes)


def _sums() -> Mapping[str, int]:
    rows = CallCount.objects.filter(day=clock.today()).values("name").annotate(total=Sum("number")).order_by("name")
    return {row["name"]: int(row["total"]) for row in rows}


def _reasons(sums: Mapping[str, int]) -> list[tuple[Reason, int]]:
    found = [
        (Reason(name.removeprefix(REASON)), number)
        for name, number in sums.items()
        if name.startswith(REASON) and name.removeprefix(REASON) in Reason.values
    ]
    return sorted(found, key=lambda each: (-each[1], each[0].value))[:MOST_REASONS]


def _hours() -> list[Hour]:
    """Return the hours of today from the first in which somebody called until now."""
    rows = CallCount.objects.filter(day=clock.today(), name__in=[Counted.CAME, Counted.ANSWERED, Counted.ABANDONED])
    counts = {(row.hour, row.name): row.number for row in rows.order_by("hour", "name")}
    if not counts:
        return []
    first, last = min(hour for hour, _name in counts), clock.bangkok(clock.now()).hour
    return [
        Hour(hour, *(int(counts.get((hour, name), 0)) for name in (Counted.CAME, Counted.ANSWERED, Counted.ABANDONED)))
        for hour in range(first, max(first, last) + 1)
    ]
