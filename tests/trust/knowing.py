"""The knowledge base for the walks: what comes with Khumkan, one article in every state, a word and a gap."""

from dataclasses import dataclass

from khumkan.hotline.actions import articles, content, gaps, synonyms
from khumkan.hotline.actions.articles import Draft, Words
from khumkan.hotline.article_choices import Audience, Topic
from khumkan.hotline.models import Article, SearchGap, Synonym
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role

SYSTEM = Actor.system("world")
#: Two who are nobody in particular.
ONE, ANOTHER = (Actor(ActorKind.STAFF, number, frozenset({Grant(Role.SUPERVISOR)})) for number in (990_011, 990_012))
#: Words that nobody's articles hold, so that nothing was found.
IN_VAIN = ["กาแฟ", "ดวงจันทร์"]


@dataclass(frozen=True)
class Known:
    """One article in every state, and what else there is to see to.

    :param changed: is published and has a newer draft.
    """

    published: Article
    drafted: Article
    reviewed: Article
    changed: Article
    withdrawn: Article
    for_staff: Article
    synonym: Synonym
    gap: SearchGap


def known() -> Known:
    """Make all of it, or return what there is."""
    if not Article.objects.filter(slug="when-is-my-result").exists():
        content.put_all(by=SYSTEM)
        gaps.note_search(words=IN_VAIN, has_result=False)
    return Known(
        published=Article.objects.get(slug="when-is-my-result"),
        drafted=_article("rest-after-a-dose"),
        reviewed=_article("parking-at-the-stadium", reviewed=True),
        changed=_changed("complain"),
        withdrawn=_article("old-news", withdrawn=True),
        for_staff=_article("how-to-greet-callers", audience=Audience.STAFF, reviewed=True, published=True),
        synonym=Synonym.objects.filter(removed_at=None).order_by("pk").first()
        or synonyms.add(word="แหวะ", meant="อาเจียน", by=ONE),
        gap=SearchGap.objects.get(words=sorted(IN_VAIN)),
    )


def words(number: int = 1) -> Draft:
    """Return something to write."""
    thai = Words(title=f"พักหลังฉีดวัคซีนอย่างไร {number}", summary="พักให้พอ ดื่มน้ำ", body="พักหนึ่งวัน\n\n- ดื่มน้ำ\n- นอนให้พอ")
    return Draft(topic=Topic.VACCINATION, thai=thai, source="made up")


def _article(
    slug: str,
    *,
    audience: Audience = Audience.PUBLIC,
    reviewed: bool = False,
    published: bool = False,
    withdrawn: bool = False,
) -> Article:
    found = Article.objects.filter(slug=slug).first()
    if found is not None:
        return found
    written = words()
    made = articles.draft(
        slug=slug, draft=Draft(topic=written.topic, thai=written.thai, source="made up", audience=audience), by=ONE
    )
    if reviewed:
        made = articles.review(article_id=made.pk, version=1, by=ANOTHER)
    if published:
        made = articles.publish(article_id=made.pk, version=1, by=ANOTHER)
    if withdrawn:
        made = articles.withdraw(article_id=made.pk, why="made up", by=ANOTHER)
    return made


def _changed(slug: str) -> Article:
    found = Article.objects.select_related("newest").get(slug=slug)
    if found.newest and found.newest.number > 1:
        return found
    return articles.revise(article_id=found.pk, draft=words(2), why="shorter", by=ONE)
