"""The draw of a round with a million workers in a thousand strata, held against one plain sort of the same rows.

The draw is the whole action: it checks that the frame is the one that was frozen by hashing it again, draws, and stores
the sample and its substitutes. Then the draw is taken back and repeated: the second must be the same, bit by bit.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.db import connection, transaction

from khumkan import policies
from khumkan.benchmarks import Result
from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor
from khumkan.screening.actions import rounds
from khumkan.screening.actions.rounds.freezing import seed_place
from khumkan.screening.choices import Method
from khumkan.screening.models import Drawn, Round
from khumkan.screening.queries import frames
from khumkan.screening.rules.sampling import Design, StratumKey, seed_commitment
from khumkan.screening.states import RoundState
from khumkan.screening.terms.rounds import RoundTerms

WORKERS = 1_000_000
STRATA = 1_000
#: Workers of one enterprise.
STAFF = 200
LIMIT = 3.0
REPEATS = 5
Values = dict[str, int | str]
BY = Actor.system("benchmark")
DESIGN = Design(keys=(StratumKey.INDUSTRY, StratumKey.DISTRICT), share=Decimal("0.1"))

_FILL = """
INSERT INTO screening_frameunit (round_id, person_id, employer_id, stratum, pseudonym, enterprise)
SELECT %(round)s, -n, -(n / %(staff)s),
       'industry:' || 10 + n %% %(strata)s / 100 || '.district:' || 1000 + n %% %(strata)s,
       left(encode(sha256(convert_to('w' || n, 'UTF8')), 'hex'), 32),
       left(encode(sha256(convert_to('e' || n / %(staff)s, 'UTF8')), 'hex'), 16)
FROM generate_series(1, %(workers)s) AS n ORDER BY 4, 5
"""
_STRATA = """
INSERT INTO screening_stratum (round_id, name, frame_count, enterprises, sample_size)
SELECT %(round)s, stratum, count(*), count(DISTINCT enterprise), ceil(count(*) / 10.0)
FROM screening_frameunit WHERE round_id = %(round)s GROUP BY stratum
"""
#: Every row is sorted and none leaves the server, so that nothing but the sort is measured.
_PLAIN_SORT = """
SELECT * FROM screening_frameunit WHERE round_id = %(round)s
ORDER BY sha256(convert_to(%(seed)s || '|' || stratum || '|' || pseudonym, 'UTF8')) OFFSET %(workers)s
"""


def run(*, size: int | None = None) -> Result:
    """Measure; everything that was made is taken away again.

    :param size: workers in the frame; the strata are a thousandth of it.
    """
    workers = size or WORKERS
    strata = max(1, workers * STRATA // WORKERS)
    with _frozen_round(workers, strata) as frozen:
        values: Values = {"round": frozen.pk, "seed": secrets.token_hex(32), "workers": workers}
        limit: list[float] = []
        seconds: list[float] = []
        drawn: set[str] = set()
        for _ in range(REPEATS):
            limit.append(_timed(partial(_execute, _PLAIN_SORT, values)))
            seconds.append(_timed(partial(rounds.draw, round=frozen, by=BY)))
            drawn.add(_fingerprint(frozen))
            stored = Drawn.objects.filter(round=frozen).count()
            _take_back(frozen)
    ratio = min(seconds) / min(limit)
    return Result(
        name="draw",
        n=workers,
        seconds=min(seconds),
        limit_seconds=min(limit),
        ratio=ratio,
        goal=f"≤ {LIMIT:g} × one plain SQL sort of the same rows by hash; the same bits on every run",
        met=ratio <= LIMIT and len(drawn) == 1,
        detail={"strata": strata, "stored": stored, "runs": REPEATS, "different_draws": len(drawn)},
    )


@contextmanager
def _frozen_round(workers: int, strata: int) -> Iterator[Round]:
    """Make a frozen round without persons: the draw reads nothing but the frame."""
    today, seed, reference = clock.today(), secrets.token_hex(32), references.new("R")
    made = Round.objects.create(
        reference=reference,
        title="benchmark",
        method=Method.PCR,
        design=DESIGN.to_json(),
        terms_version=policies.in_force(RoundTerms, on=today).version,
        first_day=today,
        last_day=today + timedelta(days=1),
        created_at=clock.now(),
    )
    try:
        values: Values = {"round": made.pk, "staff": STAFF, "strata": strata, "workers": workers}
        _execute(_FILL, values)
        _execute(_STRATA, values)
        _execute("VACUUM ANALYZE screening_frameunit", {})
        made.seed_commitment = seed_commitment(seed, reference)
        made.seed_sealed = crypto.seal(seed.encode(), where=seed_place(made))
        made.frozen_at, made.frame_count = clock.now(), workers
        made.frame_hash = frames.frame_hash(made)
        made.state = RoundState.FROZEN
        made.save()
        yield made
    finally:
        for table in ("drawn", "frameunit", "stratum"):
            _execute(f"DELETE FROM screening_{table} WHERE round_id = %(round)s", {"round": made.pk})  # noqa: S608
        Round.objects.filter(pk=made.pk).delete()


def _fingerprint(drawn: Round) -> str:
    """Return a hash of everything that the draw stored, in one order."""
    digest = hashlib.sha256()
    with transaction.atomic():
        for line in frames.drawn_lines(drawn):
            digest.update(line)
    return digest.hexdigest()


def _take_back(drawn: Round) -> None:
    """Undo a draw, which nothing in Khumkan can: only the benchmark runs the same draw twice."""
    _execute("DELETE FROM screening_drawn WHERE round_id = %(round)s", {"round": drawn.pk})
    Round.objects.filter(pk=drawn.pk).update(state=RoundState.FROZEN, seed="", drawn_at=None)
    _execute("VACUUM screening_drawn", {})


def _execute(statement: str, values: Values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
