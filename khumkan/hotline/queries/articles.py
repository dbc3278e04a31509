"""The knowledge base as staff see it: every article in every state, other words, and what nobody found."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from khumkan.hotline.models import Article, ArticleStep, ArticleVersion, SearchGap, Synonym
from khumkan.hotline.states import ArticleState
from khumkan.kernel.errors import Missing

#: Below this share of searches after which something was opened, an article is missing or badly named.
OPENED_LEAST = 0.5
#: So often something must have been searched for before it counts, unless nothing was found at all.
SEARCHED_LEAST = 3
MOST_GAPS = 200


@dataclass(frozen=True)
class Gap:
    """What people searched for in vain."""

    row: SearchGap

    @property
    def words(self) -> str:
        """The words, as they may be kept."""
        return " ".join(self.row.words)


def articles(*, state: str = "", topic: str = "") -> "QuerySet[Article]":
    """Return articles for staff by address, narrowed to a state and a topic; none means all. One query a page."""
    rows = Article.objects.select_related("newest", "published")
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(newest__topic=topic) if topic else rows
    return rows.order_by("newest__topic", "slug")


def article_called(slug: str) -> Article:
    """Return an article in any state, for staff.

    :raises Missing: for one that is not there.
    """
    found = Article.objects.select_related("newest", "published").filter(slug=slug).first()
    if found is None:
        raise Missing("no such article")
    return found


def newest_of(article: Article) -> ArticleVersion:
    """Return the version that is worked on; every article is made with one."""
    if article.newest is None:
        raise Missing("an article without a version")
    return article.newest


def steps_of(article: Article) -> list[ArticleStep]:
    """Return what became of an article, the newest first. One query."""
    return list(article.steps.select_related("version").order_by("-pk"))


def counts() -> dict[str, int]:
    """Return how many articles wait for somebody: drafts, and reviewed ones to be published. One query."""
    waiting = Article.objects.filter(state__in=[ArticleState.DRAFT, ArticleState.REVIEWED]).order_by("pk")
    states = list(waiting.values_list("state", flat=True))
    return {state: states.count(state) for state in (ArticleState.DRAFT, ArticleState.REVIEWED)}


def synonyms() -> "QuerySet[Synonym]":
    """Return the words that are in use, by the alphabet. One query a page."""
    return Synonym.objects.filter(removed_at=None).order_by("word", "pk")


def gaps() -> Sequence[Gap]:
    """Return what was searched for in vain and nobody saw to, the most frequent first. One query."""
    waiting = SearchGap.objects.filter(settled_on=None).order_by("-without_result", "-searched", "pk")
    in_vain = waiting.filter(without_result__gt=0) | waiting.filter(
        searched__gte=SEARCHED_LEAST, opened__lt=F("searched") * OPENED_LEAST
    )
    return [Gap(row) for row in in_vain[:MOST_GAPS]]
