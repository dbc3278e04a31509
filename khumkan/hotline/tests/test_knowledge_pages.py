"""The help pages for everybody, the checker, and what is counted of searches."""

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import actor, sign_in, user
from khumkan.hotline.actions import content, gaps
from khumkan.hotline.actions.articles import put
from khumkan.hotline.models import SearchGap
from khumkan.hotline.queries import articles as queries
from khumkan.hotline.rules.checking import Answers, Measure, measures
from khumkan.kernel.actors import Actor, Role
from khumkan.screening.tests.registering import a_session, a_site
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
HELP = "/help/"


SOME = ("when-is-my-result", "how-to-get-a-bed", "no-bed-yet", "register-for-a-test", "emergency-1669")


@pytest.fixture
def articles() -> None:
    """Publish some of the articles that come with Khumkan."""
    for slug, draft in content.shipped():
        if slug in SOME:
            put(slug=slug, draft=draft, by=Actor.system("test"))


def page(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    if status == 200:
        assert_page_is_sound(answer)
    return str(answer.content.decode())


def test_everybody_reads_all_articles_by_topic(client: Client, articles: None) -> None:
    shown = page(client, HELP)
    assert "ผลตรวจออกเมื่อไร" in shown
    assert "1669" in shown


def test_a_search_shows_the_article_and_counts_its_known_words(client: Client, articles: None) -> None:
    shown = page(client, f"{HELP}?q=ผลตรวจออกเมื่อไร")
    gap = SearchGap.objects.get()
    assert f"/help/when-is-my-result/?found={gap.key}" in shown
    assert (gap.searched, gap.without_result, gap.opened) == (1, 0, 0)
    page(client, f"/help/when-is-my-result/?found={gap.key}")
    gap.refresh_from_db()
    assert gap.opened == 1


def test_no_more_is_opened_than_was_searched(client: Client, articles: None) -> None:
    page(client, f"{HELP}?q=ผลตรวจออกเมื่อไร")
    key = SearchGap.objects.get().key
    for _again in range(3):
        page(client, f"/help/when-is-my-result/?found={key}")
    page(client, "/help/when-is-my-result/?found=nonsense")
    assert SearchGap.objects.get().opened == 1


def test_what_is_typed_is_counted_nowhere_while_it_is_typed(client: Client, articles: None) -> None:
    answer = client.get("/help/results/?q=ผลตรวจ")
    assert "/help/when-is-my-result/" in answer.content.decode()
    assert not SearchGap.objects.exists()


def test_a_fragment_says_the_same_as_the_page(client: Client, articles: None) -> None:
    fragment = client.get("/help/results/?q=หาเตียง").content.decode()
    whole = page(client, f"{HELP}?q=หาเตียง")
    for address in ("/help/how-to-get-a-bed/", "/help/no-bed-yet/"):
        assert address in fragment
        assert address in whole


def test_nothing_found_says_whom_to_call(client: Client, articles: None) -> None:
    assert "1506" in page(client, f"{HELP}?q=xqzv")
    assert not SearchGap.objects.exists(), "no word of it is in a dictionary"


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "' OR 1=1 --", "ก" * 5_000, "%00", "\u202e"])
def test_hostile_searches_do_no_harm(client: Client, articles: None, typed: str) -> None:
    answer = client.get(HELP, {"q": typed})
    assert answer.status_code == 200
    assert_page_is_sound(answer)
    assert "<script>alert" not in answer.content.decode()


def test_an_article_is_filled_with_the_terms_of_today(client: Client, articles: None) -> None:
    shown = page(client, "/help/when-is-my-result/")
    assert "48 ชั่วโมง" in shown
    assert "{" not in shown.split("<main")[1].split("</main>")[0]


def test_every_article_is_a_sound_page_in_both_languages(client: Client) -> None:
    content.put_all(by=Actor.system("test"))
    for slug, _draft in content.shipped():
        for language in ("th", "en"):
            shown = page(client, f"/help/{slug}/?lang={language}")
            body = shown.split("<main")[1].split("</main>")[0]
            assert "{" not in body, slug
            assert "…" not in body, slug


def test_readers_never_see_the_ways_of_asking_and_staff_do(client: Client, articles: None) -> None:
    way = dict(content.shipped())["when-is-my-result"].asked[0]
    assert "/help/when-is-my-result/" in page(client, f"{HELP}?q={way}")
    for address in (HELP, "/help/when-is-my-result/"):
        assert way not in page(client, address)
    assert way not in client.get("/help/results/?q=ผลตรวจ").content.decode()
    desk = Client()
    sign_in(desk, user(Role.AGENT))
    for address in ("/desk/knowledge/article/when-is-my-result/", "/desk/knowledge/article/when-is-my-result/change/"):
        assert way in page(desk, address)


@pytest.mark.parametrize("slug", ["no-such-article", "which-mask"])
def test_what_is_no_article_is_not_there(client: Client, articles: None, slug: str) -> None:
    assert client.get(f"/help/{slug}/").status_code == 404


def test_in_vain_is_what_found_nothing_or_opened_nothing() -> None:
    gaps.note_search(words=["กาแฟ"], has_result=False)
    for _time in range(3):
        gaps.note_search(words=["ดอกไม้"], has_result=True)
    opened = gaps.note_search(words=["วัคซีน"], has_result=True)
    for _time in range(3):
        gaps.note_search(words=["วัคซีน"], has_result=True)
        gaps.note_opened(key=opened)
    assert [gap.words for gap in queries.gaps()] == ["กาแฟ", "ดอกไม้"]


def test_a_settled_gap_comes_back_when_nothing_is_found_again() -> None:
    gaps.note_search(words=["กาแฟ"], has_result=False)
    gaps.settle(gap_id=SearchGap.objects.get().pk, by=actor(Role.SUPERVISOR))
    assert queries.gaps() == []
    gaps.note_search(words=["กาแฟ"], has_result=False)
    assert [gap.row.without_result for gap in queries.gaps()] == [2]


def test_no_more_sets_of_words_are_kept_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "MOST_KEPT", 1)
    gaps.note_search(words=["กาแฟ"], has_result=False)
    assert gaps.note_search(words=["ดอกไม้"], has_result=False) == ""
    assert gaps.note_search(words=["กาแฟ"], has_result=False)
    assert SearchGap.objects.get().searched == 2


# ------------------------------------------------------------------------------------------------------- the checker
def test_the_checker_asks_without_signing_in_and_keeps_nothing(client: Client, articles: None) -> None:
    page(client, "/help/check/")
    shown = page(client, "/help/check/?section=33&about=contact")
    assert reverse("screening:register_choose") in shown
    assert "/help/register-for-a-test/" in shown
    assert not client.session.keys()
    assert not SearchGap.objects.exists()


def test_the_nearest_site_with_room_is_named(client: Client, articles: None) -> None:
    site = a_site("10", name_th="สนามกีฬาทดสอบ")
    site.refresh_from_db()
    a_session(site)
    shown = page(client, "/help/check/?section=33&about=contact&province=10")
    assert "สนามกีฬาทดสอบ" in shown


def test_a_wrong_district_is_said_at_its_field(client: Client, articles: None) -> None:
    a_site("10")
    shown = page(client, "/help/check/?section=33&province=10&district=ไม่มีที่นี่", status=422)
    assert "ไม่พบอำเภอชื่อนี้" in shown


SECTIONS = (33, 39, 40)
SAYS = [
    (Answers(section=33, met_somebody=True), {Measure.TEST}),
    (Answers(section=40), {Measure.TEST_AT_RISK}),
    (Answers(section=33, is_positive=True, has_symptoms=True), {Measure.CARE}),
    (Answers(section=33, is_severe=True, is_positive=True), {Measure.EMERGENCY, Measure.CARE}),
    (Answers(section=33, wants_vaccination=True), {Measure.TEST_AT_RISK, Measure.VACCINATION}),
    (Answers(section=39, wants_vaccination=True), {Measure.TEST_AT_RISK, Measure.VACCINATION_LATER}),
    (Answers(section=0, has_symptoms=True, wants_vaccination=True), {Measure.TEST, Measure.VACCINATION}),
    (Answers(section=None, is_positive=True), {Measure.OTHER_SCHEME}),
    (Answers(section=None, is_employer=True), {Measure.OTHER_SCHEME, Measure.EMPLOYER_LISTS, Measure.LOAN}),
    (Answers(section=33, lost_work=True), {Measure.TEST_AT_RISK, Measure.LOST_WORK}),
]


@pytest.mark.parametrize(("said", "expected"), SAYS)
def test_what_somebody_can_get(said: Answers, expected: set[Measure]) -> None:
    assert set(measures(said, test_sections=SECTIONS, open_sections={33}, is_lending=True)) == expected


def test_an_emergency_comes_before_everything() -> None:
    for said, _expected in SAYS:
        severe = Answers(**{**vars(said), "is_severe": True})
        assert (
            measures(severe, test_sections=SECTIONS, open_sections=SECTIONS, is_lending=False)[0] is Measure.EMERGENCY
        )


def test_an_employer_is_led_to_a_loan_only_while_one_can_apply() -> None:
    employer = Answers(section=None, is_employer=True)
    expected = {True: Measure.LOAN, False: Measure.LOAN_LATER}
    for is_lending, measure in expected.items():
        found = measures(employer, test_sections=SECTIONS, open_sections=(), is_lending=is_lending)
        assert {Measure.LOAN, Measure.LOAN_LATER} & set(found) == {measure}


def test_a_section_that_is_not_tested_gets_no_test() -> None:
    assert (
        measures(Answers(section=40, met_somebody=True), test_sections=(33,), open_sections=(), is_lending=False) == ()
    )


# --------------------------------------------------------------------------------------------------------- the desk
def test_a_caller_question_becomes_an_article(client: Client, articles: None) -> None:
    """An agent writes, a supervisor reviews and publishes, everybody finds it."""
    agent, supervisor = Client(), Client()
    sign_in(agent, user(Role.AGENT))
    sign_in(supervisor, user(Role.SUPERVISOR))
    form = agent.get("/desk/knowledge/new/")
    assert_page_is_sound(form)
    sent = {
        "slug": "which-mask", "topic": "start", "audience": "public", "title_th": "หน้ากากแบบใดดี",
        "summary_th": "หน้ากากอนามัยก็พอ", "body_th": "เปลี่ยนทุกวัน", "source": "แนวทางกรมอนามัย",
        "asked": "แมสก์ผ้ากันได้ไหม\r\n\r\nใส่สองชั้นดีปะ",
    }  # fmt: skip
    wrong = agent.post("/desk/knowledge/new/", {**sent, "slug": "Wrong Address", "form_key": "one"})
    assert wrong.status_code == 422
    assert agent.post("/desk/knowledge/new/", {**sent, "form_key": "two"}).status_code == 302
    one = supervisor.get("/desk/knowledge/article/which-mask/")
    assert_page_is_sound(one)
    for act in ("review/1/", "publish/1/"):
        assert supervisor.post(f"/desk/knowledge/article/which-mask/{act}", {"form_key": act}).status_code == 302
    assert "หน้ากากแบบใดดี" in page(client, f"{HELP}?q=หน้ากากแบบไหน")
    assert "หน้ากากแบบใดดี" in page(client, f"{HELP}?q=แมสก์ผ้า")
