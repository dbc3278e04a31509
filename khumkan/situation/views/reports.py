"""Situation reports: made by one button, kept for good, as paper in both languages and as a file."""

from datetime import timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.pages import paginate
from khumkan.situation.actions import reports as actions
from khumkan.situation.documents import reports as papers
from khumkan.situation.estimates import lines
from khumkan.situation.forms.figures import ReportForm
from khumkan.situation.permissions.figures import listed_provinces
from khumkan.situation.queries import figures
from khumkan.situation.queries import reports as queries
from khumkan.ui.tables import Column, Table, csv_response


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def reports(request: Request) -> HttpResponse:
    """List the reports, and make one."""
    provinces = figures.provinces(request.actor)
    nation = listed_provinces(request.actor) is None
    form = ReportForm(
        request.POST or None, initial={"day": clock.today() - timedelta(days=1)}, provinces=provinces, nation=nation
    )
    if form.is_bound and form.is_valid():
        day, province = form.cleaned_data["day"], form.cleaned_data["province"]
        try:
            made = actions.make(day=day, province_code=province, by=request.actor)
        except Refused as refusal:
            form.add_error("day", str(refusal))
        else:
            return HttpResponseRedirect(reverse("situation:report", args=[made.reference]))
    page = paginate(queries.reports_for(request.actor), number=request.GET.get("page"))
    context = {"form": form, "page": page, "reports": [(each, papers.place(each)) for each in page.rows]}
    return render(request, "situation/reports.html", context, status=422 if form.errors else 200)


@open_to(Role.OFFICER)
@require_GET
def report(request: Request, reference: str) -> HttpResponse:
    """Show one report as it was frozen."""
    found = queries.report_by_reference(request.actor, reference)
    language = get_language() or papers.LANGUAGES[0]
    context = {
        "report": found,
        "place": papers.place(found),
        "spreading": lines(papers.spreading_of(found)),
        "tables": [_table(each) for each in papers.tables(found, language)],
    }
    return render(request, "situation/report.html", context)


@open_to(Role.OFFICER)
@require_GET
def report_pdf(request: Request, reference: str, language: str) -> HttpResponse:
    """Send one report as a PDF in one language."""
    found = queries.report_by_reference(request.actor, reference)
    if language not in papers.LANGUAGES:
        raise Missing("no such language")
    response = HttpResponse(papers.pdf(found, language), content_type="application/pdf")
    name = f"situation-{found.day.isoformat()}-{found.reference}-{language}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@open_to(Role.OFFICER)
@require_GET
def report_csv(request: Request, reference: str) -> HttpResponse:
    """Send the figures of one report by day as CSV."""
    found = queries.report_by_reference(request.actor, reference)
    table = Table(
        caption=_("By day"),
        rows=found.content["days"],
        columns=(
            Column(_("Day"), "day", header=True),
            Column(_("Tests taken"), "tests_taken", numeric=True),
            Column(_("Positive tests"), "tests_positive", numeric=True),
            Column(_("New cases"), "cases", numeric=True),
            Column(_("Doses given"), "doses_given", numeric=True),
        ),
    )
    return csv_response(table, f"situation-{found.day.isoformat()}-{found.reference}")


def _table(paper: papers.Paper) -> Table:
    heads = enumerate(paper.heads)
    columns = [Column(words, place, numeric=place > 0, header=place == 0) for place, words in heads]
    return Table(caption=paper.title, rows=paper.rows, columns=columns, empty=_("There are no figures for these days."))
