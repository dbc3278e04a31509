"""The draw: reveals the seed and keeps who it reached. The same statement on the same frame always draws the same.

The method is that of `rules.sampling`, done by the database: for each list it walks the frame along an index and keeps
the first so many by hash, so that neither time nor memory grows with more than the frame itself. Tests hold it against
the re-run in plain Python.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db import connection, transaction

from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.record import queue
from khumkan.screening.actions.rounds.freezing import seed_place
from khumkan.screening.actions.rounds.steps import note, ready_for
from khumkan.screening.models import Round, RoundEmployer
from khumkan.screening.queries import frames
from khumkan.screening.rules import draw_file, sampling
from khumkan.screening.rules.draw_file import Head
from khumkan.screening.states import RoundState

_KEY = "sha256(list.prefix || convert_to(u.pseudonym, 'UTF8'))"
_LISTS = """
    unnest(%(names)s::text[], %(prefixes)s::bytea[], %(strata)s::text[], %(employers)s::bigint[], %(samples)s::int[],
           %(mosts)s::int[], %(numerators)s::bigint[], %(denominators)s::bigint[])
    AS list (name, prefix, stratum, employer_id, sample, most, numerator, denominator)
"""
_COLUMNS = """
INSERT INTO screening_drawn (round_id, person_id, employer_id, stratum, list_name, pseudonym, position, is_substitute,
                             chance_numerator, chance_denominator)
SELECT %(round)s, d.person_id, d.employer_id, list.stratum, list.name, d.pseudonym, d.position,
       d.position > list.sample, list.numerator, list.denominator
"""
#: One list for each stratum: the first so many by hash, one stratum at a time.
_BY_STRATUM = f"""
{_COLUMNS}
FROM {_LISTS}
CROSS JOIN LATERAL (
    SELECT first.*, row_number() OVER (ORDER BY first.key, first.pseudonym) AS position
    FROM (SELECT u.person_id, u.employer_id, u.pseudonym, {_KEY} AS key
          FROM screening_frameunit u WHERE u.round_id = %(round)s AND u.stratum = list.stratum
          ORDER BY key, u.pseudonym LIMIT list.most) AS first
) AS d
"""  # noqa: S608 constants of this module
#: One list for each drawn enterprise.
_BY_ENTERPRISE = f"""
WITH list AS MATERIALIZED (SELECT * FROM {_LISTS}),
placed AS (
    SELECT u.person_id, u.employer_id, u.pseudonym, list.name,
           row_number() OVER (PARTITION BY list.name ORDER BY {_KEY}, u.pseudonym) AS position
    FROM screening_frameunit u JOIN list USING (employer_id) WHERE u.round_id = %(round)s
)
{_COLUMNS}
FROM placed AS d JOIN list ON list.name = d.name WHERE d.position <= list.most
"""  # noqa: S608 constants of this module


@dataclass(frozen=True)
class _List:
    name: str
    stratum: str
    employer_id: int | None
    sample: int
    reserve: int
    chance: Fraction


@transaction.atomic
def draw(*, round: Round, by: Actor, public_value: str = "") -> Round:
    """Draw from the frozen frame, reveal the seed, and queue the writing of the public file.

    :param public_value: what came out in public, where a source was named at the freeze.
    :raises Refused: when somebody else was faster, the public value is missing, or the frame is not what was frozen.
    """
    fresh = ready_for(round, RoundState.DRAWN, by=by)
    fresh.public_value = plain(public_value).strip() if fresh.public_source else ""
    if fresh.public_source and not fresh.public_value:
        raise Refused(N_("Please enter what came out: %(source)s."), "no_public_value", source=fresh.public_source)
    if frames.frame_hash(fresh) != fresh.frame_hash:
        raise Refused(
            N_("The frame is not the one that was frozen. Nothing was drawn; please tell the auditor."), "frame_changed"
        )
    fresh.seed = crypto.open_sealed(bytes(fresh.seed_sealed), where=seed_place(fresh)).decode()
    seed = sampling.seed_of_draw(fresh.seed, fresh.public_value)
    head = frames.head_of(fresh)
    lists = list(_lists_of_enterprises(fresh, head, seed) if head.design.two_stage else _lists_of_strata(head))
    count = _insert(fresh, seed, lists, _BY_ENTERPRISE if head.design.two_stage else _BY_STRATUM)
    fresh.drawn_at = clock.now()
    fresh.state = RoundState.DRAWN
    fresh.save()
    note("drawn", fresh, by=by, sample=sum(each.sample for each in lists), kept=count)
    queue.put("screening.publish_draw", round_id=fresh.pk)
    return fresh


def _lists_of_strata(head: Head) -> Iterator[_List]:
    for name, stratum in head.strata.items():
        sample = head.sizes[name]
        if sample:
            reserve = sampling.reserve_of(sample, workers=stratum.workers, design=head.design)
            chance = sampling.chance_of_worker(workers=stratum.workers, sample=sample)
            yield _List(name, name, None, sample, reserve, chance)


def _lists_of_enterprises(round: Round, head: Head, seed: str) -> Iterator[_List]:
    strata: dict[str, list[RoundEmployer]] = defaultdict(list)
    for row in RoundEmployer.objects.filter(round=round, workers__gt=0).order_by("pk"):
        strata[row.stratum].append(row)
    for name, rows in strata.items():
        workers = {row.pseudonym: row.workers for row in rows}
        drawn = sampling.draw_enterprises(seed, name, workers, count=head.sizes[name])
        chances = sampling.chances_of_enterprises(workers, count=head.sizes[name])
        for row in rows:
            row.is_drawn = row.pseudonym in drawn
            row.chance_numerator, row.chance_denominator = (chances[row.pseudonym] or Fraction(1)).as_integer_ratio()
            if row.is_drawn:
                yield _list_of_enterprise(row, head)
        columns = ["is_drawn", "chance_numerator", "chance_denominator"]
        RoundEmployer.objects.bulk_update(rows, columns, batch_size=2_000)


def _list_of_enterprise(row: RoundEmployer, head: Head) -> _List:
    sample = min(head.design.per_enterprise, row.workers)
    return _List(
        name=draw_file.list_of(row.stratum, row.pseudonym, two_stage=True),
        stratum=row.stratum,
        employer_id=row.employer_id,
        sample=sample,
        reserve=sampling.reserve_of(sample, workers=row.workers, design=head.design),
        chance=sampling.chance_of_worker(workers=row.workers, sample=sample, enterprise=row.chance),
    )


def _insert(round: Round, seed: str, lists: list[_List], statement: str) -> int:
    values: dict[str, Any] = {
        "round": round.pk,
        "names": [each.name for each in lists],
        "prefixes": [f"{seed}|{each.name}|".encode() for each in lists],
        "strata": [each.stratum for each in lists],
        "employers": [each.employer_id for each in lists],
        "samples": [each.sample for each in lists],
        "mosts": [each.sample + each.reserve for each in lists],
        "numerators": [each.chance.numerator for each in lists],
        "denominators": [each.chance.denominator for each in lists],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
