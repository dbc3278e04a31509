"""The freeze: from here on nothing of the draw can be changed, and everybody can see that.

The frame is one statement from the register to the frozen rows: pseudonyms are computed by the database, as
HMAC-SHA-256 (RFC 2104) written out with `sha256`, under a key that is made now and never published.
"""

import secrets
from collections import defaultdict
from typing import Any

from django.db import connection, transaction

from khumkan import policies
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.registry import queries as registry
from khumkan.screening.actions.rounds.steps import note, ready_for
from khumkan.screening.models import Round, RoundEmployer, Stratum
from khumkan.screening.queries import frames
from khumkan.screening.rules import sampling
from khumkan.screening.rules.sampling import Design, EnterpriseFacts, StratumFrame
from khumkan.screening.states import RoundState
from khumkan.screening.terms.rounds import RoundTerms

SALT_BYTES = 32
#: Block length of SHA-256 in HMAC.
BLOCK = 64
WORKER_LETTERS, ENTERPRISE_LETTERS = 32, 16

_HMAC = "left(encode(sha256(%(outer)s || sha256(%(inner)s || convert_to({text}, 'UTF8'))), 'hex'), {letters})"
_ENTERPRISE = _HMAC.format(text="'enterprise:' || employer_id", letters=ENTERPRISE_LETTERS)
_WORKER = _HMAC.format(text="'worker:' || e.person_id", letters=WORKER_LETTERS)
_NAME_ENTERPRISES = f"UPDATE screening_roundemployer SET pseudonym = {_ENTERPRISE} WHERE round_id = %(round)s"  # noqa: S608
#: A worker of several enterprises of the round stands in the frame once, with the one of the longest employment.
_FILL = f"""
INSERT INTO screening_frameunit (round_id, person_id, employer_id, stratum, pseudonym, enterprise)
SELECT %(round)s, person_id, employer_id, stratum, pseudonym, enterprise
FROM (
    SELECT DISTINCT ON (e.person_id) e.person_id, e.employer_id, r.stratum, r.pseudonym AS enterprise,
           {_WORKER} AS pseudonym
    FROM screening_roundemployer r
    JOIN registry_employment e ON e.employer_id = r.employer_id
    JOIN registry_person p ON p.id = e.person_id AND p.died_on IS NULL
    WHERE r.round_id = %(round)s AND e.started_on <= %(on)s AND (e.ended_on IS NULL OR e.ended_on >= %(on)s)
    ORDER BY e.person_id, e.started_on, e.employer_id
) AS workers
ORDER BY stratum, pseudonym
"""  # noqa: S608 constants of this module


@transaction.atomic
def freeze(*, round: Round, by: Actor, public_source: str = "") -> Round:
    """Build the frame from today's register, hash it, and bind the office to a seed; both hashes are public at once.

    :param public_source: a number that will come out in public after this moment and shall be mixed into the seed,
        such as the first prize of a named lottery; then not even the office can know the draw beforehand.
    :raises Refused: when the round has moved on, nobody works at the enterprises, or the strata are too many.
    """
    fresh = ready_for(round, RoundState.FROZEN, by=by)
    design = Design.from_json(fresh.design)
    salt, seed = secrets.token_bytes(SALT_BYTES), secrets.token_hex(32)
    _stratify(fresh, design)
    _fill_frame(fresh, salt)
    _count_strata(fresh, design)
    fresh.public_source = plain(public_source).strip()
    fresh.frame_salt = crypto.seal(salt, where=f"screening_round.frame_salt.{fresh.pk}")
    fresh.seed_sealed = crypto.seal(seed.encode(), where=seed_place(fresh))
    fresh.seed_commitment = sampling.seed_commitment(seed, fresh.reference)
    fresh.frozen_at = clock.now()
    fresh.frame_hash = frames.frame_hash(fresh)
    fresh.state = RoundState.FROZEN
    fresh.save()
    note("frozen", fresh, by=by, workers=fresh.frame_count or 0, frame_hash=_grouped(fresh.frame_hash))
    return fresh


def seed_place(round: Round) -> str:
    """Return where the sealed seed stands."""
    return f"screening_round.seed_sealed.{round.pk}"


def _grouped(hexadecimal: str) -> str:
    """Return a hash in groups: the record refuses anything with as many digits in a row as an identity number."""
    return "-".join(hexadecimal[start : start + 8] for start in range(0, len(hexadecimal), 8))


def _stratify(round: Round, design: Design) -> None:
    rows = list(RoundEmployer.objects.filter(round=round).order_by("pk"))
    known = registry.employers(row.employer_id for row in rows)
    workers = registry.sizes([row.employer_id for row in rows], on=clock.today())
    for row in rows:
        employer = known[row.employer_id]
        facts = EnterpriseFacts(
            industry=employer.industry,
            workers=workers[row.employer_id],
            province=employer.province_code,
            district=employer.district_code,
            housing=employer.has_housing,
        )
        row.stratum = sampling.stratum_of(facts, design)
    RoundEmployer.objects.bulk_update(rows, ["stratum"], batch_size=2_000)


def _fill_frame(round: Round, salt: bytes) -> None:
    key = salt.ljust(BLOCK, b"\0")
    values: dict[str, Any] = {
        "round": round.pk,
        "on": clock.today(),
        "inner": bytes(byte ^ 0x36 for byte in key),
        "outer": bytes(byte ^ 0x5C for byte in key),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NAME_ENTERPRISES, values)
        cursor.execute(_FILL, values)
        cursor.execute("ANALYZE screening_frameunit")


def _count_strata(round: Round, design: Design) -> None:
    """Count who is in the frame, fix the sizes of the samples, and keep both."""
    counts = frames.counts_by_employer(round.pk)
    rows = list(RoundEmployer.objects.filter(round=round).order_by("pk"))
    strata: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        row.workers = counts.get(row.employer_id, 0)
        if row.workers:
            strata[row.stratum].append(row.workers)
    RoundEmployer.objects.bulk_update(rows, ["workers"], batch_size=2_000)
    frame = {name: StratumFrame(sum(workers), len(workers)) for name, workers in strata.items()}
    _check_frame(round, frame)
    round.frame_count = sum(stratum.workers for stratum in frame.values())
    sizes = sampling.sizes(design, frame)
    Stratum.objects.bulk_create(
        Stratum(
            round=round,
            name=name,
            frame_count=stratum.workers,
            enterprises=stratum.enterprises,
            sample_size=sizes[name],
        )
        for name, stratum in sorted(frame.items())
    )


def _check_frame(round: Round, frame: dict[str, StratumFrame]) -> None:
    if not frame:
        raise Refused(N_("Nobody works at the chosen enterprises today, so nobody can be drawn."), "frame_empty")
    most = policies.version(RoundTerms, round.terms_version).most_strata
    if len(frame) > most:
        raise Refused(
            N_("The design makes %(strata)s strata; at most %(most)s are useful. Please stratify by less."),
            "too_many_strata",
            strata=len(frame),
            most=most,
        )
