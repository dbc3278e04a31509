"""Pages of rounds: sound in both languages at each step, the preview equals the page, employers see no results."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.screening.actions import rounds
from khumkan.screening.models import Drawn, Round
from khumkan.screening.queries import frames
from khumkan.screening.states import RoundState
from khumkan.screening.tests.drawing import OFFICE, a_round, an_employer, open_every_day
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI, a_site
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db

DESIGN = {
    "keys": ["industry", "size"],
    "stages": "one",
    "rule": "share",
    "share": "20",
    "minimum": "1",
    "reserve": "50",
    "scope": "round",
}


@pytest.fixture
def officer(client: Client) -> Client:
    return sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=BANGKOK))


def key_of(client: Client, url: str) -> str:
    """Return a form key of the page, as a browser would send it."""
    found = re.search(r'name="form_key" value="([^"]+)"', client.get(url).content.decode())
    assert found, url
    return found.group(1)


def post(client: Client, name: str, *args: str, page: str = "", **fields: object):
    url = reverse(f"screening:{name}", args=args)
    return client.post(url, {"form_key": key_of(client, page or url), **fields})


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("step", [RoundState.PLANNED, RoundState.FROZEN, RoundState.DRAWN, RoundState.ANNOUNCED])
def test_the_page_of_a_round_is_sound_at_every_step(officer: Client, step: RoundState, language: str) -> None:
    made = a_round([an_employer(30), an_employer(20, industry="26", has_housing=True)], upto=step)
    names = ["rounds", "round", "round_enterprises", *(["round_design"] if step is RoundState.PLANNED else [])]
    for name in names:
        args = [] if name == "rounds" else [made.reference]
        assert_page_is_sound(officer.get(reverse(f"screening:{name}", args=args), {"lang": language}))
    if step is not RoundState.PLANNED:
        assert_page_is_sound(Client().get(reverse("screening:draw", args=[made.reference]), {"lang": language}))
        assert_page_is_sound(Client().get(reverse("screening:draws"), {"lang": language}))


def test_a_round_from_the_plan_to_the_announcement_by_hand(officer: Client) -> None:
    employer = an_employer(60)
    site = a_site(works_on_holidays=True)
    open_every_day(site.pk)
    assert officer.get(reverse("screening:round_area")).headers["Location"].endswith(f"/new/{BANGKOK}/")
    page = reverse("screening:new_round", args=[BANGKOK])
    assert_page_is_sound(officer.get(page))
    first = clock.today() + timedelta(days=3)
    days = boxes("first_day", first) | boxes("last_day", first + timedelta(days=3))
    answer = post(officer, "new_round", BANGKOK, title="โรงงาน", method="rapid", employers=[employer.pk], **days)
    made = Round.objects.get()
    assert answer.headers["Location"] == reverse("screening:round_design", args=[made.reference])
    assert made.design["sensitivity"] == "0.58"

    calculated = post(officer, "round_design", made.reference, calculate="yes", **DESIGN)
    assert_page_is_sound(calculated)
    made.refresh_from_db()
    assert made.design["share"] == "0.10"
    assert post(officer, "round_design", made.reference, **DESIGN).status_code == 302

    here = reverse("screening:round", args=[made.reference])
    post(officer, "round_freeze", made.reference, page=here, public_source="")
    post(officer, "round_draw", made.reference, page=here)
    where = {"place": site.pk, "per_day": 100} | days
    post(officer, "round_arrange", made.reference, page=here, **where)
    post(officer, "round_announce", made.reference, page=here)
    made.refresh_from_db()
    assert (made.state, Drawn.objects.filter(round=made, called_at__isnull=False).count()) == ("announced", 12)
    assert_page_is_sound(officer.get(here))


def test_the_preview_that_htmx_fetches_is_what_the_page_shows(officer: Client) -> None:
    made = a_round([an_employer(60), an_employer(25, industry="26")])
    fragment = officer.get(reverse("screening:round_preview", args=[made.reference]), DESIGN).content.decode()
    page = post(officer, "round_design", made.reference, calculate="yes", **DESIGN).content.decode()
    assert "17" in fragment
    assert "".join(fragment.split()) in "".join(page.split())


def test_the_preview_says_what_is_wrong(officer: Client) -> None:
    made = a_round([an_employer(60)])
    url = reverse("screening:round_preview", args=[made.reference])
    said = officer.get(url, DESIGN | {"share": "0", "lang": "en"}).content.decode()
    assert "Between 0 and 100 percent" in said
    two = DESIGN | {"stages": "two", "per_enterprise": "1", "lang": "en"}
    assert "two or more" in officer.get(url, two).content.decode()
    assert post(officer, "round_design", made.reference, **(DESIGN | {"share": "0"})).status_code == 422


def test_what_is_refused_is_said_on_the_page(officer: Client) -> None:
    made = a_round([an_employer(0)])
    here = reverse("screening:round", args=[made.reference])
    post(officer, "round_freeze", made.reference, page=here, public_source="")
    assert "วันนี้ไม่มีผู้ทำงานในสถานประกอบการที่เลือก" in officer.get(here).content.decode()


def test_a_double_click_freezes_once(officer: Client) -> None:
    made = a_round([an_employer(20)])
    here = reverse("screening:round", args=[made.reference])
    fields = {"form_key": key_of(officer, here), "public_source": ""}
    url = reverse("screening:round_freeze", args=[made.reference])
    first, second = officer.post(url, fields), officer.post(url, fields)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    page = officer.get(here, {"lang": "en"}).content.decode()
    assert "moved on" not in page


def test_foreign_rounds_look_like_none(officer: Client) -> None:
    made = a_round([an_employer(20, province=CHIANG_MAI)], province=CHIANG_MAI)
    for name in ("round", "round_design", "round_enterprises", "round_preview"):
        assert officer.get(reverse(f"screening:{name}", args=[made.reference])).status_code == 404
    assert made.title not in officer.get(reverse("screening:rounds")).content.decode()


def test_an_auditor_reads_and_changes_nothing(client: Client) -> None:
    auditor = sign_in(client, user(Role.AUDITOR))
    made = a_round([an_employer(20)])
    page = auditor.get(reverse("screening:round", args=[made.reference]))
    assert page.status_code == 200
    assert "<form" not in page.content.decode().split('id="main-content"')[1].split("</main>")[0]
    assert auditor.post(reverse("screening:round_freeze", args=[made.reference])).status_code in (400, 404)
    made.refresh_from_db()
    assert made.state == RoundState.PLANNED


def test_the_public_page_hides_the_seed_until_the_draw_and_everything_before_the_freeze() -> None:
    made = a_round([an_employer(20)])
    url = reverse("screening:draw", args=[made.reference])
    assert Client().get(url).status_code == 404
    rounds.freeze(round=made, by=OFFICE)
    made.refresh_from_db()
    page = Client().get(url).content.decode()
    assert made.frame_hash in page
    assert made.seed_commitment in page
    rounds.draw(round=made, by=OFFICE)
    made.refresh_from_db()
    assert made.seed in Client().get(url).content.decode()
    assert made.title not in Client().get(url).content.decode()


def test_the_public_file_is_sent() -> None:
    made = a_round([an_employer(20)], upto=RoundState.DRAWN)
    url = reverse("screening:draw_file", args=[made.reference])
    assert Client().get(url).status_code == 404
    rounds.publish(round_id=made.pk, by=OFFICE)
    answer = Client().get(url)
    made.refresh_from_db()
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert (answer.status_code, len(content)) == (200, made.file_bytes)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{made.reference}.jsonl.gz"'
    assert list(frames.frame_blocks(made.pk))


@pytest.mark.parametrize("language", ["th", "en"])
def test_an_employer_sees_day_place_and_names_and_nothing_else(client: Client, language: str) -> None:
    own, other = an_employer(30), an_employer(30)
    made = a_round([own, other], upto=RoundState.ANNOUNCED)
    employer = sign_in(client, user(Role.EMPLOYER, scope_kind=ScopeKind.EMPLOYER, key=own.pk))
    days = employer.get(reverse("screening:employer_tests"), {"lang": language})
    assert_page_is_sound(days)
    session = Drawn.objects.filter(round=made, session__isnull=False).first().session
    page = employer.get(reverse("screening:employer_visit", args=[own.reference, session.reference]))
    assert_page_is_sound(page)
    text = page.content.decode()
    for drawn in Drawn.objects.filter(round=made, called_at__isnull=False).select_related("person"):
        assert (drawn.person.last_name in text) is (drawn.employer_id == own.pk)
        assert drawn.person.reference not in text
    foreign = reverse("screening:employer_visit", args=[other.reference, session.reference])
    assert employer.get(foreign).status_code == 404


def test_pages_cost_the_same_however_many_enterprises(
    officer: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    made = a_round([an_employer(12, industry=f"{10 + n}") for n in range(15)], upto=RoundState.ANNOUNCED)
    for name, most in (("round", 32), ("round_enterprises", 14)):
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            officer.get(reverse(f"screening:{name}", args=[made.reference]))
