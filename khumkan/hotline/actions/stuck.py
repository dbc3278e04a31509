"""Chains that do not go on become cases by themselves, each once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from khumkan import policies
from khumkan.hotline.actions import opening
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.choices import CaseChannel, Reason, Spoken
from khumkan.hotline.models import Case
from khumkan.hotline.terms.cases import StuckTerms
from khumkan.isolation.queries import stuck as care
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.registry.queries import persons
from khumkan.screening.queries import stuck as tests
from khumkan.vaccination.queries import stuck as doses

#: Chains that are looked up together, and cases after which a run ends; the next run goes on.
CHUNK, MOST_AT_ONCE = 500, 2_000


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain that stands still.

    :param key: the rule and the row, under which there is one case ever.
    """

    key: str
    reason: Reason
    person_id: int
    about_kind: str
    about_id: int


def open_stuck(*, by: Actor) -> int:
    """Open a case for each chain that stands still and has none; return how many. Each in a transaction of its own."""
    standing, opened = list(stuck_chains()), 0
    for start in range(0, len(standing), CHUNK):
        opened += _open(_without_case(standing[start : start + CHUNK]), by=by)
        if opened >= MOST_AT_ONCE:
            break
    return opened


def _open(chains: list[Chain], *, by: Actor) -> int:
    people, opened = persons.people(chain.person_id for chain in chains), 0
    for chain in chains:
        person = people.get(chain.person_id)
        if person is None or person.died_on is not None:
            continue
        wanted = Wanted(
            reason=chain.reason,
            person=person,
            channel=CaseChannel.SYSTEM,
            language=Spoken.THAI if person.language == "th" else Spoken.ENGLISH,
            chain=chain.key,
            about_kind=chain.about_kind,
            about_id=chain.about_id,
        )
        opened += opening.open_stuck_case(wanted=wanted, by=by) is not None
    return opened


def stuck_chains() -> Iterator[Chain]:
    """Yield the chains that stand still by the terms in force today. Five queries."""
    terms, now = policies.in_force(StuckTerms, on=clock.today()), clock.now()
    for bed in care.without_bed(since=now - timedelta(hours=terms.bed_hours)):
        yield Chain(f"bed.{bed.id}", Reason.NO_BED, bed.person_id, "isolation.care", bed.id)
    for silent in care.without_answers(since=now - timedelta(hours=terms.answers_hours)):
        yield Chain(f"answers.{silent.id}", Reason.NO_BED, silent.person_id, "isolation.care", silent.id)
    for late in tests.without_result(since=now - timedelta(hours=terms.result_hours)):
        yield Chain(f"result.{late.id}", Reason.RESULT_LATE, late.person_id, "screening.specimen", late.id)
    for waiting in tests.without_place(since=now - timedelta(hours=terms.place_hours)):
        yield Chain(f"place.{waiting.id}", Reason.NO_TEST, waiting.person_id, "screening.registration", waiting.id)
    for away in doses.stay_away():
        key = f"dates.{away.id}.{away.misses}"
        yield Chain(key, Reason.VACCINATION_DATE, away.person_id, "vaccination.dose", away.id)


def _without_case(chains: list[Chain]) -> list[Chain]:
    """Leave out chains that had a case, and people who have a live one about the same. Two queries."""
    had = set(Case.objects.filter(chain__in=[chain.key for chain in chains]).values_list("chain", flat=True))
    people = _people(chains)
    live = set(Case.objects.live().filter(person__in=people).order_by("pk").values_list("person", "reason"))
    return [chain for chain in chains if chain.key not in had and (chain.person_id, chain.reason) not in live]


def _people(chains: Iterable[Chain]) -> list[int]:
    return sorted({chain.person_id for chain in chains})
