"""Finding articles: spelling, words, synonyms; and what may be kept of a search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.hotline import cutting
from khumkan.hotline.rules import gaps, search, texts
from khumkan.hotline.rules.nearest import MOST_WAYS, NEXT_WAY, Ways
from khumkan.hotline.rules.search import Document, Index


def index(*titles: str, synonyms: tuple[tuple[str, str], ...] = ()) -> Index:
    documents = [Document(number, (title,), (), ()) for number, title in enumerate(titles)]
    return Index.of(documents, cut=cutting.cut, synonyms=synonyms)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("เเละนํ้า", "และน้ำ"),
        ("น้ํา", "น้ำ"),
        ("ก่่อนน", "ก่อนน"),
        ("ม.๓๓", " มาตรา 33 "),
        ("ม40", " มาตรา 40 "),
        ("มากกกกก", "มาก"),
        ("โท\u200bร", "โทร"),
        ("ATK", "atk"),
        ("1669", "1669"),
        ("5555555", "5555555"),
    ],
)
def test_one_spelling(typed: str, plain: str) -> None:
    assert search.plain_form(typed) == plain


@given(st.text(alphabet="กขคงจฉชนมยรลวสหอะาิีึืุูเแโใไ่้๊๋์ํำๆ๐๑ .abAB19", max_size=60))
def test_the_plain_form_of_a_plain_form_is_itself(text: str) -> None:
    once = " ".join(search.plain_form(text).split())
    assert " ".join(search.plain_form(once).split()) == once


@given(st.text(max_size=80))
def test_whatever_is_typed_is_answered(text: str) -> None:
    found = index("ผลตรวจออกเมื่อไร", "หาเตียง").search(text)
    assert all(0 < hit.share <= 1 for hit in found)


def test_words_are_cut_with_our_own_words() -> None:
    assert cutting.cut("ไปฮอสพิเทล") == ("ไป", "ฮอสพิเทล")


def test_the_article_with_the_rarer_word_comes_first() -> None:
    found = index("ตรวจโควิดที่ไหน", "ตรวจโควิดฟรี", "ตรวจโควิดแล้วเจ็บ").search("ตรวจโควิดฟรีไหม")
    assert found[0].key == 1


def test_a_slip_is_found_by_runs_of_letters() -> None:
    assert index("ลงทะเบียนตรวจ", "หาเตียง").search("ลงทะเบยน")[0].key == 0


def test_nothing_is_found_for_what_stands_nowhere() -> None:
    assert index("ลงทะเบียนตรวจ").search("qqq zzz") == []
    assert index("ลงทะเบียนตรวจ").search("") == []


def test_a_synonym_finds_what_it_means() -> None:
    titles = ("สินเชื่อสำหรับนายจ้าง", "กักตัวที่บ้าน")
    assert index(*titles, synonyms=(("ซอฟท์โลน", "สินเชื่อ"),)).search("ซอฟท์โลน")[0].key == 0


def test_control_without_the_synonym_nothing_is_found() -> None:
    assert index("สินเชื่อสำหรับนายจ้าง", "กักตัวที่บ้าน").search("ซอฟท์โลน") == []


def test_a_short_synonym_must_be_a_word_of_its_own() -> None:
    widened = index("ธนาคาร", synonyms=(("กู้", "ธนาคาร"),))
    assert widened.search("ขอกู้")
    assert not widened.asked(search.plain_form("กู้ภัย")).get("ธนาคาร") or "กู้" in cutting.cut("กู้ภัย")


def by_ways(*ways: tuple[str, ...]) -> Index:
    titles = ("ลงทะเบียน", "หาเตียง", "สินเชื่อ")
    documents = [Document(number, (titles[number],), (), (), asked) for number, asked in enumerate(ways)]
    return Index.of(documents, cut=cutting.cut)


def test_who_asks_as_others_do_finds_what_they_asked_for() -> None:
    ways = by_ways(("จองตรวจยังไง",), ("ป่วยหนักจะนอนที่ไหน", "ขอแอดมิท"), ("เงินหมุนไม่ทัน",))
    assert ways.search("ป่วยหนักมากนอนที่ไหนดี")[0].key == 1
    assert ways.search("แอดมิท")[0].key == 1


def test_a_slip_in_a_way_of_asking_is_found_by_runs_of_letters() -> None:
    assert by_ways(("จองตรวจยังไง",), (), ("เงินหมุนเวียนไม่ทัน",)).search("เงนหมุนเวยน")[0].key == 2


def test_one_way_that_is_near_counts_more_than_many_that_hold_a_word_of_it() -> None:
    """All ways in one heap would find the first article, which says “เตียง” three times."""
    ways = by_ways(("เตียงเหล็ก", "เตียงไม้", "เตียงนอนพ่อ"), ("เตียงเต็มทุกที่",), ())
    assert ways.way_words.near({"เตียง": 1.0, "เต็ม": 1.0})[1] > ways.way_words.near({"เตียง": 1.0, "เต็ม": 1.0})[0]


@given(st.lists(st.lists(st.sampled_from("กขคงจ"), max_size=6), max_size=12), st.sets(st.sampled_from("กขคงจฉ")))
def test_nothing_is_nearer_than_the_same(ways: list[list[str]], asked: set[str]) -> None:
    most = sum(NEXT_WAY**number for number in range(MOST_WAYS))
    near = Ways.of([(number % 3, way) for number, way in enumerate(ways)]).near(dict.fromkeys(asked, 1.0))
    assert all(0 < share <= most + 1e-9 for share in near.values())


def test_a_question_is_as_near_to_itself_as_can_be() -> None:
    near = Ways.of([(0, ["ก", "ข"]), (1, ["ค"])]).near({"ก": 1.0, "ข": 1.0})
    assert near == {0: pytest.approx(1.0)}


def test_ways_stand_one_a_line_each_once() -> None:
    assert texts.ways(" จองตรวจ  ยังไง \n\nหาเตียง\r\nจองตรวจ ยังไง\n") == ("จองตรวจ ยังไง", "หาเตียง")


def kept(typed: str) -> list[str]:
    known = index("ผลตรวจออกเมื่อไร โทร 1506")
    return gaps.kept(
        search.words_of(search.plain_form(typed), cutting.cut), is_ours=known.knows, is_common=cutting.is_common
    )


def test_words_of_the_dictionary_are_kept_of_a_search() -> None:
    assert kept("ผลตรวจออกเมื่อไร 1506") == sorted(["1506", "ผลตรวจ", "ออก", "เมื่อไร"])


@pytest.mark.parametrize("typed", ["ผลของ 0812345678", "ผลของ 081 234 5678", "เลข 1234567890123", "ซอย 10230"])
def test_a_search_with_a_long_number_is_not_kept_at_all(typed: str) -> None:
    assert kept(typed) == []


@pytest.mark.parametrize("typed", ["สมชาย", "somchai@example.org", "somchai"])
def test_no_name_is_kept(typed: str) -> None:
    assert not {"สมชาย", "somchai", "example"} & set(kept(f"ผลตรวจของ {typed}"))


def test_control_the_rest_of_such_a_search_is_kept() -> None:
    assert "ผลตรวจ" in kept("ผลตรวจของ สมชาย")
