"""How well the help pages answer questions that nobody tuned the search by: the measure of the benchmark as a test."""

import pytest

from khumkan.benchmarks import knowledge_search
from khumkan.hotline.actions import content
from khumkan.hotline.rules import search
from khumkan.hotline.rules.search import Index

HELD_OUT = knowledge_search.questions(knowledge_search.HELD_OUT)


@pytest.fixture(scope="module")
def index() -> Index:
    return knowledge_search.shipped_index()


def test_questions_held_out_find_their_article_among_the_first_three(index: Index) -> None:
    assert len(HELD_OUT) >= 150
    assert knowledge_search.recall(index, HELD_OUT, within=3) >= knowledge_search.RECALL


def test_control_without_synonyms_and_ways_of_asking_the_same_questions_find_less() -> None:
    """The measure sees a difference."""
    bare = knowledge_search.shipped_index(with_synonyms=False, with_ways=False)
    assert knowledge_search.recall(bare, HELD_OUT, within=3) < knowledge_search.RECALL


def test_every_title_finds_its_own_article(index: Index) -> None:
    lost = []
    for place, (slug, draft) in enumerate(content.shipped()):
        for title in (draft.thai.title, draft.english.title):
            if place not in {hit.key for hit in index.search(title, most=2)}:
                lost.append((slug, title))
    assert lost == []


def test_every_way_of_asking_finds_its_own_article(index: Index) -> None:
    asked = [(way, frozenset({slug})) for slug, draft in content.shipped() for way in draft.asked]
    assert knowledge_search.recall(index, asked, within=3) == 1


def test_no_question_held_out_is_one_for_tuning_or_a_way_of_asking() -> None:
    """Only how many are alike is said: whoever reads one tunes by it."""
    held_out = _tight(HELD_OUT) | _tight(knowledge_search.questions(knowledge_search.INDEPENDENT))
    tuning = _tight(knowledge_search.questions(knowledge_search.TUNING))
    ways = _tight([(way, frozenset({slug})) for slug, draft in content.shipped() for way in draft.asked])
    assert (len(held_out & tuning), len(held_out & ways)) == (0, 0)


def test_every_question_names_articles_that_there_are_and_every_article_is_asked_for() -> None:
    slugs = {slug for slug, _draft in content.shipped()}
    assert set().union(*(right for _typed, right in HELD_OUT)) == slugs
    assert len(slugs) == 100


def _tight(questions: list[knowledge_search.Question]) -> set[str]:
    return {"".join(search.plain_form(typed).split()) for typed, _slugs in questions}
