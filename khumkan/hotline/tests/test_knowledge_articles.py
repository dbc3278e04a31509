"""Articles: two persons, versions, what readers see meanwhile, and what comes with Khumkan."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from khumkan.accounts.testing import actor
from khumkan.hotline.actions import articles, content, synonyms
from khumkan.hotline.actions.articles import Draft, Words
from khumkan.hotline.article_choices import Audience, Door, Topic
from khumkan.hotline.models import Article, ArticleVersion, Synonym
from khumkan.hotline.queries import knowledge, terms_in_texts
from khumkan.hotline.rules import search, texts
from khumkan.hotline.states import ArticleState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused

pytestmark = pytest.mark.django_db
AGENT = actor(Role.AGENT, user_id=11)
SUPERVISOR = actor(Role.SUPERVISOR, user_id=12)
OTHER = actor(Role.OFFICER, user_id=13)
PROVINCIAL = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="10", user_id=14)
SYSTEM = Actor.system("test")


def thai(number: int = 1) -> Words:
    return Words(title=f"ใส่หน้ากากอย่างไร {number}", summary="ปิดจมูกและปาก", body="เปลี่ยนทุกวัน")


def draft(
    number: int = 1, *, english: Words | None = None, audience: Audience = Audience.PUBLIC, body: str = ""
) -> Draft:
    words = Words(title=thai(number).title, summary=thai().summary, body=body or thai().body)
    return Draft(
        topic=Topic.START, thai=words, english=english or Words(), audience=audience, door=Door.ABOUT, source="made up"
    )


def published(slug: str = "masks", **more: object) -> Article:
    made = articles.draft(slug=slug, draft=draft(**more), by=AGENT)  # type: ignore[arg-type]
    articles.review(article_id=made.pk, version=1, by=SUPERVISOR)
    return articles.publish(article_id=made.pk, version=1, by=SUPERVISOR)


def test_an_article_is_written_reviewed_and_published() -> None:
    made = published()
    assert made.state == ArticleState.PUBLISHED
    assert [step.state for step in made.steps.order_by("pk")] == ["draft", "reviewed", "published"]
    assert knowledge.read("masks").title == "ใส่หน้ากากอย่างไร 1"


def test_nobody_reads_a_draft() -> None:
    articles.draft(slug="masks", draft=draft(), by=AGENT)
    with pytest.raises(Missing):
        knowledge.read("masks")
    assert knowledge.find("ใส่หน้ากาก", staff=True).entries == []


def test_whoever_wrote_it_does_not_review_it() -> None:
    made = articles.draft(slug="masks", draft=draft(), by=SUPERVISOR)
    with pytest.raises(Refused) as refusal:
        articles.review(article_id=made.pk, version=1, by=SUPERVISOR)
    assert refusal.value.code == "article_second_person"
    articles.review(article_id=made.pk, version=1, by=OTHER)


def test_control_the_database_refuses_one_person_as_well() -> None:
    made = articles.draft(slug="masks", draft=draft(), by=SUPERVISOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=made.pk).update(reviewed_by=SUPERVISOR.id)


def test_the_database_publishes_nothing_that_was_not_reviewed() -> None:
    made = articles.draft(slug="masks", draft=draft(), by=AGENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=made.pk).update(state=ArticleState.PUBLISHED, published=made.newest)


def test_a_draft_is_not_published_without_a_review() -> None:
    made = articles.draft(slug="masks", draft=draft(), by=AGENT)
    with pytest.raises(Refused) as refusal:
        articles.publish(article_id=made.pk, version=1, by=SUPERVISOR)
    assert refusal.value.code == "state_moved_on"


def test_what_was_changed_meanwhile_is_not_reviewed_unseen() -> None:
    made = articles.draft(slug="masks", draft=draft(), by=AGENT)
    articles.revise(article_id=made.pk, draft=draft(2), why="", by=AGENT)
    with pytest.raises(Refused) as refusal:
        articles.review(article_id=made.pk, version=1, by=SUPERVISOR)
    assert refusal.value.code == "article_changed_meanwhile"
    articles.review(article_id=made.pk, version=2, by=SUPERVISOR)


def test_people_go_on_reading_the_published_version_while_the_next_is_written() -> None:
    made = published()
    articles.revise(article_id=made.pk, draft=draft(2), why="clearer", by=SUPERVISOR)
    assert knowledge.read("masks").title == "ใส่หน้ากากอย่างไร 1"
    with pytest.raises(Refused):  # the review of the first version does not count for the second
        articles.publish(article_id=made.pk, version=2, by=OTHER)
    articles.review(article_id=made.pk, version=2, by=OTHER)
    articles.publish(article_id=made.pk, version=2, by=OTHER)
    assert knowledge.read("masks").title == "ใส่หน้ากากอย่างไร 2"


def test_a_draft_for_everybody_does_not_open_an_article_for_staff() -> None:
    made = published(audience=Audience.STAFF)
    articles.revise(article_id=made.pk, draft=draft(2), why="for everybody", by=AGENT)
    with pytest.raises(Missing):
        knowledge.read("masks")
    assert knowledge.find("ใส่หน้ากาก").entries == []
    assert [entry.slug for entry in knowledge.find("ใส่หน้ากาก", staff=True).entries] == ["masks"]


def test_a_withdrawn_article_is_found_by_nobody() -> None:
    made = published()
    assert knowledge.find("ใส่หน้ากาก").entries
    articles.withdraw(article_id=made.pk, why="wrong", by=SUPERVISOR)
    assert knowledge.find("ใส่หน้ากาก", staff=True).entries == []
    with pytest.raises(Missing):
        knowledge.read("masks")
    with pytest.raises(Refused):
        articles.withdraw(article_id=made.pk, why="again", by=SUPERVISOR)


def test_nobody_withdraws_without_a_reason() -> None:
    with pytest.raises(Refused) as refusal:
        articles.withdraw(article_id=published().pk, why=" ", by=SUPERVISOR)
    assert refusal.value.code == "article_no_reason"


def test_an_article_is_shown_within_its_days_only() -> None:
    today = clock.today()
    for slug, first, last in (
        ("over", None, today - timedelta(days=1)),
        ("to-come", today + timedelta(days=1), None),
        ("now", today, today),
    ):
        words = draft()
        articles.put(
            slug=slug,
            draft=Draft(topic=words.topic, thai=words.thai, valid_from=first, valid_until=last),
            by=SYSTEM,
        )
    assert [entry.slug for entry in knowledge.find("ใส่หน้ากาก").entries] == ["now"]
    for slug in ("over", "to-come"):
        with pytest.raises(Missing):
            knowledge.read(slug)


def test_translating_keeps_the_thai_and_is_reviewed_again() -> None:
    made = published()
    english = Words(title="How do I wear a mask?", summary="Over nose and mouth.", body="A new one each day.")
    translated = articles.translate(article_id=made.pk, english=english, by=AGENT)
    assert translated.state == ArticleState.DRAFT
    assert translated.newest is not None
    assert (translated.newest.title_th, translated.newest.door) == (thai().title, Door.ABOUT)
    with translation.override("en"):
        assert knowledge.read("masks").title == thai().title
        articles.review(article_id=made.pk, version=2, by=SUPERVISOR)
        articles.publish(article_id=made.pk, version=2, by=SUPERVISOR)
        assert knowledge.read("masks").title == "How do I wear a mask?"
        assert knowledge.find("mask").entries[0].title == "How do I wear a mask?"


WAY = "แมสก์ผ้าหนากี่ชั้น"


def asked(*ways: str) -> Draft:
    return Draft(topic=Topic.START, thai=thai(), asked=ways, source="made up")


def test_an_article_is_found_by_the_way_in_which_somebody_asks_for_it() -> None:
    articles.put(slug="masks", draft=asked(WAY), by=SYSTEM)
    assert [entry.slug for entry in knowledge.find("แมสก์").entries] == ["masks"]


def test_control_without_that_way_it_is_not_found() -> None:
    articles.put(slug="masks", draft=asked(), by=SYSTEM)
    assert knowledge.find("แมสก์").entries == []


def test_ways_of_asking_are_reviewed_with_the_text_and_kept_by_a_translation() -> None:
    made = published()
    articles.revise(article_id=made.pk, draft=asked(WAY), why="asked so at the hotline", by=AGENT)
    assert knowledge.find("แมสก์").entries == [], "a draft is not searched"
    english = Words(title="How do I wear a mask?", summary="Over nose and mouth.", body="A new one each day.")
    articles.translate(article_id=made.pk, english=english, by=AGENT)
    articles.review(article_id=made.pk, version=3, by=SUPERVISOR)
    articles.publish(article_id=made.pk, version=3, by=SUPERVISOR)
    assert ArticleVersion.objects.get(article=made, number=3).asked == WAY
    assert [entry.slug for entry in knowledge.find("แมสก์").entries] == ["masks"]


HALF = Words(title="A title alone")
WRONG: dict[str, Callable[[], Draft]] = {
    "article_half": lambda: draft(english=HALF),
    "article_value_unknown": lambda: draft(body="ภายใน {screening.tests.no_such_hours} ชั่วโมง"),
    "article_days_wrong": lambda: Draft(
        topic=Topic.START, thai=thai(), valid_from=clock.today(), valid_until=clock.today() - timedelta(days=1)
    ),
    "article_value_above": lambda: Draft(
        topic=Topic.START,
        thai=Words(title="{screening.tests.answer_within_hours}", summary="x", body="x"),
    ),
    "article_asked_too_much": lambda: asked(*map(str, range(articles.MOST_WAYS + 1))),
}


@pytest.mark.parametrize("code", WRONG)
def test_what_makes_no_sense_is_refused(code: str) -> None:
    with pytest.raises(Refused) as refusal:
        articles.draft(slug="masks", draft=WRONG[code](), by=AGENT)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("way", "code"),
    [("ก" * 121, "article_asked_too_much"), ("ภายใน {screening.tests.answer_within_hours}", "article_value_above")],
)
def test_a_way_of_asking_is_short_and_holds_no_value(way: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        articles.draft(slug="masks", draft=asked(way), by=AGENT)
    assert refusal.value.code == code


def test_control_a_way_as_long_as_may_be_is_taken() -> None:
    longest = asked(*("ก" * (articles.LONGEST_WAY - 2) + f"{number:02}" for number in range(articles.MOST_WAYS)))
    articles.draft(slug="masks", draft=longest, by=AGENT)
    assert len(texts.ways(ArticleVersion.objects.get().asked)) == articles.MOST_WAYS


@pytest.mark.parametrize("slug", ["masks", "check"])
def test_an_address_is_given_once(slug: str) -> None:
    published("masks")
    with pytest.raises(Refused) as refusal:
        articles.draft(slug=slug, draft=draft(), by=AGENT)
    assert refusal.value.code == "article_address_taken"


def test_versions_are_added_and_never_changed() -> None:
    made = published()
    with pytest.raises(DatabaseError), transaction.atomic():
        ArticleVersion.objects.filter(article=made).update(title_th="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        made.steps.all().delete()


def test_officers_of_a_province_neither_write_nor_edit() -> None:
    made = published()
    for act in (
        lambda: articles.draft(slug="other", draft=draft(), by=PROVINCIAL),
        lambda: articles.revise(article_id=made.pk, draft=draft(), why="x", by=PROVINCIAL),
        lambda: articles.withdraw(article_id=made.pk, why="x", by=PROVINCIAL),
        lambda: synonyms.add(word="ก", meant="ข", by=PROVINCIAL),
    ):
        with pytest.raises(Missing):
            act()


def test_agents_write_and_do_not_publish() -> None:
    made = articles.draft(slug="masks", draft=draft(), by=SUPERVISOR)
    for act in (articles.review, articles.publish):
        with pytest.raises(Missing):
            act(article_id=made.pk, version=1, by=AGENT)


def test_what_comes_with_khumkan_is_published_once_and_staff_have_the_last_word() -> None:
    assert content.put_all(by=SYSTEM) == 100
    articles.withdraw(article_id=Article.objects.get(slug="call-1506").pk, why="another number", by=SUPERVISOR)
    taken = Synonym.objects.order_by("pk")[0]
    synonyms.remove(synonym_id=taken.pk, by=SUPERVISOR)
    assert content.put_all(by=SYSTEM) == 0
    assert Article.objects.get(slug="call-1506").state == ArticleState.WITHDRAWN
    assert Synonym.objects.filter(word=taken.word, meant=taken.meant).count() == 1


def test_staff_put_nothing_past_a_second_person() -> None:
    with pytest.raises(Refused):
        articles.put(slug="masks", draft=draft(), by=SUPERVISOR)


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_value_in_the_articles_is_one_of_terms(language: str) -> None:
    for _slug, written in content.shipped():
        assert terms_in_texts.unknown_in(written.thai.body, written.english.body) == []
    with translation.override(language):
        shown = terms_in_texts.filled("{screening.tests.answer_within_hours} {vaccination.visit.follow_up_days}")
    assert shown == "48 1, 7, 30"


def test_every_article_that_comes_with_khumkan_is_asked_for_in_many_ways_and_no_way_asks_for_two() -> None:
    ways = [(search.plain_form(way), slug) for slug, written in content.shipped() for way in written.asked]
    counted = Counter(slug for _way, slug in ways)
    assert {slug for slug, _written in content.shipped() if counted[slug] < 8} == set()
    assert len(dict(ways)) == len(ways)


def test_both_languages_name_the_same_values() -> None:
    differ = [
        slug
        for slug, written in content.shipped()
        if sorted(texts.values_in(written.thai.body)) != sorted(texts.values_in(written.english.body))
    ]
    assert differ == []


def test_a_synonym_counts_from_the_next_search_on_and_no_more_when_it_is_taken_out() -> None:
    published()
    assert knowledge.find("แมสก์").entries == []
    added = synonyms.add(word="แมสก์", meant="หน้ากาก", by=SUPERVISOR)
    assert [entry.slug for entry in knowledge.find("แมสก์").entries] == ["masks"]
    synonyms.remove(synonym_id=added.pk, by=SUPERVISOR)
    assert knowledge.find("แมสก์").entries == []


@pytest.mark.parametrize(("word", "meant"), [("", "ก"), ("กก", "กก"), ("ม.33", "มาตรา ๓๓")])
def test_a_synonym_says_something_else(word: str, meant: str) -> None:
    with pytest.raises(Refused) as refusal:
        synonyms.add(word=word, meant=meant, by=SUPERVISOR)
    assert refusal.value.code == "synonym_empty"


def test_a_synonym_is_added_once() -> None:
    synonyms.add(word="แมสก์", meant="หน้ากาก", by=SUPERVISOR)
    with pytest.raises(Refused) as refusal:
        synonyms.add(word="แมสก์ ", meant="หน้ากาก", by=OTHER)
    assert refusal.value.code == "synonym_known"
