"""The articles and words that come with Khumkan, read from its files: facts that the office can check and change."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from khumkan.hotline.actions import articles
from khumkan.hotline.actions.articles import Draft, Words
from khumkan.hotline.article_choices import Door, Topic
from khumkan.hotline.models import Synonym
from khumkan.hotline.rules import search, texts
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor

CONTENT = Path(__file__).resolve().parents[1] / "content"
SYNONYMS = "synonyms.toml"


def put_all(*, by: Actor) -> int:
    """Publish the articles and words that come with Khumkan, and return how many articles were new.

    What staff wrote, changed or withdrew stays as it is: only addresses and words that never were there are put.

    :param by: Khumkan itself.
    """
    new = sum(articles.put(slug=slug, draft=draft, by=by) for slug, draft in shipped())
    _put_synonyms()
    return new


def shipped() -> list[tuple[str, Draft]]:
    """Return the articles in the files with their addresses, by topic and in the order of the files."""
    found = []
    for topic in Topic:
        for written in _read(f"{topic.value}.toml")["article"]:
            found.append((str(written["slug"]), _draft(topic, written)))
    return found


def shipped_synonyms() -> list[tuple[str, str]]:
    """Return the words in the files, in plain form."""
    pairs = [(_plain(word), _plain(meant)) for word, meant in _read(SYNONYMS)["synonyms"]]
    return [(word, meant) for word, meant in dict.fromkeys(pairs) if word != meant]


@transaction.atomic
def _put_synonyms() -> None:
    there = set(Synonym.objects.order_by("pk").values_list("word", "meant"))
    now = clock.now()
    rows = [
        Synonym(word=word, meant=meant, added_at=now)
        for word, meant in shipped_synonyms()
        if (word, meant) not in there
    ]
    Synonym.objects.bulk_create(rows)


def _draft(topic: Topic, written: dict[str, Any]) -> Draft:
    thai, english = (
        Words(title=written[f"title_{code}"], summary=written[f"summary_{code}"], body=written[f"body_{code}"].strip())
        for code in ("th", "en")
    )
    door = Door(written.get("door", ""))
    asked = texts.ways(written["asked"])
    return Draft(topic=topic, thai=thai, english=english, door=door, asked=asked, source=written["source"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


def _plain(text: str) -> str:
    return " ".join(search.plain_form(text).split())
