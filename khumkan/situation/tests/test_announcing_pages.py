"""The news as everybody reads it, the line above every page, and the pages of officers."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.registry.models import Employer
from khumkan.situation.actions import announcements as actions
from khumkan.situation.models import Announcement
from khumkan.situation.queries import announcements as queries
from khumkan.situation.rules.segments import Segment
from khumkan.situation.states import AnnouncementState
from khumkan.situation.tests.announcing import ENGLISH, THAI, WRITER, insured, made_in_state, published, written
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
SENT = {
    "title_th": THAI.title, "body_th": THAI.body, "title_en": ENGLISH.title, "body_en": ENGLISH.body,
    "ways": ["public"], "group": "everybody",
}  # fmt: skip


@pytest.fixture
def officer(client: Client) -> Client:
    """Return the browser of an officer of the whole country."""
    return sign_in(client, user(Role.OFFICER))


def test_a_banner_stands_above_every_page_until_it_ends(client: Client) -> None:
    made = published(by_message=False, is_banner=True, is_urgent=True, until_at=clock.now() + timedelta(hours=1))
    page = client.get("/about/")
    assert_page_is_sound(page)
    assert THAI.title in page.content.decode()
    assert reverse("situation:news_one", args=[made.reference]) in page.content.decode()
    queries.forget_banners()
    with clock.set_to(clock.now() + timedelta(hours=2)):
        assert THAI.title not in client.get("/about/").content.decode()


def test_it_is_in_the_language_of_the_page(client: Client) -> None:
    published(by_message=False, is_banner=True)
    assert ENGLISH.title in client.get("/about/?lang=en").content.decode()
    assert THAI.title in client.get("/about/?lang=th").content.decode()


def test_pages_ask_for_the_banners_once_in_some_seconds(
    client: Client, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    published(by_message=False, is_banner=True)
    client.get("/about/")
    with django_assert_num_queries(0):  # type: ignore[operator]
        queries.banners()
    queries.forget_banners()
    with django_assert_num_queries(2):  # type: ignore[operator]
        queries.banners()


def test_a_feed_can_be_read_by_programs(client: Client) -> None:
    made = published(by_message=False)
    answer = client.get(reverse("situation:feed", args=["en"]))
    assert answer["Content-Type"].startswith("application/atom+xml")
    text = answer.content.decode()
    assert ENGLISH.title in text
    assert f"/news/{made.reference}/" in text
    assert client.get(reverse("situation:feed", args=["xx"])).status_code == 404


@pytest.mark.parametrize("state", [AnnouncementState.DRAFT, AnnouncementState.SCHEDULED, AnnouncementState.DROPPED])
def test_what_is_not_out_is_not_found(client: Client, state: AnnouncementState) -> None:
    made = made_in_state(state)
    assert client.get(reverse("situation:news_one", args=[made.reference])).status_code == 404


def test_an_officer_writes_to_a_district_and_to_an_employer(officer: Client) -> None:
    now = clock.now()
    Employer.objects.create(
        reference="E-1", account_number="1234567890", name_th="โรงงาน", created_at=now, updated_at=now
    )
    sent = {
        **SENT,
        "form_key": uuid4().hex,
        "districts": "ดินแดง",
        "employers": "12-3456789-0",
        "sections": ["33", "40"],
    }
    answer = officer.post(reverse("situation:new_announcement"), sent)
    assert answer.status_code == 302
    kept = queries.segment_of(Announcement.objects.get())
    assert kept == Segment(districts=("1026",), employers=("1234567890",), sections=(33, 40))


@pytest.mark.parametrize(("field", "value"), [("districts", "ไม่มีอยู่จริง"), ("employers", "12")])
def test_what_is_not_known_is_said_beside_its_field(officer: Client, field: str, value: str) -> None:
    answer = officer.post(reverse("situation:new_announcement"), {**SENT, "form_key": uuid4().hex, field: value})
    assert answer.status_code == 422
    assert value in answer.content.decode()
    assert not Announcement.objects.exists()


def test_a_draft_is_shown_in_its_form_as_it_was_written(officer: Client) -> None:
    made = written(segment=Segment(districts=("1026",)), until_at=clock.day_span(clock.today())[1])
    page = officer.get(reverse("situation:change_announcement", args=[made.reference])).content.decode()
    assert "1026" in page
    assert ENGLISH.title in page


def test_the_message_is_shown_with_what_it_costs(officer: Client) -> None:
    made = written()
    page = officer.get(reverse("situation:announcement", args=[made.reference]) + "?lang=en").content.decode()
    assert f"{THAI.sms} " in page
    assert "as an SMS it is paid for as 2" in page


def test_an_officer_of_a_province_reads_and_does_nothing(client: Client) -> None:
    made = written()
    sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="10"))
    page = client.get(reverse("situation:announcement", args=[made.reference]))
    assert page.status_code == 200
    assert reverse("situation:submit_announcement", args=[made.reference]) not in page.content.decode()
    sent = client.post(reverse("situation:submit_announcement", args=[made.reference]), {"form_key": uuid4().hex})
    assert sent.status_code == 404


def test_no_page_holds_a_name_of_those_who_are_told(officer: Client) -> None:
    person = insured(1)[0]
    made = published(is_urgent=True)
    page = officer.get(reverse("situation:announcement", args=[made.reference])).content.decode()
    assert person.last_name not in page


def test_withdrawn_news_says_so(client: Client) -> None:
    made = published(by_message=False)
    actions.withdraw(announcement=made, why_th="เปิดตามปกติ", why_en="It is open.", by=WRITER)
    assert "เปิดตามปกติ" in client.get(reverse("situation:news_one", args=[made.reference])).content.decode()
