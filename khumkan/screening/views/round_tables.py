"""Tables and charts of a round."""

from django.utils.translation import gettext as _

from khumkan.screening import round_words as words
from khumkan.screening.models import Round
from khumkan.screening.queries import round_results
from khumkan.screening.queries import rounds as queries
from khumkan.screening.queries.round_results import Preview
from khumkan.screening.rules.estimation import Method, Share
from khumkan.screening.rules.sampling import Design
from khumkan.ui.charts import Bar, Chart, interval_bars
from khumkan.ui.tables import Column, Table

#: Strata that stand in a chart; the table has all.
MOST_BARS = 20


def strata_table(row: Round) -> Table:
    """Return the strata of a frozen round with the sizes of their samples."""
    design, strata = Design.from_json(row.design), queries.strata_of(row)
    names = words.strata((each.name for each in strata), bounds=design.size_bounds)
    return Table(
        caption=_("Strata"),
        rows=strata,
        columns=(
            Column(_("Stratum"), lambda each: names[each.name], header=True),
            Column(_("Workers"), "frame_count", numeric=True),
            Column(_("Enterprises"), "enterprises", numeric=True),
            Column(_to_draw(design), "sample_size", numeric=True),
        ),
        empty=_("The frame is empty."),
    )


def preview_table(design: Design, preview: Preview) -> Table:
    """Return what a design would draw of each stratum."""
    names = words.strata((each.name for each in preview.strata), bounds=design.size_bounds)
    return Table(
        caption=_("What this draws"),
        rows=preview.strata,
        columns=(
            Column(_("Stratum"), lambda each: names[each.name], header=True),
            Column(_("Workers"), "workers", numeric=True),
            Column(_("Enterprises"), "enterprises", numeric=True),
            Column(_to_draw(design), "draw", numeric=True),
        ),
        empty=_("Nobody works at the chosen enterprises."),
    )


def results_table(row: Round) -> Table:
    """Return the positivity by stratum, with its interval; the whole round comes first."""
    found = round_results.result_of(row)
    names = words.strata((each.name for each in found.strata), bounds=Design.from_json(row.design).size_bounds)
    lines = [(_("The whole round"), row.frame_count or 0, found.total)]
    lines += [(names[each.name], each.workers, each.share) for each in found.strata]
    return Table(
        caption=_("Positivity of the workers, estimated"),
        rows=lines,
        columns=(
            Column(_("Stratum"), 0, header=True),
            Column(_("Workers"), 1, numeric=True),
            Column(_("Tested"), lambda line: line[2].tested, numeric=True),
            Column(_("Detected"), lambda line: line[2].positive, numeric=True),
            Column(_("Positivity"), lambda line: _percent(line[2].estimate), numeric=True),
            Column(_("95% interval"), lambda line: _interval(line[2]), numeric=True),
            Column(_("Method"), lambda line: _method(line[2].method)),
        ),
        empty=_("Nobody has been tested yet."),
    )


def chart_of(row: Round) -> Chart | None:
    """Return the positivity with its intervals as bars; None while nobody has an answer."""
    found = round_results.result_of(row)
    if found.total.estimate is None:
        return None
    names = words.strata((each.name for each in found.strata), bounds=Design.from_json(row.design).size_bounds)
    shares = [(_("The whole round"), found.total), *((names[each.name], each.share) for each in found.strata)]
    bars = [Bar(label, share.estimate, share.low, share.high) for label, share in shares if share.estimate is not None]
    return interval_bars(_("Positivity of the workers"), bars[:MOST_BARS], percent=True)


def _to_draw(design: Design) -> str:
    return _("Enterprises to draw") if design.two_stage else _("Workers to draw")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.2%}"


def _interval(share: Share) -> str:
    return "" if share.estimate is None else f"{share.low:.2%} – {share.high:.2%}"


def _method(method: Method) -> str:
    return {
        Method.NONE: "",
        Method.EXACT: _("Exact"),
        Method.BETA: _("Weighted, on the safe side"),
    }[method]
