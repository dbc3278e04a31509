"""What the layers above hand in for the frame of a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string

Words = str | Promise


@dataclass(frozen=True)
class Link:
    """One entry of a menu.

    :param current: this entry leads to where the reader is.
    :param count: how many things wait there; 0 shows nothing.
    """

    text: Words
    href: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True)
class Pages:
    """The second row of a long menu: the pages of the entry that is open.

    :param name: what they belong to, said to those who cannot see where the row stands.
    """

    name: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class News:
    """What everybody is to know at this moment: one line above every page, which leads to the whole.

    :param is_urgent: stands out more.
    """

    text: str
    href: str
    is_urgent: bool = False


@dataclass(frozen=True)
class Navigation:
    """The frame of a page as one reader sees it.

    :param home: where the logo leads.
    :param primary: the menu, `pages` its second row, and `footer` the links at the end of the page, in the page's
        language: these parts of the frame are kept under what they show (see `ui.kept`).
    :param signed_in_as: the reader's name, empty for somebody not signed in.
    :param account: links beside the name, or “Sign in” for somebody not signed in.
    :param sign_out: address that a POST signs out at.
    :param notice: one sentence above everything, for instance that this is a demonstration or whom one acts for.
    :param news: what everybody is to know, the most urgent first; in the page's language.
    """

    home: str = "/"
    primary: tuple[Link, ...] = ()
    pages: Pages = Pages()
    signed_in_as: str = ""
    account: Sequence[Link] = ()
    sign_out: str = ""
    footer: tuple[Link, ...] = ()
    notice: Words = ""
    news: tuple[News, ...] = ()


def person_tabs(request: HttpRequest, reference: str) -> Sequence[Link]:
    """Return the pages that staff have about one person, made by the function that `UI_PERSON_TABS` names.

    Every programme has such a page; none of them knows the others.
    """
    path: str = getattr(settings, "UI_PERSON_TABS", "")
    make: Callable[[HttpRequest, str], Sequence[Link]] | None = import_string(path) if path else None
    return make(request, reference) if make else ()


def navigation_of(request: HttpRequest) -> Navigation:
    """Return the navigation that the function named by `UI_NAVIGATION` makes for a request."""
    path: str = getattr(settings, "UI_NAVIGATION", "")
    if not path:
        return Navigation()
    make: Callable[[HttpRequest], Navigation] = import_string(path)
    return make(request)
