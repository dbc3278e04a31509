"""Every address that answers GET: right, accessible, fitting, in both languages, on a phone and at a desk, and safe."""

import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Response

from khumkan.accounts.access import access_of
from khumkan.accounts.models import Session, User
from khumkan.accounts.sessions import STAFF_IDLE
from khumkan.accounts.testing import sign_in
from khumkan.ui.testing import accessibility_problems, assert_no_sideways_scroll, assert_page_is_sound, problems_of_page
from tests.journeys.windows import DESK, PHONE, Window
from tests.pages.addresses import EXAMPLES, FRAGMENTS, NO_PAGE, Example, addresses, where
from tests.pages.lively import LivelyTown

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("th", "en")
#: The width at which a page is read by the rules of accessibility, by language.
READ_AT = {"th": PHONE, "en": DESK}
#: The long run reads each page in both languages.
IS_LONG = os.environ.get("KHUMKAN_LONG") == "1"
#: What every answer to a browser says (TRUST.md S14).
WALLS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "base-uri 'none'",
)
#: What is published for programs to keep, and says nothing of anybody.
PUBLISHED = ("vaccination:keys", "vaccination:revoked", "situation:open_data_file")
#: A sentence in Latin letters, and any Thai letter.
THAI, LATIN_WORDS = re.compile("[ก-๙]"), re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")
WALKS = [
    pytest.param(
        name, number, language, marks=pytest.mark.xdist_group(f"pages-{language}"), id=f"{name}-{number}-{language}"
    )
    for name, examples in sorted(EXAMPLES.items())
    for number, _example in enumerate(examples)
    for language in LANGUAGES
]
together = pytest.mark.xdist_group("pages-th")


@pytest.mark.parametrize(("name", "number", "language"), WALKS)
def test_a_page(town: LivelyTown, pictures: Path | None, name: str, number: int, language: str) -> None:
    example = EXAMPLES[name][number]
    window = opened(town, example, language)
    path = where(name, example, town)
    assert resolve(urlsplit(path).path).view_name == name  # no other page takes its address
    answer = window.context.request.get(town.address + path, max_redirects=0)
    assert answer.status == example.status
    assert_walls(answer.headers, is_published=name in PUBLISHED)
    if not answer.headers.get("content-type", "").startswith("text/html") or example.status != 200:
        return
    if name in FRAGMENTS:
        assert [each for each in problems_of_page(answer.text()) if "inline" in each] == []
        return
    response = window.page.goto(town.address + path)
    assert response
    assert_page_is_sound(response.text())
    if language == "th" and name not in ("gallery", "api:documentation"):
        assert untranslated(window) == []
    picture = f"{name.replace(':', '-')}-{number}"
    is_read = IS_LONG or LANGUAGES[zlib.crc32(picture.encode()) % 2] == language
    looks_right(window, pictures, f"{picture}-{language}", READ_AT[language] if is_read else None)


def looks_right(window: Window, pictures: Path | None, name: str, read_at: int | None) -> None:
    """Judge the page that is open on a phone and at a desk.

    Half of the pages are read by the rules of accessibility on a phone in Thai, the others at a desk in English: both
    come from the same template, and reading takes most of the time of a walk. The long run reads every page twice.
    """
    for width in (PHONE, DESK):
        window.page.set_viewport_size({"width": width, "height": 844})
        if pictures:
            window.picture(pictures / f"{name}-{width}.png")
        if width == read_at:
            assert accessibility_problems(window.page) == []
        assert_no_sideways_scroll(window.page, width=width)
    assert_no_sideways_scroll(window.page, width=320)
    window.is_untroubled()


def opened(town: LivelyTown, example: Example, language: str) -> Window:
    """Return the window of this reader in this language, with what the example needs in its cookies."""
    kept: dict[tuple[str, str], Window] = town.__dict__.setdefault("kept_windows", {})
    key = (example.who, language)
    if key not in kept:
        kept[key] = (
            town.desk_of(example.who, language=language)
            if example.who in town.staff
            else town.phone_of(getattr(town, example.who) if example.who else None, language=language)
        )
    window = kept[key]
    window.troubles.clear()
    # looking at all pages takes longer than a proof of identity counts, or a sign-in that nobody uses
    Session.objects.update(proved_at=Now(), idle_until=Now() + STAFF_IDLE)
    cookies = [{"name": name, "value": value, "url": town.address} for name, value in example.cookies(town).items()]
    if cookies:
        window.context.add_cookies(cookies)  # type: ignore[arg-type]
    return window


def assert_walls(headers: dict[str, str], *, is_published: bool = False) -> None:
    """Fail when an answer lacks a header that keeps attackers and caches out; what is published may be kept."""
    assert {name: headers.get(name) for name in WALLS} == WALLS
    if headers.get("content-type", "").startswith("text/html"):
        policy = headers["content-security-policy"]
        assert [part for part in POLICY if part not in policy] == []
        assert "unsafe" not in policy
    assert ("public, max-age=" if is_published else "no-store") in headers["cache-control"]


def untranslated(window: Window) -> list[str]:
    """Return lines of a Thai page with English sentences; names, codes and addresses are no sentences."""
    shown = window.page.evaluate(
        """() => [...document.querySelectorAll("main, header, footer")].flatMap((part) => {
            const copy = part.cloneNode(true);
            copy.querySelectorAll("[lang=en], code, pre, svg, .kk-long, script").forEach((each) => each.remove());
            return copy.textContent.split("\\n");
        })"""
    )
    return [line.strip() for line in shown if LATIN_WORDS.search(line) and not THAI.search(line)]


@together
def test_every_address_has_an_example(town: LivelyTown) -> None:
    """What has no example answers to POST only; a new page must be added to the table."""
    everything = dict(addresses())
    assert set(EXAMPLES) | set(NO_PAGE) <= set(everything)
    answers = {}
    for name, pattern in everything.items():
        if name in EXAMPLES or name in NO_PAGE:
            continue
        mark = access_of(pattern.callback)
        client = Client()
        if mark and mark.roles:
            who = next((each for each in reversed(town.staff.values()) if holds(each, mark.roles)), None)
            sign_in(client, who or town.untouched.id)
        answers[name] = client.get("/" + re.sub(r"<[^>]*>", "1", str(pattern.pattern))).status_code
    assert {name: status for name, status in answers.items() if status != 405} == {}


def holds(user: User, roles: frozenset[str]) -> bool:
    """Tell whether a user has one of the roles."""
    return user.role_grants.filter(role__in=roles).exists()


#: Reached otherwise than by a link or a button on a page.
BY_OTHER_WAYS = {
    "vaccination:send_list": "linked while no list waits to be looked through, as one does in this town",
    "vaccination:paste_list": "linked while no list waits to be looked through",
    "vaccination:list_one": "linked while no list waits to be looked through",
    "vaccination:reopen_roster": "linked when the list is locked",
    "web:health": "asked by machines",
    "sign_in:demonstration": "named by the command that starts the demonstration",
    "places:set_open": "leads back",
    "places:close_days": "leads back",
    "places:reopen_days": "leads back",
    "gallery": "for those who build pages",
    "gallery_csv": "for those who build pages",
    "api:documentation": "for those who connect other systems",
    "api:schema": "for those who connect other systems",
    "api:api_operations:health": "for other systems",
    "api:api_operations:sessions": "for other systems",
    "messaging:inbox": "instead of a telephone, in a demonstration only",
    "registry:employer": "follows the account number",
    "sign_in:code": "follows the number",
    "sign_in:new_phone_code": "follows the new phone",
    "sign_in:prove_again": "comes before a sensitive act",
    "sign_in:prove_again_code": "follows the button",
    "accounts:prove_again": "comes before a sensitive act",
    "accounts:second_factor": "follows the password",
    "accounts:enrol": "follows the password",
    "accounts:passkey_options": "asked by a script",
    "accounts:new_passkey_options": "asked by a script",
    "screening:invitation": "the link of an SMS",
    "hotline:help_results": "asked by a script while somebody types; without it the form leads to the page itself",
    "loans:apply": "stands on the offer while there is no application; the journey of a loan begins there",
    "loans:revoke_certificate": "stands beside the certificate that was found by its code",
    "hotline:ringing": "asked by the pages of the desk; without a script they lead to the calls",
    "screening:round_preview": "asked by a script",
    "screening:new_round": "follows the province",
    "screening:lab_one": "where “Laboratory” leads",
    "isolation:certificate_pdf": "stands on the page of the person’s care",
}


@together
def test_no_page_is_an_orphan(town: LivelyTown) -> None:
    """Every page is reached by links and buttons from another one."""
    reached = set()
    for name, examples in EXAMPLES.items():
        for example in examples:
            client = Client()
            if example.who:
                sign_in(client, town.staff.get(example.who) or getattr(town, example.who).id)
            for cookie, value in example.cookies(town).items():
                client.cookies[cookie] = value
            answer = client.get(where(name, example, town))
            answer.close()
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                reached |= {found for found in targets(answer.content.decode()) if found != name}
    assert set(EXAMPLES) - reached - set(BY_OTHER_WAYS) == set()


def targets(html: str) -> Iterator[str]:
    """Yield the names of the addresses that a page leads to."""
    for href in re.findall(r'(?:href|action)="(/[^"]*)"', html):
        try:
            yield resolve(urlsplit(href).path).view_name
        except Resolver404:
            if not href.startswith("/static/"):
                raise


@together
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(town: LivelyTown) -> None:
    window = town.phone_of()
    window.opens("/sign-in/").fills("Number", town.untouched.number).presses("Send me a code")
    window.page.wait_for_url("**/code/")
    kept = {cookie["name"]: cookie for cookie in window.context.cookies()}
    assert {"csrftoken", "code-sign_in"} <= set(kept)
    assert [name for name, cookie in kept.items() if not cookie["httpOnly"] or cookie["sameSite"] != "Lax"] == []


@together
def test_a_script_within_a_page_is_blocked_and_seen(town: LivelyTown) -> None:
    """The negative control: what `is_untroubled` looks for really appears."""
    window = town.phone_of()
    response: Response | None = window.page.goto(town.address + "/about/")
    assert response
    policy = response.headers["content-security-policy"]
    window.page.route(
        "**/tests/",
        lambda route: route.fulfill(
            body="<!doctype html><title>x</title><script>window.ran = 1</script>",
            headers={"content-type": "text/html", "content-security-policy": policy},
        ),
    )
    window.opens("/tests/")
    assert window.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in trouble for trouble in window.troubles)
    window.troubles.clear()
