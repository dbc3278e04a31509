"""A browser window as a test uses it: by what people read and press, and it notices what must never happen."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

from khumkan.ui.testing import assert_accessible, assert_no_sideways_scroll, assert_page_is_sound

PHONE, DESK = 390, 1280
ANSWERS = ("The test found the virus", "The rapid test found the virus", "No infection was found")


class Window:
    """One window of one person.

    Tests name what they press and read in English; the window shows Thai unless it was opened in English, and
    translates. Placeholders are given by name: `sees("You have named %(count)s person.", count=1)`.

    :param address: where the service answers.
    """

    def __init__(self, context: BrowserContext, address: str, *, language: str = "th", width: int = DESK) -> None:
        self.address, self.language, self.width = address, language, width
        self.troubles: list[str] = []
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_viewport_size({"width": width, "height": 844})
        self.page.on("console", self._hears)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("request", self._asks)
        self.page.on("response", self._is_answered)
        if language != "th":
            context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}])

    # What people do

    def opens(self, path: str) -> "Window":
        """Go to an address of the service."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        return self

    def presses(self, words: str, *, nth: int = 0, **values: object) -> "Window":
        """Press a button, or follow a link, with this name."""
        self.page.wait_for_load_state()
        name = self.said(words, **values)
        button = self.page.get_by_role("button", name=name, exact=True)
        target = button if button.count() else self.page.get_by_role("link", name=name, exact=True)
        if not target.count():  # the whole card is the link
            target = self.page.get_by_role("link", name=name)
        target.nth(nth).click()
        return self

    def unfolds(self, words: str) -> "Window":
        """Open what is folded away."""
        self.page.locator("summary").filter(has_text=self.said(words)).click()
        return self

    def fills(self, label: str, value: str) -> "Window":
        """Type into the field with this label."""
        self.field(label).fill(value)
        return self

    def fills_day(self, label: str, day: Any) -> "Window":
        """Type a day into its three boxes, in the year of the page's language."""
        boxes = self.page.get_by_role("group", name=self.said(label)).get_by_role("textbox")
        year = day.year + 543 if self.language == "th" else day.year
        for box, value in zip(boxes.all(), (day.day, day.month, year), strict=True):
            box.fill(str(value))
        return self

    def picks(self, choice: str, *, under: str = "") -> "Window":
        """Tick a box or choose a radio button, within the question `under` when the choice is there twice."""
        place: Page | Locator = self.page
        if under:
            place = self.page.get_by_role("group", name=self.said(under))
        place.get_by_label(self.said(choice), exact=True).first.check()
        return self

    def selects(self, label: str, value: str) -> "Window":
        """Choose from a list by value."""
        self.field(label).select_option(value)
        return self

    def goes_back(self) -> "Window":
        """Press the browser's back button."""
        self.page.go_back()
        return self

    def field(self, label: str) -> Locator:
        """Return the field with this label; “(optional)” may follow it."""
        self.page.wait_for_load_state()
        said = self.said(label)
        exact = self.page.get_by_label(said, exact=True)
        return (
            exact.first if exact.count() else self.page.get_by_label(re.compile(rf"^{re.escape(said)}\s+\(.*\)$")).first
        )

    # What people see

    def sees(self, *texts: str, **values: object) -> "Window":
        """Fail unless the page shows all of these."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(self.said(text, **values))
        return self

    def does_not_see(self, *texts: str, **values: object) -> "Window":
        """Fail when the page shows one of these."""
        self.page.wait_for_load_state()
        shown = self.text
        found = [text for text in texts if self.said(text, **values) in shown]
        assert not found, f"the page shows {found}:\n{shown}"
        return self

    def reads_answer(self, words: str) -> "Window":
        """Fail unless the page tells this answer and no other one of a finished test."""
        heading = self.page.get_by_role("heading", level=2, name=re.compile("^" + re.escape(self.said(words))))
        expect(heading.first).to_be_visible()
        told = [each for each in ANSWERS if self.has_heading(each)]
        assert told == [words]
        return self

    def has_heading(self, words: str) -> bool:
        """Tell whether a heading begins with these words; “found” is a part of “not found” in Thai."""
        return any(each.startswith(self.said(words)) for each in self.page.locator("h2").all_inner_texts())

    @property
    def text(self) -> str:
        """What can be read on the page, header and footer included."""
        return re.sub(r"[ \t]+", " ", self.page.locator("body").inner_text())

    @property
    def main(self) -> str:
        """The markup of the page's main part, without what differs at every answer."""
        html = self.page.locator("main").inner_html()
        html = html.replace(' class=""', "")  # what htmx leaves of the classes that it lent
        html = re.sub(r'(name="(?:csrfmiddlewaretoken|form_key)"[^>]*value=")[^"]*', r"\1", html)
        return re.sub(r"\s+", " ", html)

    @property
    def path(self) -> str:
        """The address of the page, without the host."""
        return self.page.url.removeprefix(self.address)

    def said(self, words: str, **values: object) -> str:
        """Return a sentence as the page says it."""
        with override(self.language):
            translated = gettext(words)
        return translated % values if values else translated

    def is_sound(self) -> "Window":
        """Fail when the page is not accessible, not sound, too wide, or anything went wrong on the way here."""
        self.page.wait_for_load_state()
        assert_page_is_sound(self.page.content())
        assert_accessible(self.page)
        assert_no_sideways_scroll(self.page, width=self.width)
        self.is_untroubled()
        return self

    def is_untroubled(self) -> None:
        """Fail when the browser met an error, a blocked script or style, or another host."""
        assert self.troubles == []

    def picture(self, path: Path) -> None:
        """Keep a picture of the whole page."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=True)

    # What must never happen

    def _hears(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        # the browser reports the status of every page that says “no”: pages for refusals are meant
        if "Failed to load resource" in message.text and re.search(r"status of 4\d\d", message.text):
            return
        self.troubles.append(f"console: {message.text}")

    def _asks(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.troubles.append(f"another host: {request.url}")

    def _is_answered(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            with suppress(Exception):
                self.troubles.append(response.text()[:500])
            self.troubles.append(f"{response.status}: {response.url}")
