"""The menu of each role: where its day begins and what stands in the bar above every page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khumkan.accounts.access import Request
from khumkan.isolation.queries import calls
from khumkan.kernel import clock
from khumkan.kernel.actors import NOBODY, Actor, ActorKind, Role
from khumkan.screening.queries import outbreaks
from khumkan.screening.words import time_left
from khumkan.ui.navigation import Link, Navigation
from khumkan.web.queries import beds


@dataclass(frozen=True)
class Place:
    """A page of the menu, and who finds it there.

    :param hint: one sentence for the card on the role's first page.
    """

    text: Promise
    view: str
    roles: frozenset[Role]
    hint: Promise


@dataclass(frozen=True)
class Waiting:
    """What waits at a page for somebody.

    :param words: how many and how long there is, for the card on the role's first page; empty when nothing waits.
    """

    count: int
    words: str


def _place(text: Promise, view: str, hint: Promise, *roles: Role) -> Place:
    return Place(text, view, frozenset(roles), hint)


OFFICERS = (Role.OFFICER,)
#: In the order in which they stand in the menu.
PLACES: tuple[Place, ...] = (
    _place(_("My tests"), "screening:my_tests", _("Register, see your appointment and your result."), Role.PERSON),
    _place(_("My care"), "isolation:my_cares", _("When you are infected: your bed, and how you are."), Role.PERSON),
    _place(_("Who looked"), "web:who_looked", _("Who looked at your data, when and why."), Role.PERSON),
    _place(_("Testing days"), "screening:employer_tests", _("Day, place, and whom to send."), Role.EMPLOYER),
    _place(_("Figures"), "screening:overview", _("Specimens, cases, curve and map."), *OFFICERS),
    _place(
        _("Rounds"), "screening:rounds", _("Plan a round, draw at random, publish the draw."), *OFFICERS, Role.AUDITOR
    ),
    _place(_("Sessions"), "screening:sessions", _("Open places for testing, change or cancel them."), *OFFICERS),
    _place(_("Waiting list"), "screening:waiting_list", _("Who waits for a place, and why."), *OFFICERS),
    _place(
        _("Waiting for a bed"), "isolation:waiting_beds", _("Who waits for a bed, and why; the matching."), *OFFICERS
    ),
    _place(
        _("Beds"),
        "isolation:board",
        _("Free, held and occupied beds by site and level."),
        *OFFICERS,
        Role.AGENT,
        Role.SUPERVISOR,
    ),
    _place(_("Outbreaks"), "screening:alerts", _("Enterprises above the threshold, with their clock."), *OFFICERS),
    _place(
        _("Terms"),
        "policies:kinds",
        _("Thresholds in force, and changing them by two persons."),
        *OFFICERS,
        Role.SUPERVISOR,
        Role.AUDITOR,
        Role.PRIVACY_OFFICER,
    ),
    _place(_("Sites"), "places:sites", _("Places, their opening hours and days off."), *OFFICERS, Role.ADMINISTRATOR),
    _place(
        _("The register"),
        "registry:imports",
        _("Take over persons, employers and filings from files."),
        *OFFICERS,
        Role.ADMINISTRATOR,
    ),
    _place(_("Staff"), "accounts:users", _("Who works here, with which rights."), Role.ADMINISTRATOR),
    _place(_("Today"), "screening:field_today", _("Check in, label, read rapid tests."), Role.SWABBER),
    _place(_("Arrivals"), "isolation:arrivals", _("Check people in, change their beds."), Role.FRONT_DESK, Role.NURSE),
    _place(
        _("Leaving and cleaning"),
        "isolation:leaving",
        _("Who may go, and beds to be cleaned."),
        Role.FRONT_DESK,
        Role.NURSE,
    ),
    _place(_("Drives"), "isolation:drives", _("Fetch people, and say what became of each."), Role.DRIVER),
    _place(_("Drives"), "isolation:runs", _("Who is to be fetched, and by which vehicle."), *OFFICERS),
    _place(
        _("Beds"),
        "isolation:field_beds",
        _("The beds of your site, and those that cannot be used."),
        Role.FRONT_DESK,
        Role.NURSE,
    ),
    _place(_("Laboratory"), "screening:lab", _("Receive, pool, enter and release results."), Role.LAB),
    _place(_("Nurses’ rounds"), "isolation:rounds", _("Who is late, due and done; enter values."), Role.NURSE),
    _place(_("Escalations"), "isolation:escalations", _("Who got worse, and what the doctor decided."), Role.NURSE),
    _place(_("Going home"), "isolation:going_home", _("Who may go today, and who not yet."), Role.NURSE),
    _place(
        _("Escalations"),
        "isolation:office_escalations",
        _("Who got worse, and who waits for another bed."),
        *OFFICERS,
    ),
    _place(_("Papers"), "isolation:papers", _("Certificates: look up, revoke, issue again."), *OFFICERS),
    _place(
        _("Callers"), "screening:desk", _("Find a person, register and change for them."), Role.AGENT, Role.SUPERVISOR
    ),
    _place(
        _("People to call"),
        "isolation:desk_cares",
        _("Infected people of whom we do not know how they are."),
        *OFFICERS,
        Role.AGENT,
        Role.SUPERVISOR,
    ),
    _place(
        _("Not found by a driver"),
        "isolation:not_found",
        _("Call those whom a driver did not find."),
        Role.AGENT,
        Role.SUPERVISOR,
    ),
    _place(_("Find a person"), "screening:desk", _("Find a person, register and change for them."), *OFFICERS),
    _place(
        _("Requests"),
        "sign_in:requests",
        _("Letters and new telephones that a second person must approve."),
        *OFFICERS,
        Role.AGENT,
        Role.SUPERVISOR,
    ),
    _place(
        _("Person"),
        "web:audit_person",
        _("Who did and saw what with one person's data."),
        Role.AUDITOR,
        Role.PRIVACY_OFFICER,
    ),
    _place(_("Seals"), "web:audit_seals", _("Proof that the record is whole."), Role.AUDITOR, Role.PRIVACY_OFFICER),
)


def _outbreaks(actor: Actor) -> Waiting:
    running = outbreaks.running_for(actor)
    if running.first_due is None:
        return Waiting(0, "")
    words = gettext("Open: %(count)s. The most urgent: %(left)s.") % {
        "count": running.count,
        "left": time_left(running.first_due, now=clock.now()),
    }
    return Waiting(running.count, words)


def _calls(actor: Actor) -> Waiting:
    count = calls.count_to_call(actor)
    return Waiting(count, gettext("To call: %(count)s.") % {"count": count} if count else "")


#: What there is about one person, for those who speak with them.
OF_A_PERSON: tuple[tuple[Promise, str], ...] = (
    (_("Tests"), "screening:desk_person"),
    (_("Care"), "isolation:desk_care"),
)
#: Pages at which something with a clock may wait.
WAITING: Mapping[str, Callable[[Actor], Waiting]] = {"screening:alerts": _outbreaks, "isolation:desk_cares": _calls}

#: What a role's first page says of a page of the menu, and the menu itself does not: asked once, not above every page.
NEWS: Mapping[str, Callable[[Actor], str]] = {"isolation:board": beds.tonight}

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
    (Role.AGENT, "web:desk"),
    (Role.SUPERVISOR, "web:desk"),
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


def places_of(actor: Actor) -> list[Place]:
    """Return the pages that an actor finds in the menu, each once: roles may call the same page by other names."""
    return list({place.view: place for place in PLACES if actor.has(*place.roles)}.values())


def waiting_at(place: Place, actor: Actor) -> Waiting:
    """Return what waits for an actor at a page of the menu. One query where something may wait."""
    ask = WAITING.get(place.view)
    return ask(actor) if ask else Waiting(0, "")


def cards_of(actor: Actor) -> list[tuple[Place, Waiting]]:
    """Return the cards of a role's first page: each page of the menu with what waits there."""
    return [(place, _news_of(place, actor)) for place in places_of(actor)]


def _news_of(place: Place, actor: Actor) -> Waiting:
    tell = NEWS.get(place.view)
    return Waiting(0, tell(actor)) if tell else waiting_at(place, actor)


def tabs_of_person(request: HttpRequest, reference: str) -> list[Link]:
    """Return the pages that the hotline and officers have about one person, one for each programme."""
    tabs = [(text, reverse(view, args=[reference])) for text, view in OF_A_PERSON]
    return [Link(text, href, current=request.path.startswith(href)) for text, href in tabs]


def for_request(request: HttpRequest) -> Navigation:
    """Return the frame of a page for whoever reads it."""
    actor = getattr(request, "actor", NOBODY)
    notice = _("Demonstration: all persons, enterprises and results are made up.") if settings.KHUMKAN_DEMO else ""
    footer = (
        Link(gettext("Who can be tested"), _address("screening:public")),
        Link(gettext("Random draws for tests"), _address("screening:draws")),
        Link(gettext("Accessibility and privacy"), _address("web:about")),
    )
    if actor.id is None:
        account = (Link(_("Sign in"), _address("sign_in:start")),)
        return Navigation(account=account, footer=footer, notice=notice)
    places = [(place.text, _address(place.view), waiting_at(place, actor).count) for place in places_of(actor)]
    # “Rounds” lies below “Figures”: the nearest entry is where the reader is
    here = max((href for _text, href, _count in places if request.path.startswith(href)), key=len, default="")
    primary = tuple(Link(str(text), href, current=href == here, count=count) for text, href, count in places)
    return Navigation(
        home=home_of(actor) or _address("web:front"),
        primary=primary,
        signed_in_as=_name_of(cast(Request, request)),
        account=(_account_of(actor),),
        sign_out=_address("accounts:sign_out"),
        footer=footer,
        notice=notice,
    )


def _account_of(actor: Actor) -> Link:
    if actor.kind is ActorKind.PERSON:
        return Link(_("Your sign-in"), _address("sign_in:account"))
    return Link(_("Your account"), _address("accounts:account"))


def _name_of(request: Request) -> str:
    return request.actor.name if request.actor.kind is not ActorKind.PERSON else ""
