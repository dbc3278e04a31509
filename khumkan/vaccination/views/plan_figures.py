"""The figures of a plan as an officer reads them before approving it."""

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.ui.charts import day_bars
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.choices import Group, Vaccine, WaitingBecause
from khumkan.vaccination.models import Plan
from khumkan.vaccination.queries import plans as queries
from khumkan.vaccination.words import WAITS

#: The steps while a plan is computed.
STEPS: Mapping[str, Promise] = {
    "people": _("Those who wait are put into groups"),
    "solving": _("Places, days and doses are weighed against each other"),
    "hours": _("Hours and lots are chosen"),
    "persons": _("Each person gets an hour"),
}


def shown(plan: Plan) -> dict[str, object]:
    """Return the figures of a plan as tables and a chart."""
    figures = plan.figures
    left = queries.left_of(plan)
    waits = sum(count for _because, count in left)
    return {
        "has_figures": True,
        "waits": waits,
        "unused": sum(lot["unused"] for lot in figures["lots"]),
        "figures": figures,
        "gap": figures["gap"],
        "chart": day_bars(
            str(_("People by day")), [(date.fromisoformat(day), count) for day, count in figures["days"].items()],
            heading=str(_("People")),
        ),
        "tables": [_groups(plan), _sites(plan), _left(left), *([_areas(plan)] if left else []), _lots(plan)],
    }  # fmt: skip


def _groups(plan: Plan) -> Table:
    return Table(
        caption=_("Who gets a date"),
        rows=plan.figures["groups"],
        columns=(
            Column(_("Group"), lambda row: str(Group(row[0]).label), header=True),
            Column(_("People"), lambda row: row[1], numeric=True),
            Column(_("Kilometres, on average"), lambda row: f"{row[2]:.1f}", numeric=True),
            Column(_("Days waited, on average"), lambda row: f"{row[3]:.1f}", numeric=True),
        ),
        empty=_("Nobody would get a date."),
    )


def _sites(plan: Plan) -> Table:
    names = queries.site_names(plan)
    return Table(
        caption=_("Where"),
        rows=plan.figures["sites"],
        columns=(
            Column(_("Site"), lambda row: names.get(row[0], ""), header=True),
            Column(_("People"), lambda row: row[1], numeric=True),
            Column(_("Kilometres, on average"), lambda row: f"{row[2]:.1f}", numeric=True),
        ),
        empty=_("Nobody would get a date."),
    )


def _left(rows: list[tuple[WaitingBecause, int]]) -> Table:
    return Table(
        caption=_("Who goes on waiting, and why"),
        rows=rows,
        columns=(
            Column(_("Waits because"), lambda row: WAITS[row[0]], header=True),
            Column(_("People"), lambda row: row[1], numeric=True),
        ),
        empty=_("Nobody goes on waiting."),
    )


def _areas(plan: Plan) -> Table:
    return Table(
        caption=_("Where those live or work who go on waiting"),
        rows=queries.areas_of(plan),
        columns=(
            Column(_("Area"), lambda row: row[0] or str(_("Not known")), header=True),
            Column(_("People"), lambda row: row[1], numeric=True),
            Column(_("Go on waiting"), lambda row: row[2], numeric=True),
        ),
        empty=_("Nobody goes on waiting."),
    )


def _lots(plan: Plan) -> Table:
    return Table(
        caption=_("Doses that this plan leaves unused"),
        rows=plan.figures["lots"],
        columns=(
            Column(_("Lot"), lambda row: row["number"], header=True),
            Column(_("Vaccine"), lambda row: str(Vaccine(row["vaccine"]).label)),
            Column(_("Last day on which it may be given"), lambda row: date.fromisoformat(row["expires_on"])),
            Column(_("Doses"), lambda row: row["doses"], numeric=True),
            Column(_("Unused"), lambda row: Cell(row["unused"], tone="wait" if row["unused"] else ""), numeric=True),
        ),
        empty=_("There are no doses for these days."),
    )
