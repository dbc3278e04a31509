"""What the office and employers read of closed days, of doses that wait for a decision, and of what looks odd."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import cut, paginate
from khumkan.ui.tables import Cell, Column, Table, csv_response
from khumkan.vaccination.actions import site_stock
from khumkan.vaccination.choices import StockKind, TurnedBack
from khumkan.vaccination.forms.field import HeldForm, SpanForm
from khumkan.vaccination.models import EmployerDay, SiteDay
from khumkan.vaccination.queries import oddities, site_days, site_doses
from khumkan.vaccination.queries.site_doses import Wastage
from khumkan.vaccination.rules.lists import LEAST_FOR_NUMBERS
from khumkan.vaccination.views.field_days import day_in

#: So many days are shown when nobody asks for others; no more than so many at once.
USUAL_DAYS, MOST_DAYS = 14, 92
#: Nobody was vaccinated before.
FIRST_DAY = date(2020, 1, 1)


@open_to(Role.OFFICER)
@require_GET
def days(request: Request) -> HttpResponse:
    """Show the closed days of the sites of the officer, or send them as CSV with the reasons."""
    first, last = span(request)
    rows = site_days.closed_for(request.actor, first=first, last=last)
    if request.GET.get("format") == "csv":
        return csv_response(_days_table(rows, with_reasons=True), "vaccination-days")
    page = paginate(rows, number=request.GET.get("page"))
    table = _days_table(page.rows, csv_href=f"?first={first}&last={last}&format=csv")
    return render(request, "vaccination/office/days.html", {"table": table, "page": page, **_shown(first, last)})


@open_to(Role.OFFICER)
@require_GET
def one_day(request: Request, site: str, day: str) -> HttpResponse:
    """Show one closed day of a site by employer."""
    found = site_days.closed_one(request.actor, site, day_in(day))
    rows = site_days.employers_on(found)
    table = _employers_table(rows, csv_href="?format=csv")
    if request.GET.get("format") == "csv":
        return csv_response(table, f"vaccination-{found.day}")
    reasons = [(TurnedBack(code).label, count) for code, count in found.reasons.items()]
    return render(request, "vaccination/office/day.html", {"day": found, "table": table, "reasons": reasons})


@open_to(Role.EMPLOYER)
@require_GET
def employer_days(request: Request) -> HttpResponse:
    """Show an employer how many of its people came on closed days: numbers, and neither names nor reasons."""
    first, last = span(request)
    rows = site_days.days_of_employers(request.actor, first=first, last=last)
    if request.GET.get("format") == "csv":
        return csv_response(_own_table(rows), "vaccination-days")
    page = paginate(rows, number=request.GET.get("page"))
    table = _own_table(page.rows, csv_href=f"?first={first}&last={last}&format=csv")
    context = {"table": table, "page": page, **_shown(first, last)}
    return render(request, "vaccination/office/employer_days.html", context)


@open_to(Role.OFFICER)
@require_GET
def doses(request: Request) -> HttpResponse:
    """Show doses that wait for a decision, and what became of all others by site."""
    first, last = span(request)
    rows = site_doses.wastage(request.actor, first=first, last=last)
    if request.GET.get("format") == "csv":
        return csv_response(_wastage_table(rows), "vaccination-doses")
    held = list(site_doses.held_back(request.actor)[:100])
    now = site_doses.readings_before(held)
    page = cut(rows, number=request.GET.get("page"))
    context = {
        "held": [(row, now.get(row.site_id), uuid4(), HeldForm(auto_id=f"held{row.pk}_%s")) for row in held],
        "table": _wastage_table(page.rows, csv_href=f"?first={first}&last={last}&format=csv"),
        "page": page,
        **_shown(first, last),
    }
    return render(request, "vaccination/office/doses.html", context)


@open_to(Role.OFFICER)
@require_POST
def decide_held(request: Request, pk: int) -> HttpResponse:
    """Let held doses be given again, or have them thrown away."""
    row, form = site_doses.held_one(request.actor, pk), HeldForm(request.POST)
    if not form.is_valid():
        context = {"row": row, "form": form}
        return render(request, "vaccination/office/held.html", context, status=422)
    why, releases = form.cleaned_data["why"], form.cleaned_data["decision"] == "release"
    return do(
        request,
        lambda: (
            site_stock.release(site_lot=row, why=why, by=request.actor)
            if releases
            else site_stock.discard(site_lot=row, why=why, client_key=uuid4(), by=request.actor)
        ),
        to=reverse("vaccination:office_doses"),
        said=gettext_lazy("Stored. The site sees it at once."),
    )


@open_to(Role.OFFICER)
@require_GET
def odd(request: Request) -> HttpResponse:
    """List what looks odd: dates given by staff to people of no list, at night, and steps that came late."""
    first, last = span(request)
    rows = oddities.found(request.actor, first=first, last=last)
    if request.GET.get("format") == "csv":
        return csv_response(_odd_table(rows), "vaccination-oddities")
    page = cut(rows, number=request.GET.get("page"))
    table = _odd_table(page.rows, csv_href=f"?first={first}&last={last}&format=csv")
    context = {"table": table, "page": page, "by_staff": oddities.by_staff(rows), **_shown(first, last)}
    return render(request, "vaccination/office/oddities.html", context)


def span(request: Request) -> tuple[date, date]:
    """Return the days that are asked for, or the last two weeks; what cannot be read counts as not asked."""
    today, form = clock.today(), SpanForm(request.GET)
    form.full_clean()
    last = max(min(form.cleaned_data.get("last") or today, today), FIRST_DAY)
    first = form.cleaned_data.get("first") or last - timedelta(days=USUAL_DAYS - 1)
    return max(min(first, last), last - timedelta(days=MOST_DAYS)), last


def _shown(first: date, last: date) -> dict[str, object]:
    """Return what a page shows of its days: which they are, and the boxes to choose others."""
    return {"first": first, "last": last, "search": SpanForm(initial={"first": first, "last": last})}


def _days_table(rows: Iterable[SiteDay], *, csv_href: str = "", with_reasons: bool = False) -> Table:
    columns = [
        Column(_("Day"), "day", header=True),
        Column(_("Site"), lambda one: Cell(str(one.site), href=_one(one))),
        Column(_("Had a date"), "booked", numeric=True),
        Column(_("Stood by"), "stood_by", numeric=True),
        Column(_("Came"), "came", numeric=True),
        Column(_("Vaccinated"), "vaccinated", numeric=True),
        Column(_("Turned back"), "turned_back", numeric=True),
        Column(_("Did not come"), "no_show", numeric=True),
        Column(_("Not on the list"), "not_on_list", numeric=True),
        Column(_("Doses wasted"), "wasted", numeric=True),
        Column(_("Doses left"), "left", numeric=True),
    ]
    if with_reasons:
        for column in ("other_day", "other_site", "mismatch"):
            columns.append(Column(DOOR[column], column, numeric=True))
        columns += [Column(each.label, _reason(each), numeric=True) for each in TurnedBack]
        columns += [
            Column(_("Doses received"), "received", numeric=True),
            Column(_("Doses given"), "given", numeric=True),
        ]
    return Table(
        caption=_("Closed days"), rows=list(rows), columns=tuple(columns), csv_href=csv_href,
        empty=_("No day was closed in this time."),
    )  # fmt: skip


#: What happened at the door, by column.
DOOR: dict[str, Promise] = {
    "other_day": gettext_lazy("Booked for another day"),
    "other_site": gettext_lazy("Booked for another site"),
    "mismatch": gettext_lazy("The document shows somebody else"),
}


def _reason(why: TurnedBack) -> Callable[[SiteDay], object]:
    return lambda one: one.reasons.get(why.value, 0)


def _employers_table(rows: Iterable[EmployerDay], *, csv_href: str = "") -> Table:
    name = Column(
        _("Employer"), lambda one: str(one.employer) if one.employer else _("Without an employer"), header=True
    )
    return Table(
        caption=_("By employer"), rows=list(rows), columns=(name, *_numbers()), csv_href=csv_href,
        empty=_("Nobody was expected on this day."),
    )  # fmt: skip


def _own_table(rows: Iterable[EmployerDay], *, csv_href: str = "") -> Table:
    columns = (
        Column(_("Day"), "site_day.day", header=True),
        Column(_("Site"), lambda one: str(one.site_day.site)),
        Column(_("Employer"), lambda one: str(one.employer)),
        Column(_("On the list"), "listed", numeric=True),
        Column(_("Had a date"), "booked", numeric=True),
        Column(_("Came"), "came", numeric=True),
        Column(_("Vaccinated"), _vaccinated, numeric=True),
        Column(_("Did not come"), "no_show", numeric=True),
        Column(_("Not on the list"), "not_on_list", numeric=True),
    )
    return Table(
        caption=_("Closed days"), rows=list(rows), columns=columns, csv_href=csv_href,
        empty=_("No day was closed in this time."),
    )  # fmt: skip


def _vaccinated(one: EmployerDay) -> object:
    """Return how many were vaccinated; of so few people that it would tell about one of them, nothing."""
    return one.vaccinated if one.came >= LEAST_FOR_NUMBERS else ""


def _numbers() -> tuple[Column, ...]:
    return (
        Column(_("On the list"), "listed", numeric=True),
        Column(_("Had a date"), "booked", numeric=True),
        Column(_("Stood by"), "stood_by", numeric=True),
        Column(_("Came"), "came", numeric=True),
        Column(_("Vaccinated"), "vaccinated", numeric=True),
        Column(_("Turned back"), "turned_back", numeric=True),
        Column(_("Did not come"), "no_show", numeric=True),
        Column(_("Not on the list"), "not_on_list", numeric=True),
    )


def _wastage_table(rows: Iterable[Wastage], *, csv_href: str = "") -> Table:
    return Table(
        caption=_("What became of the doses"),
        rows=list(rows),
        columns=(
            Column(_("Site"), lambda one: str(one.site), header=True),
            Column(_("Received"), "received", numeric=True),
            Column(_("Sent to another site"), "sent_on", numeric=True),
            Column(_("Given"), "given", numeric=True),
            *(Column(kind.label, _lost(kind), numeric=True) for kind in site_doses.LOSSES),
            Column(_("Corrected after counting"), "counted", numeric=True),
            Column(_("Doses left"), "left", numeric=True),
            Column(_("Wasted"), lambda one: "" if one.share is None else f"{one.share:.1%}", numeric=True),
        ),
        csv_href=csv_href,
        empty=_("No doses were moved in this time."),
    )


def _lost(kind: StockKind) -> Callable[[Wastage], object]:
    return lambda one: one.lost[kind]


def _odd_table(rows: Iterable[oddities.Oddity], *, csv_href: str = "") -> Table:
    return Table(
        caption=_("What looks odd"),
        rows=list(rows),
        columns=(
            Column(_("When"), "at", header=True),
            Column(_("What"), lambda one: oddities.WORDS[one.kind]),
            Column(_("By"), lambda one: "" if one.staff is None else str(one.staff)),
            Column(_("Dose"), "reference"),
            Column(_("Site"), "site"),
        ),
        csv_href=csv_href,
        empty=_("Nothing looks odd in this time."),
    )


def _one(one: SiteDay) -> str:
    return reverse("vaccination:office_day", args=[one.site.reference, one.day.isoformat()])
