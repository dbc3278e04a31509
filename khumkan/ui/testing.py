"""What every test of a page can ask: is it sound, is it accessible, does it fit a phone.

`assert_page_is_sound` reads HTML and is quick enough for every page that any test fetches. The others need a browser.
"""

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpResponse
from django.template import Context, Engine

AXE = Path(__file__).with_name("tests") / "axe" / "axe.min.js"
WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
#: Controls that need no label: the browser does not show them, or their text is their label.
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: Bodies that an unfinished or broken template leaves behind.
LEFTOVERS = ("{{", "{%", "undefined:")


class BrowserPage(Protocol):
    """What is used of a Playwright page."""

    def evaluate(self, expression: str, arg: object = None) -> object:
        """Run JavaScript in the page and return its value."""

    def set_viewport_size(self, viewport_size: Any) -> None:
        """Set the size of the window."""

    def screenshot(self, *, path: Path, full_page: bool) -> bytes:
        """Write a picture of the page."""


class Reader(HTMLParser):
    """Collects what a sound page is judged by."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.ids: Counter[str] = Counter()
        self.headings: list[str] = []
        self.controls: list[tuple[str, dict[str, str]]] = []
        self.labelled: set[str] = set()
        self.pointed_at: set[str] = set()
        self.problems: list[str] = []
        self.title = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        values = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        if identity := values.get("id"):
            self.ids[identity] += 1
        self._forbid_inline(tag, values)
        if tag == "html":
            self.language = values.get("lang", "")
        if tag == "h1":
            self.headings.append("")
        if tag == "img" and "alt" not in values:
            self.problems.append(f"a picture without alt: {values.get('src')}")
        self._note_controls(tag, values)
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
            self.pointed_at.update(values.get(attribute, "").split())

    def handle_endtag(self, tag: str) -> None:
        """Note an element's end."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Note text."""
        if "title" in self._open and "svg" not in self._open:
            self.title += data
        if "h1" in self._open and self.headings:
            self.headings[-1] += data

    def _note_controls(self, tag: str, values: dict[str, str]) -> None:
        if tag == "label" and "for" in values:
            self.labelled.add(values["for"])
        if tag in ("input", "select", "textarea") and values.get("type") not in UNLABELLED_TYPES:
            self.controls.append((tag, values))

    def _forbid_inline(self, tag: str, values: dict[str, str]) -> None:
        if tag == "style" or "style" in values:
            self.problems.append(f"a style within the page: <{tag}>")
        if tag == "script" and not values.get("src"):
            self.problems.append("a script within the page")
        if handlers := [name for name in values if name.startswith("on")]:
            self.problems.append(f"<{tag}> has {handlers}")
        if values.get("href", "").startswith("javascript:"):
            self.problems.append(f"<{tag}> leads to a script")


def problems_of_page(html: str) -> list[str]:
    """Return what is wrong with a whole page, in words."""
    page = Reader()
    page.feed(html)
    page.close()
    problems = list(page.problems)
    if page.language not in ("th", "en"):
        problems.append(f"the language of the page is {page.language!r}")
    if not page.title.strip() or page.title.strip().startswith(("–", ":")):
        problems.append(f"the title is {page.title.strip()!r}")
    if len(page.headings) != 1 or not page.headings[0].strip():
        problems.append(f"one heading of level 1 is wanted, there are {page.headings}")
    problems += [f"the id {name!r} is there {count} times" for name, count in page.ids.items() if count > 1]
    problems += [f"nothing has the id {name!r}, but something points there" for name in page.pointed_at - set(page.ids)]
    for tag, values in page.controls:
        if values.get("id") not in page.labelled and not values.get("aria-label") and not values.get("aria-labelledby"):
            problems.append(f"<{tag} name={values.get('name')!r}> has no label")
    return problems + [f"the page holds {rest!r}" for rest in LEFTOVERS if rest in html]


def assert_page_is_sound(page: HttpResponse | str) -> None:
    """Fail when a page lacks a title, its one h1 or its language, repeats an id, has a field without label, or holds
    scripts or styles that the content policy would block.
    """  # fmt: skip
    problems = problems_of_page(page if isinstance(page, str) else page.content.decode())
    assert not problems, "\n".join(problems)


def accessibility_problems(page: BrowserPage) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA on the page that the browser shows."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8") + "; true")
    options = {"runOnly": {"type": "tag", "values": WCAG_TAGS}, "resultTypes": ["violations"]}
    violations = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    assert isinstance(violations, list)
    return [f"{v['id']}: {v['help']}: {node['html'][:200]}" for v in violations for node in v["nodes"]]


def assert_accessible(page: BrowserPage) -> None:
    """Fail when axe finds anything against WCAG 2.2 AA."""
    problems = accessibility_problems(page)
    assert not problems, "\n".join(problems)


def assert_no_sideways_scroll(page: BrowserPage, *, width: int = 320) -> None:
    """Fail when the page does not fit into a window of this many pixels; the window stays so."""
    page.set_viewport_size({"width": width, "height": 800})
    wide = page.evaluate(
        """() => {
            const room = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= room) return [];
            const wider = [...document.body.querySelectorAll("*")]
                .filter((element) => element.getBoundingClientRect().right > room + 1)
                .slice(0, 5).map((element) => element.outerHTML.slice(0, 120));
            return wider.length ? wider : ["the page itself"];
        }"""
    )
    assert wide == [], f"wider than the window: {wide}"


def take_picture(page: BrowserPage, name: str) -> Path:
    """Write `<name>.png`, the whole page, to the folder `pictures` among the files of the tests, to be looked at."""
    path = Path(settings.VAR) / "pictures" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path


def written(template: str, **context: object) -> str:
    """Return what a piece of template writes; all tags and filters are there without `load`."""
    return Engine.get_default().from_string(template).render(Context(context)).strip()
