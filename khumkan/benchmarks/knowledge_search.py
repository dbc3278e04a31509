"""Finding the right article for Thai questions that the search was not tuned by, and how long that takes.

The questions are written as people type them: without blanks, with slips and slang. Those held out were written before
any synonym, and by the same hands as the articles, so that what the office's own callers ask may be found less often;
a smaller set, written by somebody who had read neither, says how much less. The ways of asking that articles carry were
written by somebody who had read no question of any set; each is left out in turn as one more measure, the hardest.
The limit beside it is the same search in plain SQL: articles in whose title or text every letter typed stands in a row.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from django.db import connection

from khumkan.benchmarks import Result
from khumkan.hotline import cutting
from khumkan.hotline.actions import content
from khumkan.hotline.actions.articles import Draft
from khumkan.hotline.queries import knowledge
from khumkan.hotline.rules import texts
from khumkan.hotline.rules.search import Document, Index
from khumkan.kernel.actors import Actor

DATA = Path(__file__).parent / "data"
HELD_OUT, TUNING, INDEPENDENT = "knowledge_held_out", "knowledge_tuning", "knowledge_independent"
RECALL, MILLISECONDS, WITHIN = 0.90, 50.0, 3
BY = Actor.system("benchmark")
_LIKE = """
SELECT a.slug FROM hotline_article a JOIN hotline_articleversion v ON v.id = a.published_id
WHERE v.title_th || ' ' || v.summary_th || ' ' || v.body_th LIKE %s ORDER BY a.id LIMIT 3
"""
Question = tuple[str, frozenset[str]]


def run(*, size: int | None = None) -> Result:
    """Measure recall and time on the questions that are held out.

    :param size: how many of them are asked; the default is all.
    """
    content.put_all(by=BY)
    asked = questions(HELD_OUT)[:size]
    began = time.perf_counter()
    knowledge.find("อุ่นเครื่อง")
    first = time.perf_counter() - began
    found, seconds = _ask(asked)
    bare, bare_seconds = _ask_bare(asked)
    share = found[WITHIN]
    slow = sorted(seconds)[int(len(seconds) * 0.95)] * 1000
    return Result(
        name="knowledge_search",
        n=len(asked),
        seconds=round(sum(seconds), 3),
        limit_seconds=round(sum(bare_seconds), 3),
        ratio=round(share, 4),
        goal=f"recall at {WITHIN} ≥ {RECALL:.2f} on questions held out; p95 < {MILLISECONDS:g} ms",
        met=share >= RECALL and slow < MILLISECONDS,
        detail={
            "recall_at_1": round(found[1], 4),
            "recall_at_3": round(share, 4),
            "recall_at_5": round(found[5], 4),
            "recall_at_3_plain_sql": round(bare, 4),
            **_recalls(asked),
            "p50_ms": round(sorted(seconds)[len(seconds) // 2] * 1000, 2),
            "p95_ms": round(slow, 2),
            "first_search_ms": round(first * 1000),
            "articles": len(content.shipped()),
            "synonyms": len(content.shipped_synonyms()),
            "ways_of_asking": sum(len(draft.asked) for _slug, draft in content.shipped()),
        },
    )


def _recalls(asked: Sequence[Question]) -> dict[str, float]:
    """Return recall at 3 without parts of the search, and on other questions than those held out."""
    index = shipped_index()
    shares = {
        "without_synonyms": recall(shipped_index(with_synonyms=False), asked, within=3),
        "without_ways": recall(shipped_index(with_ways=False), asked, within=3),
        "tuning": recall(index, questions(TUNING), within=3),
        "independent": recall(index, questions(INDEPENDENT), within=3),
        "ways_left_out": recall_of_ways_left_out(within=3),
    }
    return {f"recall_at_3_{name}": round(share, 4) for name, share in shares.items()}


def questions(name: str) -> list[Question]:
    """Return the questions of a file, each with the addresses of the articles that answer it."""
    lines = (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(typed, frozenset(slugs.split("|"))) for typed, slugs in pairs]


def shipped_index(*, with_synonyms: bool = True, with_ways: bool = True) -> Index:
    """Return the index of the articles that come with Khumkan, each known by its place in the files.

    :param with_ways: whether the ways in which people ask are searched as well.
    """
    documents = [
        _document(place, draft, draft.asked if with_ways else ())
        for place, (_slug, draft) in enumerate(content.shipped())
    ]
    return Index.of(documents, cut=cutting.cut, synonyms=content.shipped_synonyms() if with_synonyms else ())


def recall_of_ways_left_out(*, within: int, parts: int = 5) -> float:
    """Return the share of ways of asking whose article is found although they were left out, a fifth at a time.

    Weights and synonyms were tuned by it. As no two ways say the same, it tells what becomes of words nobody noted.
    """
    shipped = content.shipped()
    synonyms = content.shipped_synonyms()
    shares, many = 0.0, 0
    for part in range(parts):
        documents = [
            _document(place, draft, [way for number, way in enumerate(draft.asked) if number % parts != part])
            for place, (_slug, draft) in enumerate(shipped)
        ]
        left_out = [(way, frozenset({slug})) for slug, draft in shipped for way in draft.asked[part::parts]]
        shares += len(left_out) * recall(
            Index.of(documents, cut=cutting.cut, synonyms=synonyms), left_out, within=within
        )
        many += len(left_out)
    return shares / many


def recall(index: Index, asked: Sequence[Question], *, within: int) -> float:
    """Return the share of questions of which one right article is among the first."""
    slugs = [slug for slug, _draft in content.shipped()]
    hits = [right & {slugs[hit.key] for hit in index.search(typed, most=within)} for typed, right in asked]
    return sum(map(bool, hits)) / len(asked)


def _document(place: int, draft: Draft, ways: Sequence[str]) -> Document:
    return Document(
        place,
        (draft.thai.title, draft.english.title),
        (draft.thai.summary, draft.english.summary),
        (texts.without_values(draft.thai.body), texts.without_values(draft.english.body)),
        tuple(ways),
    )


def _ask(asked: Sequence[Question]) -> tuple[dict[int, float], list[float]]:
    """Ask as the help pages do, database included, and return recall by how many are looked at, and the times."""
    found, seconds = dict.fromkeys((1, 3, 5), 0), []
    for typed, right in asked:
        began = time.perf_counter()
        slugs = [entry.slug for entry in knowledge.find(typed).entries]
        seconds.append(time.perf_counter() - began)
        for within in found:
            found[within] += bool(right & set(slugs[:within]))
    return {within: count / len(asked) for within, count in found.items()}, seconds


def _ask_bare(asked: Sequence[Question]) -> tuple[float, list[float]]:
    hits, seconds = 0, []
    with connection.cursor() as cursor:
        for typed, right in asked:
            began = time.perf_counter()
            cursor.execute(_LIKE, [f"%{typed}%"])
            slugs = {str(row[0]) for row in cursor.fetchall()}
            seconds.append(time.perf_counter() - began)
            hits += bool(right & slugs)
    return hits / len(asked), seconds
