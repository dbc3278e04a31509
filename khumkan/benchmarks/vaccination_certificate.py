"""Vaccination certificates: checked on the public page, checked offline, and drawn as PDF, each beside its raw limit.

Two hundred thousand certificates stand in the table, one in twenty of them revoked. The page is asked over HTTP, for
programs (JSON) and for people, as fast as it answers; then for programs at the rate of the goal, where the latency is
measured. The raw limits of the same run: a bare view
on the same server, the bare verification of a signature, and the bare compiler of documents with an empty page.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import cast

import typst

from khumkan.benchmarks import Result, bare, load, signed_in
from khumkan.benchmarks.load import Report
from khumkan.benchmarks.server import serving
from khumkan.kernel import base45, clock, cose, references
from khumkan.vaccination.documents import certificates as documents
from khumkan.vaccination.models import Certificate
from khumkan.vaccination.queries import signing
from khumkan.vaccination.queries.certificates import Shown
from khumkan.vaccination.rules import certificates as rules
from khumkan.vaccination.rules.certificates import Content, DoseGiven

ROWS, CHECKED, PAPERS = 200_000, 2_000, 200
SECONDS, CONNECTIONS = 6.0, 16
LEAST_RATE, SLOWEST_SECONDS, LEAST_PAPERS = 400, 0.05, 40
REVOKED_ONE_IN = 20
EMPTY = b'#set page(paper: "a4")\n#set document(title: "empty")\n'
_ROWS = (
    """
    INSERT INTO vaccination_injection (person_id, number, vaccine, lot_number, given_elsewhere, injected_in, given_at,
        given_on, licence, evidence, client_key, written_at, struck_because, struck_why)
    SELECT n, 1, 'astrazeneca', 'A1', 'benchmark', '', now(), current_date, '', '', gen_random_uuid(), now(), '', ''
    FROM generate_series(%(first)s::bigint, %(first)s + %(count)s - 1) n
    """,
    """
    INSERT INTO vaccination_certificate (code, person_id, injection_id, key_id, signed, issued_at, expires_on,
        revoked_at, revoked_why)
    SELECT coalesce((%(codes)s::text[])[row], 'K-' || row), person_id, id, 'benchmark', '', now(), current_date + 365,
        CASE WHEN row %% %(one_in)s = 0 THEN now() END, CASE WHEN row %% %(one_in)s = 0 THEN 'benchmark' ELSE '' END
    FROM (SELECT id, person_id, row_number() OVER (ORDER BY id) AS row FROM vaccination_injection) given
    """,
    "ANALYZE",
)


def run(*, size: int | None = None) -> Result:
    """Measure all three.

    :param size: certificates in the table.
    """
    rows = size or ROWS
    shown = [_certificate(number) for number in range(min(CHECKED, rows))]
    _table(rows, [each.content.code for each in shown])
    environment = signed_in.server_environment()
    with (
        serving("khumkan.config.wsgi:application", environment=environment) as ours,
        serving("khumkan.benchmarks.bare:make", factory=True, environment=environment) as limit,
    ):
        bare.prepare(places=1, total=1)
        texts = [each.text for each in shown]
        page = load.drive(ours.port, _endless(texts), connections=CONNECTIONS, seconds=SECONDS / 2)
        top, steady = _checks(ours.port, texts)
        theirs = load.drive(
            limit.port, itertools.repeat(load.request("/")), connections=CONNECTIONS, seconds=SECONDS / 2
        )
    papers = _papers(shown[:PAPERS])
    return _result(rows, [top, steady, page, theirs], _offline(texts), papers)


def _result(rows: int, reports: list[Report], offline: dict[str, int], papers: dict[str, float]) -> Result:
    top, steady, page, theirs = reports
    is_clean = all(set(report.statuses) == {200} and not report.failures for report in (top, steady))
    is_fast = top.rate >= LEAST_RATE and steady.percentile(0.95) < SLOWEST_SECONDS
    limit = top.n / theirs.rate if theirs.rate else 0.0
    return Result(
        name="vaccination_certificate",
        n=top.n,
        seconds=round(top.seconds, 3),
        limit_seconds=round(limit, 3),
        ratio=round(top.seconds / limit, 2) if limit else 0.0,
        goal=f"check ≥ {LEAST_RATE} a second, at that rate p95 < {SLOWEST_SECONDS * 1000:.0f} ms; "
        f"PDF ≥ {LEAST_PAPERS} a second of one core; the limit is a bare view",
        met=is_clean and is_fast and papers["a_second_of_a_core"] >= LEAST_PAPERS,
        detail={
            "certificates": rows,
            "check_top": top.figures(),
            f"check_at_{LEAST_RATE}_a_second": steady.figures(),
            "page_for_people_top": page.figures(),
            "bare_view": theirs.figures(),
            "offline_on_one_core": offline,
            "pdf": papers,
        },
    )


def _certificate(number: int) -> Shown:
    """Sign a certificate of two doses."""
    now = clock.now()
    content = Content(
        code=references.new("K"),
        name=f"นางสาวสมหญิง ใจดี{number}",
        born=1990,
        doses=(DoseGiven(1, "sinovac", date(2021, 6, 12)), DoseGiven(2, "astrazeneca", date(2021, 7, 5))),
        issuer=signing.issuer(),
        issued_at=now,
        expires_at=now + timedelta(days=365),
    )
    text = rules.as_text(rules.signed(content, signing.signer()))
    row = SimpleNamespace(expires_on=clock.today() + timedelta(days=365))
    return Shown(cast(Certificate, row), text, content)


def _table(rows: int, codes: list[str]) -> None:
    """Fill the table; the first rows have the codes that are checked."""
    signed_in.persons(rows)
    values = {"first": signed_in.FIRST, "count": rows, "codes": codes, "one_in": REVOKED_ONE_IN}
    for statement in _ROWS:
        signed_in.execute(statement, **values)


def _checks(port: int, texts: list[str]) -> tuple[Report, Report]:
    """Return what checking for programs does at its top rate, and at the rate of the goal."""
    requests = _endless(texts, accept="application/json")
    load.drive(port, itertools.islice(requests, 200), connections=CONNECTIONS)
    top = load.drive(port, requests, connections=CONNECTIONS, seconds=SECONDS)
    return top, load.steady(port, requests, rate=LEAST_RATE, seconds=SECONDS)


def _endless(texts: list[str], *, accept: str = "text/html") -> Iterator[bytes]:
    headers = {"Accept": accept}
    return itertools.cycle([load.request("/verify/", form={"text": text}, headers=headers) for text in texts])


def _offline(texts: list[str]) -> dict[str, int]:
    """Return how many a second one core checks without network and database, and how many bare signatures."""
    keys, now = signing.known(), clock.now()
    parts = [cose.parts(base45.decode(text.removeprefix(rules.PREFIX))) for text in texts]
    (public,) = keys.values()

    def bare_signatures() -> None:
        for protected, payload, signature in parts:
            public.verify(signature, cose.to_be_signed(protected, payload))

    def whole_checks() -> None:
        for text in texts:
            rules.check(text, keys=keys, revoked=(), now=now)

    return {
        "checks_a_second": round(len(texts) / _processor_seconds(whole_checks)),
        "bare_signatures_a_second": round(len(texts) / _processor_seconds(bare_signatures)),
    }


def _papers(shown: list[Shown]) -> dict[str, float]:
    """Return how many papers a second of one core's time are drawn, beside an empty page by the bare compiler.

    The compiler may use several cores; its time on all of them is counted.
    """
    documents.paper(shown[0])

    def drawn() -> None:
        for each in shown:
            documents.paper(each)

    began = time.perf_counter()
    spent = _processor_seconds(drawn)
    wall = time.perf_counter() - began
    return {
        "a_second_of_a_core": round(len(shown) / spent, 1),
        "a_second_by_the_clock": round(len(shown) / wall, 1),
        "empty_pages_a_second_of_a_core": round(len(shown) / _empty_pages(len(shown)), 1),
    }


def _empty_pages(count: int) -> float:
    """Return the time of processors that so many empty pages take."""
    with TemporaryDirectory() as folder:
        (sheet := Path(folder) / "empty.typ").write_bytes(EMPTY)
        fonts = typst.Fonts(include_system_fonts=False)

        def drawn() -> None:
            for _ in range(count):
                typst.Compiler(sheet, root=folder, font_paths=fonts, ignore_system_fonts=True).compile(format="pdf")

        return _processor_seconds(drawn)


def _processor_seconds(work: Callable[[], None]) -> float:
    """Return the time of processors, of all threads, that something takes."""
    began = time.process_time()
    work()
    return time.process_time() - began
