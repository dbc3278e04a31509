"""Open escalations: at the sites of a nurse, and in the provinces of an officer."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.isolation import round_words as words
from khumkan.isolation.choices import Level
from khumkan.isolation.models import Escalation
from khumkan.isolation.queries import escalations as queries
from khumkan.isolation.rules import reasons
from khumkan.isolation.states import CareState, EscalationState
from khumkan.isolation.words import LEVELS, WORDS
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Cell, Column, Table


@open_to(Role.NURSE)
@require_GET
def at_site(request: Request) -> HttpResponse:
    """List the open escalations of a nurse's sites, the oldest first."""
    page = paginate(queries.escalations_at(request.actor), number=request.GET.get("page"))
    record.saw(by=request.actor, person_ids=[each.person_id for each in page.rows], page="isolation:escalations")
    now = clock.now()
    context = {"rows": [_row(each, now=now) for each in page.rows], "page": page}
    return render(request, "isolation/rounds/escalations.html", context)


@open_to(Role.OFFICER)
@require_GET
def of_provinces(request: Request) -> HttpResponse:
    """List the open escalations of an officer's provinces: who is to be moved, and who has no bed for it yet."""
    page = paginate(queries.escalations_in(request.actor), number=request.GET.get("page"))
    context = {"table": _table(page.rows), "page": page}
    return render(request, "isolation/rounds/office_escalations.html", context)


def _row(each: Escalation, *, now: datetime) -> dict[str, object]:
    """Return one escalation as the list shows it; who waits at home for a bed is in nobody's care any more."""
    care = each.care
    bed = next(iter(care.present_beds), None)  # type: ignore[attr-defined]
    name = care.person.full_name
    in_care = care.state in (CareState.ADMITTED, CareState.AT_HOME)
    return {
        "escalation": each,
        "title": f"{bed.bed} · {name}" if bed else name,
        "href": reverse("isolation:bedside", args=[care.reference]) if in_care else "",
        "shown": WORDS[EscalationState(each.state)],
        "level": LEVELS[Level(each.level)],
        "since": words.time_since(each.raised_at, now=now),
        "why": reasons.read(each.reasons),
        "held": next(iter(care.held_beds), None),  # type: ignore[attr-defined]
    }


def _table(rows: Sequence[Escalation]) -> Table:
    """Name nobody: an officer looks for beds, and the reference of the care is enough for that."""
    return Table(
        caption=_("Open escalations, the oldest first"),
        rows=rows,
        columns=(
            Column(_("Care"), "care.reference", header=True),
            Column(_("Colour"), _colour),
            Column(_("State"), _state),
            Column(_("Open for"), lambda row: words.time_since(row.raised_at, now=clock.now())),
            Column(_("Looked after by"), lambda row: row.site or ""),
            Column(_("Bed for the transfer"), _bed),
        ),
        empty=_("No escalation is open."),
    )


def _colour(row: Escalation) -> Cell:
    level = LEVELS[Level(row.level)]
    return Cell(level.words, tone=level.tone)


def _state(row: Escalation) -> Cell:
    shown = WORDS[EscalationState(row.state)]
    return Cell(shown.words, tone=shown.tone)


def _bed(row: Escalation) -> Cell:
    if row.state != EscalationState.MOVING:
        return Cell("")
    held = next(iter(row.care.held_beds), None)  # type: ignore[attr-defined]
    return Cell(f"{held.site}, {held.bed}") if held else Cell(_("To be moved, no bed yet"), tone="bad")
