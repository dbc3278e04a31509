"""The menu of each role: where its day begins and what stands in the bar above every page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khumkan.accounts.access import Request
from khumkan.hotline.queries import call_backs
from khumkan.isolation.queries import calls
from khumkan.kernel import clock
from khumkan.kernel.actors import NOBODY, Actor, ActorKind, Role
from khumkan.loans.queries import desk as bank_desk
from khumkan.screening.queries import outbreaks
from khumkan.screening.words import time_left
from khumkan.situation.queries import announcements
from khumkan.ui.navigation import Link, Navigation, News, Pages, Words
from khumkan.vaccination.queries import aftercare, site_doses
from khumkan.vaccination.queries import desk as vaccination_calls
from khumkan.web import kept_counts
from khumkan.web.entries import Place, Programme
from khumkan.web.places import PROGRAMMES
from khumkan.web.queries import beds


@dataclass(frozen=True)
class Waiting:
    """What waits at a page for somebody.

    :param words: how many and how long there is, for the card on the role's first page; empty when nothing waits.
    """

    count: int
    words: str


@dataclass(frozen=True)
class Cards:
    """A part of a role's first page: each page of the menu with what waits there.

    :param heading: the programme, or nothing when all pages stand together.
    """

    heading: Words
    cards: Sequence[tuple[Place, Waiting]]

    @property
    def level(self) -> int:
        """The level of the headings of the cards."""
        return 3 if self.heading else 2


def _outbreaks(actor: Actor) -> Waiting:
    running = outbreaks.running_for(actor)
    if running.first_due is None:
        return Waiting(0, "")
    words = gettext("Open: %(count)s. The most urgent: %(left)s.") % {
        "count": running.count,
        "left": time_left(running.first_due, now=clock.now()),
    }
    return Waiting(running.count, words)


def _reactions(actor: Actor) -> str:
    count = aftercare.late(actor, now=clock.now())
    return gettext("Late: %(count)s.") % {"count": count} if count else ""


def _calls(actor: Actor) -> Waiting:
    count = calls.count_to_call(actor)
    return Waiting(count, gettext("To call: %(count)s.") % {"count": count} if count else "")


def _vaccination_calls(actor: Actor) -> Waiting:
    count = vaccination_calls.count_to_call(actor)
    return Waiting(count, gettext("To call: %(count)s.") % {"count": count} if count else "")


def _call_backs(actor: Actor) -> Waiting:
    count = call_backs.count_due(actor)
    return Waiting(count, gettext("To call: %(count)s.") % {"count": count} if count else "")


def _held_doses(actor: Actor) -> Waiting:
    count = site_doses.held_back(actor).count()
    return Waiting(count, gettext("To decide: %(count)s.") % {"count": count} if count else "")


def _bank_applications(actor: Actor) -> Waiting:
    count = bank_desk.count_waiting(actor)
    return Waiting(count, gettext("To decide: %(count)s.") % {"count": count} if count else "")


#: What there is about one person, for those who speak with them.
OF_A_PERSON: tuple[tuple[Promise, str], ...] = (
    (_("The file"), "hotline:file"),
    (_("Tests"), "screening:desk_person"),
    (_("Care"), "isolation:desk_care"),
    (_("Vaccination"), "vaccination:desk_person"),
    (_("After the dose"), "vaccination:desk_after"),
)
#: Pages at which something with a clock may wait.
WAITING: Mapping[str, Callable[[Actor], Waiting]] = {
    "screening:alerts": _outbreaks,
    "isolation:desk_cares": _calls,
    "vaccination:desk_calls": _vaccination_calls,
    "hotline:call_backs": _call_backs,
    "vaccination:office_doses": _held_doses,
    "loans:bank_applications": _bank_applications,
}

#: Lists of people to call: many agents look, all at the same lists, and hundreds of times a minute.
CALLS = frozenset({"isolation:desk_cares", "vaccination:desk_calls", "hotline:call_backs"})

#: What a role's first page says of a page of the menu, and the menu itself does not: asked once, not above every page.
NEWS: Mapping[str, Callable[[Actor], str]] = {
    "isolation:board": beds.tonight,
    "vaccination:adverse_events": _reactions,
}

#: A menu with more pages than these stands in two rows, by programme.
MOST_IN_ONE_ROW = 7

#: Where the day of a role begins; the first role that an actor holds decides.
HOMES: tuple[tuple[Role, str], ...] = (
    (Role.PERSON, "web:my"),
    (Role.EMPLOYER, "web:employer"),
    (Role.OFFICER, "web:office"),
    (Role.ADMINISTRATOR, "web:office"),
    (Role.SWABBER, "web:field"),
    (Role.LAB, "web:field"),
    (Role.FRONT_DESK, "web:field"),
    (Role.NURSE, "web:field"),
    (Role.DRIVER, "web:field"),
    (Role.VACCINATOR, "web:field"),
    (Role.AGENT, "web:desk"),
    (Role.SUPERVISOR, "web:desk"),
    (Role.BANKER, "web:bank"),
    (Role.AUDITOR, "web:audit"),
    (Role.PRIVACY_OFFICER, "web:audit"),
)


@cache
def _address(view: str) -> str:
    """Return the address of a page that needs no arguments; it is the same in every language."""
    return reverse(view)


def home_of(actor: Actor) -> str | None:
    """Return the address of the page on which an actor's day begins, or None for roles that have no pages."""
    return next((_address(view) for role, view in HOMES if actor.has(role)), None)


def programmes_of(actor: Actor) -> list[Programme]:
    """Return what an actor finds in the menu, each page once: roles may call the same page by other names."""
    mine = [
        Programme(programme.text, tuple({p.view: p for p in programme.places if actor.has(*p.roles)}.values()))
        for programme in PROGRAMMES
    ]
    return [programme for programme in mine if programme.places]


def places_of(actor: Actor) -> list[Place]:
    """Return the pages that an actor finds in the menu."""
    return [place for programme in programmes_of(actor) for place in programme.places]


def waiting_at(place: Place, actor: Actor) -> Waiting:
    """Return what waits for an actor at a page of the menu. One query where something may wait."""
    ask = WAITING.get(place.view)
    return ask(actor) if ask else Waiting(0, "")


def _count_at(place: Place, actor: Actor) -> int:
    if place.view in CALLS:
        return kept_counts.kept(place.view, actor, lambda asking: waiting_at(place, asking).count)
    return waiting_at(place, actor).count


def cards_of(actor: Actor) -> list[Cards]:
    """Return the cards of a role's first page, by programme where the menu is too long for one row."""
    programmes = programmes_of(actor)
    if _is_short(programmes):
        programmes = [Programme("", tuple(places_of(actor)))]
    return [Cards(each.text, [(place, _news_of(place, actor)) for place in each.places]) for each in programmes]


def _news_of(place: Place, actor: Actor) -> Waiting:
    tell = NEWS.get(place.view)
    return Waiting(0, tell(actor)) if tell else waiting_at(place, actor)


def tabs_of_person(request: HttpRequest, reference: str) -> list[Link]:
    """Return the pages that the hotline and officers have about one person, one for each programme."""
    tabs = [(text, reverse(view, args=[reference])) for text, view in OF_A_PERSON]
    here = max((href for _text, href in tabs if request.path.startswith(href)), key=len, default="")
    return [Link(text, href, current=href == here) for text, href in tabs]


def for_request(request: HttpRequest) -> Navigation:
    """Return the frame of a page for whoever reads it."""
    actor = getattr(request, "actor", NOBODY)
    notice = _("Demonstration: all persons, enterprises and results are made up.") if settings.KHUMKAN_DEMO else ""
    footer = (
        Link(gettext("News and announcements"), _address("situation:news")),
        Link(gettext("Help and answers"), _address("hotline:help")),
        Link(gettext("What can I get?"), _address("hotline:checker")),
        Link(gettext("Who can be tested"), _address("screening:public")),
        Link(gettext("Random draws for tests"), _address("screening:draws")),
        Link(gettext("Where vaccination is open"), _address("vaccination:open_phases")),
        Link(gettext("Check a vaccination certificate"), _address("vaccination:verify")),
        Link(gettext("Accessibility and privacy"), _address("web:about")),
    )
    if actor.id is None:
        account = (Link(_("Sign in"), _address("sign_in:start")),)
        return Navigation(account=account, footer=footer, notice=notice, news=_news())
    primary, pages = _menu_of(actor, request)
    return Navigation(
        home=home_of(actor) or _address("web:front"),
        primary=primary,
        pages=pages,
        signed_in_as=_name_of(cast(Request, request)),
        account=(_account_of(actor),),
        sign_out=_address("accounts:sign_out"),
        footer=footer,
        notice=notice,
        news=_news(),
    )


def _news() -> tuple[News, ...]:
    """Return what stands above every page; most requests ask nothing for it."""
    return tuple(
        News(each.title, reverse("situation:news_one", args=[each.reference]), each.is_urgent)
        for each in announcements.banners()
    )


def _menu_of(actor: Actor, request: HttpRequest) -> tuple[tuple[Link, ...], Pages]:
    """Return all pages in one row where they are few; else the programmes, and the pages of the one that is open."""
    programmes = programmes_of(actor)
    places = [place for programme in programmes for place in programme.places]
    here = _here(request.path, places)
    links = {
        place.view: Link(str(place.text), _address(place.view), place.view == here, count=_count_at(place, actor))
        for place in places
    }
    if _is_short(programmes):
        return tuple(links.values()), Pages()
    current = _programme_at(here or _app_of(request), programmes)
    primary = tuple(_entry(each, links, is_current=each is current) for each in programmes)
    if current is None or len(current.places) == 1:
        return primary, Pages()
    pages = tuple(replace(links[place.view], text=str(place.short)) for place in current.places)
    return primary, Pages(str(current.text), pages)


def _is_short(programmes: Sequence[Programme]) -> bool:
    return sum(len(programme.places) for programme in programmes) <= MOST_IN_ONE_ROW


def _here(path: str, places: Sequence[Place]) -> str:
    """Return the view of the page of the menu nearest above an address; “Rounds” lies below “Figures”."""
    above = [place.view for place in places if path.startswith(_address(place.view))]
    return max(above, key=lambda view: len(_address(view)), default="")


def _app_of(request: HttpRequest) -> str:
    """Return what the views of a page's app begin with, for a page that lies below none of the menu."""
    return f"{request.resolver_match.namespace}:" if request.resolver_match else ""


def _programme_at(view: str, programmes: Sequence[Programme]) -> Programme | None:
    """Return the first programme with this view, or with one of this app."""
    found = (each for each in programmes if any(place.view.startswith(view) for place in each.places))
    return next(found, None) if len(view) > 1 else None


def _entry(programme: Programme, links: Mapping[str, Link], *, is_current: bool) -> Link:
    """Return a programme's entry, which leads to its first page; a single page stands under its own name."""
    pages = [links[place.view] for place in programme.places]
    if len(pages) == 1:
        return replace(pages[0], current=is_current)
    return Link(str(programme.text), pages[0].href, is_current, count=sum(page.count for page in pages))


def _account_of(actor: Actor) -> Link:
    if actor.kind is ActorKind.PERSON:
        return Link(_("Your sign-in"), _address("sign_in:account"))
    return Link(_("Your account"), _address("accounts:account"))


def _name_of(request: Request) -> str:
    return request.actor.name if request.actor.kind is not ActorKind.PERSON else ""
