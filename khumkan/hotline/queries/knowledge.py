"""Reading the knowledge base: what is published, and finding it.

The index of the search lives in each process. It is built anew when an article or a word was changed, which one query
tells; the texts of a thousand articles are a few megabytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from django.db import connection
from django.utils.translation import get_language

from khumkan.hotline import cutting
from khumkan.hotline.article_choices import Audience, Topic
from khumkan.hotline.models import Article, ArticleVersion, Synonym
from khumkan.hotline.rules import gaps, search, texts
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing

MOST_RESULTS = 8
MOST_RELATED = 3
Edition = tuple[int, ...]
#: Changes with every change of an article or a word: both are only ever added to, and words taken out are counted.
_EDITION = """
    SELECT coalesce((SELECT max(id) FROM hotline_articlestep), 0), (SELECT count(*) FROM hotline_article),
           coalesce((SELECT max(id) FROM hotline_synonym), 0),
           (SELECT count(*) FROM hotline_synonym WHERE removed_at IS NOT NULL)
"""


@dataclass(frozen=True)
class Entry:
    """A published article in a list: nothing of its text."""

    key: int
    slug: str
    topic: str
    is_public: bool
    valid_from: date | None
    valid_until: date | None
    title_th: str
    title_en: str
    summary_th: str
    summary_en: str

    @property
    def title(self) -> str:
        """The title in the language of this request, or in Thai."""
        return self.title_en if self.is_english else self.title_th

    @property
    def summary(self) -> str:
        """The summary in the language of the title."""
        return self.summary_en if self.is_english else self.summary_th

    @property
    def is_english(self) -> bool:
        """Whether it is shown in English."""
        return bool(self.title_en) and not (get_language() or "th").startswith("th")

    def is_shown(self, *, staff: bool, on: date) -> bool:
        """Tell whether it is read by staff, or by everybody, on a day."""
        in_time = (self.valid_from or on) <= on <= (self.valid_until or on)
        return in_time and (staff or self.is_public)


@dataclass(frozen=True)
class Found:
    """What a search found.

    :param words: of the search, as far as they may be kept.
    """

    entries: Sequence[Entry]
    words: Sequence[str]


@dataclass(frozen=True)
class _Knowledge:
    edition: Edition
    entries: dict[int, Entry]
    index: search.Index


@dataclass(frozen=True)
class Reading:
    """An article as somebody reads it, in the language of the request where it is translated.

    :param is_english: whether it is in English; else it is in Thai, whatever the language of the page.
    """

    article: Article
    version: ArticleVersion
    is_english: bool

    @property
    def title(self) -> str:
        """The title."""
        return self.version.title_en if self.is_english else self.version.title_th

    @property
    def summary(self) -> str:
        """The summary."""
        return self.version.summary_en if self.is_english else self.version.summary_th

    @property
    def body(self) -> str:
        """The text, without the values of terms."""
        return self.version.body_en if self.is_english else self.version.body_th


def find(typed: str, *, staff: bool = False, most: int = MOST_RESULTS) -> Found:
    """Return the articles that may answer what somebody typed, the best first. One query."""
    known, today = _knowledge(), clock.today()
    shown = []
    for hit in known.index.search(typed, most=len(known.entries)):
        entry = known.entries[hit.key]
        if entry.is_shown(staff=staff, on=today):
            shown.append(entry)
        if len(shown) == most:
            break
    words = search.words_of(search.plain_form(typed)[: search.MOST_LETTERS], cutting.cut)
    return Found(shown, gaps.kept(words, is_ours=known.index.knows, is_common=cutting.is_common))


def by_topic(*, staff: bool = False) -> list[tuple[Topic, list[Entry]]]:
    """Return what is published today by topic, each by its address. One query."""
    today = clock.today()
    shown = sorted(
        (each for each in _knowledge().entries.values() if each.is_shown(staff=staff, on=today)),
        key=lambda each: each.key,
    )
    grouped = [(topic, [entry for entry in shown if entry.topic == topic.value]) for topic in Topic]
    return [(topic, entries) for topic, entries in grouped if entries]


def related(slug: str, *, staff: bool = False, most: int = MOST_RELATED) -> list[Entry]:
    """Return the published articles that are most like one. One query."""
    entries = _knowledge().entries.values()
    this = next((entry for entry in entries if entry.slug == slug), None)
    if this is None:
        return []
    alike = find(f"{this.title_th} {this.summary_th}", staff=staff, most=most + 1).entries
    return [entry for entry in alike if entry.slug != slug][:most]


def called(slugs: Sequence[str]) -> list[Entry]:
    """Return the public articles with these addresses that are shown today, in this order. One query."""
    today = clock.today()
    shown = {entry.slug: entry for entry in _knowledge().entries.values() if entry.is_shown(staff=False, on=today)}
    return [shown[slug] for slug in slugs if slug in shown]


def read(slug: str) -> Reading:
    """Return a published article that everybody may read today. One query.

    :raises Missing: for any other, whether it exists or not.
    """
    found = Article.objects.readable(staff=False).select_related("published").filter(slug=slug).first()
    version = found.published if found else None
    today = clock.today()
    if found is None or version is None or not (version.valid_from or today) <= today <= (version.valid_until or today):
        raise Missing("no such article")
    return reading(found, version)


def reading(article: Article, version: ArticleVersion) -> Reading:
    """Return a version as somebody reads it in the language of this request."""
    wants_english = not (get_language() or "th").startswith("th")
    return Reading(article, version, wants_english and version.has_english)


_kept: dict[str, _Knowledge] = {}
_building = Lock()


def _knowledge() -> _Knowledge:
    """Return everything that is published; built anew when something was changed, by one thread."""
    edition = _edition()
    kept = _kept.get(connection.alias)
    if kept is not None and kept.edition == edition:
        return kept
    with _building:
        kept = _kept.get(connection.alias)
        if kept is None or kept.edition != edition:
            kept = _kept[connection.alias] = _built(edition)
    return kept


def _edition() -> Edition:
    with connection.cursor() as cursor:
        cursor.execute(_EDITION)
        return tuple(cursor.fetchone() or ())


def _built(edition: Edition) -> _Knowledge:
    rows = Article.objects.readable(staff=True).select_related("published").order_by("pk")
    versions = {article.pk: (article.slug, article.published) for article in rows if article.published}
    documents = [_document(key, version) for key, (_slug, version) in versions.items()]
    synonyms = Synonym.objects.filter(removed_at=None).order_by("pk").values_list("word", "meant")
    index = search.Index.of(documents, cut=cutting.cut, synonyms=synonyms)
    return _Knowledge(edition, {key: _entry(key, slug, version) for key, (slug, version) in versions.items()}, index)


def _document(key: int, version: ArticleVersion) -> search.Document:
    return search.Document(
        key,
        (version.title_th, version.title_en),
        (version.summary_th, version.summary_en),
        (texts.without_values(version.body_th), texts.without_values(version.body_en)),
        tuple(version.asked.splitlines()),
    )


def _entry(key: int, slug: str, version: ArticleVersion) -> Entry:
    return Entry(
        key=key,
        slug=slug,
        topic=version.topic,
        is_public=version.audience == Audience.PUBLIC,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        title_th=version.title_th,
        title_en=version.title_en,
        summary_th=version.summary_th,
        summary_en=version.summary_en,
    )
