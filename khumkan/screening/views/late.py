"""Answers that are late, for officers: how many, where they stand still, and since when."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.screening.choices import Method
from khumkan.screening.forms.late import LateForm
from khumkan.screening.models import Specimen
from khumkan.screening.queries import figures
from khumkan.screening.queries import late as queries
from khumkan.screening.states import SpecimenState
from khumkan.screening.words import WORDS
from khumkan.ui.tables import Cell, Column, Table


@open_to(Role.OFFICER)
@require_GET
def late(request: Request) -> HttpResponse:
    """List the specimens whose answer is late within the officer's provinces."""
    form = LateForm(request.GET or None, provinces=figures.provinces(request.actor))
    province, stage = form.chosen()
    page = paginate(queries.late_for(request.actor, stage, province_code=province), number=request.GET.get("page"))
    counts = queries.counts_for(request.actor, province_code=province)
    context = {
        "form": form,
        "page": page,
        "table": _table(page.rows),
        "counts": {each.value: count for each, count in counts.items()},
        "hours": queries.hours_allowed(),
        "as_of": clock.now(),
    }
    return render(request, "screening/laboratory/office_late.html", context)


def _table(rows: Sequence[Specimen]) -> Table:
    return Table(
        caption=_("Late answers, the longest waiting first"),
        rows=rows,
        columns=(
            Column(_("Specimen"), "code", header=True),
            Column(_("Where it stands still"), _state),
            Column(_("Hours since it was taken"), _hours, numeric=True),
            Column(_("Time of the specimen"), "taken_at"),
            Column(_("Method"), _method),
            Column(_("Site"), "session.site"),
            Column(_("Laboratory"), _laboratory),
        ),
        empty=_("No answer is late."),
    )


def _state(specimen: Specimen) -> Cell:
    shown = WORDS[SpecimenState(specimen.state)]
    return Cell(shown.words, tone=shown.tone)


def _hours(specimen: Specimen) -> int:
    return int((clock.now() - specimen.taken_at).total_seconds() // 3600)


def _method(specimen: Specimen) -> str:
    return str(Method(specimen.method).label)


def _laboratory(specimen: Specimen) -> str:
    return str(specimen.laboratory or "")
