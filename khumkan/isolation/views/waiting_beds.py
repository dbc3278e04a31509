"""Those who wait for a bed, for officers: why, in which order, and placing by hand."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.isolation.actions import placing
from khumkan.isolation.choices import Level
from khumkan.isolation.forms.desk import RoomForm, SiteForm, WaitingFilter
from khumkan.isolation.models import Care
from khumkan.isolation.permissions import matching
from khumkan.isolation.queries import by_hand, parties
from khumkan.isolation.queries import waiting_list as queries
from khumkan.isolation.queries.waiting import Group
from khumkan.isolation.states import CareState
from khumkan.isolation.views.care_showing import shown
from khumkan.isolation.words import LEVELS
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Cell, Column, Table


@open_to(Role.OFFICER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show who waits in the officer's provinces, the first to be served first."""
    search = WaitingFilter(request.GET or None, provinces=queries.provinces_of(request.actor))
    wanted = search.cleaned_data if search.is_bound and search.is_valid() else {}
    page = paginate(queries.waiting_for(request.actor, **wanted), number=request.GET.get("page"))
    record.saw(by=request.actor, person_ids=[row.person_id for row in page.rows], page="isolation:waiting_beds")
    here = reverse("isolation:waiting_beds")
    context = {
        "page": page,
        "search": search,
        "tallies": [(f"{here}?because={each.value}", each.label, n) for each, n in queries.counts(request.actor)],
        "table": _table(page.rows),
        "may_match": matching.may_match(request.actor),
    }
    return render(request, "isolation/waiting/list.html", context, status=422 if search.errors else 200)


@open_to(Role.OFFICER)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one who waits with every reason, and the sites and rooms to choose from."""
    return _page(request, queries.care_for(request.actor, reference))


@open_to(Role.OFFICER)
@require_POST
def place(request: Request, reference: str) -> HttpResponse:
    """Hold a bed in the room that was chosen."""
    care = queries.care_for(request.actor, reference)
    chosen = request.POST.get("room", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        return _page(request, care, status=422)
    return do(
        request,
        lambda: placing.place_by_hand(care=care, room_id=int(chosen), by=request.actor),
        to=reverse("isolation:waiting_bed", args=[care.reference]),
        said=_("The bed is held. The person is told."),
    )


def _page(request: Request, care: Care, *, status: int = 200) -> HttpResponse:
    record.saw(by=request.actor, person_ids=[care.person_id], page="isolation:waiting_bed")
    group = by_hand.group_of(care) if care.state == CareState.WAITING else None
    context = {
        "entry": queries.entry_of(care),
        "care": care,
        "person": care.person,
        "live": shown(care),
        "family": len(parties.family_of(care)),
        **_choices(request, care, group),
    }
    return render(request, "isolation/waiting/one.html", context, status=status)


def _choices(request: Request, care: Care, group: Group | None) -> dict[str, object]:
    """Return the sites to choose from and, once one is chosen, its rooms."""
    if group is None:
        return {"site_form": None}
    sites = by_hand.sites_for(group)
    wanted = request.GET.get("site", "")
    site = next((one.site for one in sites if one.site.reference == wanted), None)
    rooms = by_hand.rooms_at(group, site) if site else []
    place_at = reverse("isolation:waiting_bed_place", args=[care.reference])
    return {
        "site_form": SiteForm({"site": wanted} if wanted else None, choices=sites),
        "room_form": RoomForm(request.POST or None, choices=rooms),
        "site": site,
        "give_there": f"{place_at}?site={wanted}",
    }


def _table(rows: Sequence[Care]) -> Table:
    return Table(
        caption=_("The first to be served first"),
        rows=rows,
        columns=(
            Column(_("Care"), _link, header=True),
            Column(_("Name"), lambda row: row.person.full_name),
            Column(_("Level of care"), _level),
            Column(_("Where"), lambda row: row.get_setting_display()),
            Column(_("Points"), "points_now", numeric=True),
            Column(_("Waits because"), lambda row: row.get_waiting_because_display()),
            Column(_("Waits since"), "waiting_since"),
        ),
        empty=_("Nobody waits for a bed."),
    )


def _link(row: Care) -> Cell:
    return Cell(row.reference, href=reverse("isolation:waiting_bed", args=[row.reference]))


def _level(row: Care) -> Cell:
    words = LEVELS[Level(row.level or Level.GREEN)]
    return Cell(words.words, tone=words.tone)
