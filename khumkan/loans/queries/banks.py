"""Reading banks: all of them for the office, those that lend for employers, their share of a month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.loans.models import Bank, Participation
from khumkan.loans.permissions import scopes
from khumkan.loans.queries.phases import PACE


@dataclass(frozen=True)
class Pace:
    """What a bank has left of its share of a month for employers of one size, in baht, and when the next begins."""

    size: str
    free: int
    total: int
    next_at: datetime


def all_banks() -> Sequence[Bank]:
    """Return every bank, by code. One query."""
    return list(Bank.objects.order_by("code"))


def bank_called(reference: str) -> Bank:
    """Return one bank.

    :raises Missing: when there is none.
    """
    found = Bank.objects.filter(reference=reference).first()
    if found is None:
        raise Missing("no such bank")
    return found


def bank_by_code(code: str) -> Bank | None:
    """Return the bank with this three-digit code, whoever asks."""
    return Bank.objects.filter(code=code).first()


def banks(bank_ids: Iterable[int]) -> dict[int, Bank]:
    """Return banks by id; one query, unknown ids are left out."""
    return Bank.objects.in_bulk(list(bank_ids))


def banks_of(by: Actor) -> Sequence[Bank]:
    """Return the banks for which the actor works, by code. One query."""
    return list(Bank.objects.filter(pk__in=scopes.bank_ids(by)).order_by("code"))


def lending_in(phase_id: int) -> Sequence[Bank]:
    """Return the banks that take applications of a phase, by code. One query."""
    there = Participation.objects.filter(phase=phase_id, left_at=None).values("bank")
    return list(Bank.objects.filter(pk__in=there, suspended_at=None).order_by("code"))


def participations_of(phase_id: int) -> Sequence[Participation]:
    """Return how the banks of a phase lend, those that left included, by code. One query."""
    rows = Participation.objects.filter(phase=phase_id).select_related("bank")
    return list(rows.order_by("bank__code"))


def phases_of(bank: Bank) -> Sequence[Participation]:
    """Return in which phases a bank takes or took part, the newest first. One query."""
    return list(Participation.objects.filter(bank=bank).select_related("phase").order_by("-phase__opens_on", "pk"))


def pace_of(bank: Bank, phase_id: int, sizes: Iterable[str]) -> Sequence[Pace]:
    """Return what a bank has left of this month for each size of which it has reserved anything. One query a size."""
    since, until = month_span(clock.now())
    found = ((size, capacity.room(kind=PACE, since=since, until=until, part=part_of(phase_id, bank.pk, size)))
             for size in sizes)  # fmt: skip
    return [Pace(size, rooms[0].free, rooms[0].total, until) for size, rooms in found if rooms]


def part_of(phase_id: int, bank_id: int, size: str) -> str:
    """Return the part of the supply that is a bank's share of a tranche."""
    return f"{phase_id}:{bank_id}:{size}"


def month_span(moment: datetime) -> tuple[datetime, datetime]:
    """Return the first moment of the month in Bangkok and the first moment after it."""
    first = clock.bangkok(moment).date().replace(day=1)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return clock.day_span(first)[0], clock.day_span(following)[0]
