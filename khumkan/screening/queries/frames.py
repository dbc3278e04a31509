"""Reading a frozen frame: its counts, its lines as they are hashed and published, and what was drawn of it.

The database writes the lines and hands them over in blocks, so a frame of any size passes by in little memory.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC
from fractions import Fraction
from itertools import chain

from django.db import connection, transaction
from django.db.models import Count

from khumkan.screening.models import Drawn, FrameUnit, Round, RoundEmployer, Stratum
from khumkan.screening.rules import draw_file
from khumkan.screening.rules.draw_file import Head
from khumkan.screening.rules.sampling import Design, StratumFrame

#: The same bytes as `draw_file.frame_line`; names of strata and pseudonyms have nothing to escape. Lines come glued
#: together: one at a time, passing them on costs more than everything else.
_LINES = """
SELECT string_agg('["' || stratum || '","' || pseudonym || '","' || enterprise || '"]' || chr(10), ''
                  ORDER BY pseudonym)
FROM screening_frameunit WHERE round_id = %(round)s GROUP BY {blocks} ORDER BY {blocks}
"""
_LARGEST = "SELECT max(frame_count) FROM screening_stratum WHERE round_id = %(round)s"
#: Lines that the database glues together at most, about; and how many such blocks are here at once.
LINES_IN_BLOCK, BLOCKS_AT_ONCE = 4_000, 20
#: Pseudonyms begin with one of so many letters, each as often as any other.
LETTERS = 16
DRAWN_AT_ONCE = 5_000


def head_of(round: Round) -> Head:
    """Return what was fixed at the freeze, from the tables. One query."""
    strata = list(Stratum.objects.filter(round=round).order_by("name"))
    return Head(
        round=round.reference,
        frozen_at=round.frozen_at.astimezone(UTC).isoformat(timespec="seconds") if round.frozen_at else "",
        seed_commitment=round.seed_commitment,
        public_source=round.public_source,
        design=Design.from_json(round.design),
        strata={stratum.name: StratumFrame(stratum.frame_count, stratum.enterprises) for stratum in strata},
        sizes={stratum.name: stratum.sample_size for stratum in strata},
    )


def frame_blocks(round_id: int) -> Iterator[bytes]:
    """Yield the lines of the frame as published, in blocks of whole lines."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LINES.format(blocks=_blocks(round_id)), {"round": round_id})
        while rows := cursor.fetchmany(BLOCKS_AT_ONCE):
            for (block,) in rows:
                yield block.encode()


def frame_hash(round: Round) -> str:
    """Return the hash of head and frame as they are in the tables now."""
    digest = hashlib.sha256(draw_file.head_line(head_of(round)))
    for block in frame_blocks(round.pk):
        digest.update(block)
    return digest.hexdigest()


def counts_by_employer(round_id: int) -> dict[int, int]:
    """Return how many workers of the frame each enterprise has. One query."""
    rows = FrameUnit.objects.filter(round_id=round_id).order_by().values_list("employer_id")
    return dict(rows.annotate(workers=Count("pk")))


def file_blocks(round: Round) -> Iterator[bytes]:
    """Yield the published file of a round that was drawn, uncompressed, in blocks of any length."""
    seed = draw_file.seed_line(seed=round.seed, public_value=round.public_value, frame_hash=round.frame_hash)
    yield seed + draw_file.head_line(head_of(round))
    yield from chain(frame_blocks(round.pk), _enterprise_lines(round), drawn_lines(round))


def _blocks(round_id: int) -> str:
    """Return by what lines are glued together: by stratum; large ones are cut by first letters of the pseudonyms.

    Where nothing is cut, lines come straight from the index.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LARGEST, {"round": round_id})
        workers = cursor.fetchone()[0] or 0
    letters = 0
    while workers > LINES_IN_BLOCK:
        workers //= LETTERS
        letters += 1
    return f"stratum, left(pseudonym, {letters})" if letters else "stratum"


def _enterprise_lines(round: Round) -> Iterator[bytes]:
    if Design.from_json(round.design).two_stage:
        drawn = RoundEmployer.objects.filter(round=round, is_drawn=True, workers__gt=0)
        for row in drawn.order_by("stratum", "pseudonym"):
            yield draw_file.enterprise_line(row.stratum, row.pseudonym, row.chance)


def drawn_lines(round: Round) -> Iterator[bytes]:
    """Yield the lines of the drawn as published, by list and position."""
    rows = Drawn.objects.filter(round=round).order_by("list_name", "position")
    columns = ("list_name", "pseudonym", "position", "is_substitute", "chance_numerator", "chance_denominator")
    for name, worker, position, is_substitute, numerator, denominator in rows.values_list(*columns).iterator(
        chunk_size=DRAWN_AT_ONCE
    ):
        chance = Fraction(numerator, denominator)
        yield draw_file.drawn_line(name, worker, position, is_substitute=is_substitute, chance=chance)
