"""The bed board: how many beds are what at this moment, on a page that keeps itself up to date, and as a file."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.isolation.choices import Level
from khumkan.isolation.forms.board import BoardForm
from khumkan.isolation.permissions.board import WATCHERS
from khumkan.isolation.queries import board as queries
from khumkan.isolation.queries.board import Board, House, Line
from khumkan.isolation.rules.board import Counts
from khumkan.isolation.states import FacilityState
from khumkan.isolation.words import LEVELS, WORDS
from khumkan.kernel.actors import Role
from khumkan.ui.components.tag import tag
from khumkan.ui.navigation import Words
from khumkan.ui.tables import Cell, Column, Table, csv_response

#: How often the page fetches itself anew, in seconds.
EVERY = 15
#: The columns of counts, in the order in which they add up to all beds.
COUNTED: tuple[tuple[Words, str], ...] = (
    (gettext_lazy("Free"), "free"),
    (gettext_lazy("Held"), "held"),
    (gettext_lazy("Occupied"), "occupied"),
    (gettext_lazy("Being cleaned"), "cleaning"),
    (gettext_lazy("Out of order"), "out_of_order"),
    (gettext_lazy("Not given out"), "shut"),
    (gettext_lazy("All beds"), "total"),
)


@open_to(*WATCHERS)
@require_GET
def board(request: Request) -> HttpResponse:
    """Show the beds of the actor's provinces by site and level."""
    provinces = queries.provinces_of(request.actor)
    form = BoardForm(request.GET or None, provinces=provinces)
    province, level, kind = form.chosen()
    found = queries.board(request.actor, province_code=province, kind=kind, names=dict(provinces))
    runs = request.actor.has(Role.OFFICER)
    if request.GET.get("format") == "csv":
        return csv_response(_file(found.lines(level=level)), "bed-board")
    asked = request.GET.copy()
    asked.pop("still", None)
    here = f"{reverse('isolation:board')}?{asked.urlencode()}"
    context = {
        "form": form,
        "board": found,
        "as_of": found.at,
        "here": here,
        "goes_on": "still" not in request.GET,
        "every": EVERY,
        "runs": runs,
        "levels": _levels(found, queries.waiting_by_level(request.actor)),
        "table": _table(found.lines(level=level), links=runs, csv_href=f"{here}&format=csv"),
        "teams": _teams(found.teams, links=runs) if found.teams and not level else None,
    }
    return render(request, "isolation/board/board.html", context)


def _levels(board: Board, waiting: Mapping[Level, int]) -> Table:
    """Return the beds by level, with who waits for them and how many can come."""
    takes = board.takes()
    return Table(
        caption=gettext_lazy("By level"),
        rows=[(level, counts, takes[level], waiting[level]) for level, counts in board.by_level().items()],
        columns=(
            Column(gettext_lazy("Level"), lambda row: _level(row[0]), header=True),
            *counted(lambda row: row[1]),
            Column(gettext_lazy("Can come tonight"), 2, numeric=True),
            Column(gettext_lazy("Wait for a bed"), 3, numeric=True),
        ),
    )


def counted(of: Callable[[Any], Counts]) -> list[Column]:
    """Return the columns of counts.

    :param of: tells the counts of a row.
    """
    return [Column(words, _figure(of, name), numeric=True) for words, name in COUNTED]


def _figure(of: Callable[[Any], Counts], name: str) -> Callable[[Any], object]:
    return lambda row: getattr(of(row), name)


def _table(lines: Sequence[Line], *, links: bool, csv_href: str = "") -> Table:
    return Table(
        caption=gettext_lazy("By site and level"),
        rows=lines,
        columns=(
            Column(gettext_lazy("Site"), lambda line: _named(line.house, links), header=True),
            Column(gettext_lazy("Level"), lambda line: _level(line.level)),
            *counted(lambda line: line.counts),
            Column(gettext_lazy("People, of those the nurses can look after"), lambda line: _nursed(line.house)),
        ),
        empty=gettext_lazy("No site has beds here."),
        csv_href=csv_href,
    )


def _file(lines: Sequence[Line]) -> Table:
    """Return the same for a file: a figure or a word in each cell."""
    return Table(
        caption=gettext_lazy("By site and level"),
        rows=lines,
        columns=(
            Column(gettext_lazy("Site"), lambda line: str(line.house.site)),
            Column(gettext_lazy("Reference"), lambda line: line.house.site.reference),
            Column(gettext_lazy("Province"), "house.province"),
            Column(gettext_lazy("State"), lambda line: _state(line.house)),
            Column(gettext_lazy("Level"), lambda line: _level(line.level)),
            *counted(lambda line: line.counts),
            Column(gettext_lazy("People"), lambda line: line.house.counts.people),
            Column(gettext_lazy("People whom the nurses can look after"), lambda line: line.house.limit),
        ),
    )


def _teams(teams: Sequence[House], *, links: bool) -> Table:
    return Table(
        caption=gettext_lazy("Teams for people at home"),
        rows=teams,
        columns=(
            Column(gettext_lazy("Team"), lambda house: _site(house, links), header=True),
            Column(gettext_lazy("Province"), "province"),
            Column(gettext_lazy("State"), _state),
            Column(gettext_lazy("People at home"), "at_home", numeric=True),
            Column(gettext_lazy("Can look after"), "facility.home_places", numeric=True),
        ),
    )


def _site(house: House, links: bool) -> Cell:
    href = reverse("isolation:house", args=[house.site.reference]) if links else ""
    return Cell(str(house.site), href=href)


def _named(house: House, links: bool) -> Cell:
    """Return the name of a site with its province, and its state where that is not the usual one."""
    state, href = FacilityState(house.facility.state), _site(house, links).href
    name = format_html('<a class="govuk-link" href="{}">{}</a>', href, house.site) if href else str(house.site)
    told = tag(str(WORDS[state].words), WORDS[state].tone) if state is not FacilityState.OPEN else ""
    return Cell(format_html('{} <span class="kk-stat__note">{}</span> {}', name, house.province, told))


def _state(house: House) -> Cell:
    shown = WORDS[FacilityState(house.facility.state)]
    return Cell(shown.words, tone=shown.tone)


def _level(level: Level) -> Cell:
    shown = LEVELS[level]
    return Cell(shown.words, tone=shown.tone)


def _nursed(house: House) -> Cell:
    people = house.counts.people
    words = _("%(people)s of %(limit)s") % {"people": people, "limit": house.limit}
    return Cell(words, tone="bad" if people > house.limit else "")
