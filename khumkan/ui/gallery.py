"""All components on one page, with made-up content: what tests and pictures are taken of."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.kernel.pages import Page
from khumkan.ui import charts, fields
from khumkan.ui.charts.provinces import outlines
from khumkan.ui.forms import Form
from khumkan.ui.tables import Cell, Column, Table, csv_response

COMPONENTS = Path(__file__).with_name("components")
MOMENT = datetime(2021, 8, 16, 1, 30, tzinfo=UTC)
DAY = date(2021, 8, 16)
#: The wave of the example: new cases a day, with three days that nobody reported.
WAVE = (12, 15, 22, 30, 41, 38, 52, 70, 84, 91, None, None, 140, 152, 171, 160, 190, 214, 230, 221, 205, None, 188, 170,
        151, 149, 120, 98, 90, 77, 61, 50)  # fmt: skip
SYMPTOMS = (
    ("fever", gettext_lazy("Fever")),
    ("cough", gettext_lazy("Cough")),
    ("smell", gettext_lazy("No sense of smell")),
)
SEXES = (("f", gettext_lazy("Female")), ("m", gettext_lazy("Male")), ("x", gettext_lazy("Not said")))


class ExampleForm(Form):
    """Every field once."""

    name = fields.TextField(
        label=gettext_lazy("First name"), help_text=gettext_lazy("As on your card"), width=20, autocomplete="given-name"
    )
    number = fields.IdNumberField(label=gettext_lazy("Identity number"), help_text=gettext_lazy("13 digits"))
    phone = fields.PhoneField(label=gettext_lazy("Mobile phone"))
    born_on = fields.DateField(
        label=gettext_lazy("Date of birth"), help_text=gettext_lazy("For example 27 3 1988"), birthday=True
    )
    sex = fields.RadioField(
        label=gettext_lazy("Sex"), choices=SEXES, hints={"x": gettext_lazy("Nobody has to say it.")}
    )
    symptoms = fields.CheckboxesField(label=gettext_lazy("What do you feel?"), choices=SYMPTOMS, required=False)
    province = fields.SelectField(label=gettext_lazy("Province"), choices=(("10", "กรุงเทพมหานคร"), ("74", "สมุทรสาคร")))
    share = fields.NumberField(label=gettext_lazy("Share of the workers to be tested"), suffix="%", width=4, decimals=1)
    note = fields.LongTextField(label=gettext_lazy("Anything else?"), max_length=500, required=False)
    file = fields.FileField(
        label=gettext_lazy("List of workers"), help_text=gettext_lazy("CSV or XLSX, up to 20 MB"), accept=".csv,.xlsx"
    )
    password = fields.PasswordField(label=gettext_lazy("Password"))
    code = fields.CodeField(label=gettext_lazy("Code from the SMS"))
    agree = fields.TickField(label=gettext_lazy("I am told the result by SMS"))


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component's example; `?only=button` shows one."""
    _must_be_on()
    only = request.GET.get("only", "")
    names = sorted(folder.parent.name for folder in COMPONENTS.glob("*/example.html"))
    if only and only not in names:
        raise Http404
    context = examples()
    shown = [
        (name, render_to_string(f"components/{name}/example.html", context, request))
        for name in names
        if only in ("", name)
    ]
    return render(request, "ui/gallery.html", {"examples": shown})


def gallery_csv(request: HttpRequest, name: str) -> HttpResponse:
    """Send the figures of one of the gallery's charts."""
    _must_be_on()
    found = examples().get(name)
    if not isinstance(found, charts.Chart):
        raise Http404
    return csv_response(found.table, name)


def _must_be_on() -> None:
    if not getattr(settings, "GALLERY", False):
        raise Http404


def examples() -> dict[str, Any]:
    """Return what the examples name."""
    return {
        "moment": MOMENT,
        "day": DAY,
        "steps": [_("About you"), _("Place and time"), _("Check and send")],
        "headings": [_("Name"), _("Days of waiting"), _("Decision")],
        "list_page": Page([1], 3, has_next=True),
        "form": ExampleForm(initial={"born_on": date(1988, 3, 27)}),
        "one_form": ExampleForm(prefix="one"),
        "wrong_form": _wrong_form(),
        **_tables(),
        **_charts(),
    }


def _wrong_form() -> django_forms.Form:
    typed = {"number": "1234567890123", "born_on_day": "31", "born_on_month": "2", "born_on_year": "2531"}
    form = ExampleForm({f"wrong-{name}": text for name, text in typed.items()}, prefix="wrong")
    form.full_clean()
    return form


def _tables() -> dict[str, Table]:
    rows: list[Mapping[str, object]] = [
        {"reference": "T-7K4M9-2QXC3", "name": "สมชาย ใจดี", "taken": MOMENT, "hours": 52, "state": "bad"},
        {"reference": "T-9QXR4-7HDA2", "name": "ญี่ปุ่น กุศลสร้างสรรค์", "taken": MOMENT, "hours": 31, "state": "wait"},
        {"reference": "T-3CKM8-WXYZ5", "name": "Aung Kyaw Moe", "taken": None, "hours": 1234, "state": "good"},
    ]
    words = {"bad": _("Late"), "wait": _("Waiting"), "good": _("Released")}
    columns = (
        Column(_("Reference"), lambda row: Cell(row["reference"], href="/gallery/"), header=True),
        Column(_("Name"), "name"),
        Column(_("Sample taken"), "taken"),
        Column(_("Hours"), "hours", numeric=True),
        Column(_("State"), lambda row: Cell(words[row["state"]], tone=row["state"])),
    )
    make = partial(Table, columns=columns, empty=_("No result is late."))
    return {
        "late_results": make(caption=_("Late results"), rows=rows, csv_href="/gallery/curve.csv"),
        "nothing_late": make(caption=_("Late results of yesterday"), rows=[]),
    }


def _charts() -> dict[str, object]:
    curve = [(date(2021, 7, 1) + timedelta(day), count) for day, count in enumerate(WAVE)]
    codes = list(outlines()["paths"])
    incidence = {code: round((index * 37 % 101) ** 1.5 / 10, 1) for index, code in enumerate(codes) if code != "58"}
    sections = [
        charts.Bar(_("Section 33"), 0.042, 0.038, 0.047),
        charts.Bar(_("Section 39"), 0.031, 0.022, 0.043),
        charts.Bar(_("Section 40"), 0.067, 0.049, 0.09),
    ]
    outcomes = [_("Negative"), _("Positive"), _("Invalid")]
    sites = [("สนามกีฬาไทย-ญี่ปุ่น ดินแดง", [820, 61, 12]), ("ศูนย์ราชการสมุทรสาคร", [430, 88, 4])]
    return {
        "curve": charts.epidemic_curve(_("New cases a day, Samut Sakhon"), curve),
        "map": charts.province_map(
            _("New cases in a week"), incidence, unit=_("per 100,000"), names={"10": "กรุงเทพมหานคร", "74": "สมุทรสาคร"}
        ),
        "intervals": charts.interval_bars(
            _("Positive tests by section, with 95% confidence interval"), sections, percent=True
        ),
        "stacked": charts.stacked_bars(_("Results by test centre"), series=outcomes, rows=sites),
        "spark": charts.sparkline(_("Tests in the last two weeks"), WAVE[-14:]),
        "ring": charts.progress_ring(_("Share of the lot that is used"), 640, 1000),
    }
