"""What somebody who means harm sends to the pages of vaccination: it is refused in words, and nobody is shown anything.

S3, S12 and S13 for these pages: every form with values that no database or number can take, every field of the tables
under forms that do not have it, references of others, files that are none, and names that are formulas.
"""

import base64
import csv
import io
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import BinaryField, DateTimeField, JSONField
from django.test import Client
from django.urls import reverse

from khumkan.kernel import clock
from khumkan.places.models import District
from khumkan.ui import tables
from khumkan.vaccination.models import Dose
from tests.trust import forms
from tests.trust.sweep import IS_LONG, XLSX, addresses, readable, send, taken_back
from tests.trust.table import TABLE
from tests.trust.things import may, things
from tests.trust.world import Visitor, World

pytestmark = pytest.mark.xdist_group("trust")
NAMES = sorted(name for name in TABLE if name.startswith("vaccination:"))
FORMS = [name for name in NAMES if TABLE[name].post - {404, 405}]
#: The sign of number zero, a digit that is no number, a number that fits nowhere, marks of no letter, a script.
NASTY = ("\0", "²", "9" * 40, "-1", "ํา\u200b\u202e", "<script>alert(1)</script>", "=cmd|' /C calc'!A0")
HUGE = 10**30


def openings(world: World, name: str) -> tuple[Visitor, Any] | None:
    """Return somebody who may open a page, who has a date where it is a person, and with what in its address."""
    page = TABLE[name]
    for visitor in sorted(world.visitors.values(), key=lambda each: each.name != "v_booked_here"):
        for thing in things(world, page, list(addresses()[name])):
            if may(visitor, page, thing):
                return visitor, thing
    return None


def nasty_for(number: int) -> tuple[str, ...]:
    """Return what is tried in one place: all of it in the long run, otherwise the next in turn."""
    return NASTY if IS_LONG else (NASTY[number % len(NASTY)],)


def test_no_value_of_a_form_breaks_a_page(world: World) -> None:
    """One field after the other of each form that somebody may send."""
    broken, tried = [], 0
    for name in FORMS:
        found = openings(world, name)
        assert found is not None, name
        visitor, thing = found
        with taken_back():
            path = forms.path_of(world, visitor, name, thing)
            fields = forms.filled_in(world, visitor.client, name, path)
            for each in fields:
                for nasty in nasty_for(tried):
                    with taken_back():
                        status = send(visitor.client, "POST", path, {**fields, each: nasty}).status_code
                    broken += [f"{name} {each} {nasty!r}"] if status >= 500 else []
                tried += 1
    assert broken == []
    assert tried > 100


ASKED = ("page", "day", "first", "last", "hour", "code", "show", "what", "search", "phase", "on", "site", "until")


def test_no_value_of_an_address_breaks_a_page(world: World) -> None:
    """What stands behind the question mark: every word that a page may understand, and a page that nobody turns to."""
    broken, tried = [], 0
    for name in NAMES:
        if (found := openings(world, name)) is None or TABLE[name].get == frozenset({405}):
            continue
        visitor, thing = found
        path = reverse(name, args=thing.args)
        for nasty in ("9" * 40, *nasty_for(tried), "9999-12-31"):
            with taken_back():
                status = send(visitor.client, "GET", path, dict.fromkeys(ASKED, nasty)).status_code
            broken += [f"{name} {nasty!r}: {status}"] if status >= 500 else []
        tried += 1
    assert broken == []
    assert tried > 60


def test_no_number_in_an_address_is_too_large(world: World) -> None:
    tried = 0
    for name in NAMES:
        parts = addresses()[name]
        if "int" not in parts:
            continue
        visitor, thing = openings(world, name) or (world.visitor("officer_here"), None)
        args = [
            HUGE if kind == "int" else given
            for kind, given in zip(parts, thing.args if thing else ["X-22222-22222"] * len(parts), strict=True)
        ]
        for method in ("GET", "POST"):
            with taken_back():
                assert send(visitor.client, method, reverse(name, args=args)).status_code in (404, 405), name
                tried += 1
    assert tried > 20


def test_no_number_sent_to_the_api_is_too_large(world: World) -> None:
    site, list_ = world.here.campaign.site.reference, world.here.campaign.sent_list.reference
    employer, today = world.here.employer.reference, clock.today().isoformat()
    asked = {
        "vaccination:immunizations:read": [f"vaccination/sites/{site}/immunizations?day={today}&after={HUGE}"],
        "vaccination:fhir:read": [
            f"fhir/{each}?location={site}&date={today}&after={HUGE}" for each in ("Immunization", "Appointment")
        ],
        "vaccination:lists:write": [
            f"vaccination/lists/{list_}/rows?after={HUGE}",
            f"vaccination/employers/{employer}/phases/{HUGE}/lists",
        ],
    }
    for scope, addresses_ in asked.items():
        headers = {"Authorization": f"Bearer {world.tokens[f'{scope}@here']}", "Idempotency-Key": uuid.uuid4().hex}
        for address in addresses_:
            with taken_back():
                client = Client(raise_request_exception=False)
                got = client.get(f"/api/{address}", headers=headers).status_code
                sent = client.post(f"/api/{address}", "{}", content_type="application/json", headers=headers)
            assert got < 500, (address, got)
            assert sent.status_code < 500, (address, sent.status_code)


def test_fields_of_the_tables_change_nothing_that_the_form_does_not_have(world: World) -> None:
    """Every column of the programme is sent along: what comes of it is what comes of the form alone."""
    models = [each for each in apps.get_models() if each._meta.app_label == "vaccination"]
    columns = {field.attname for model in models for field in model._meta.concrete_fields}
    more = {name: "1" for name in columns} | {field: "1" for field in ("person", "enrolment", "session_id", "dose")}
    wrong = []
    for name in FORMS:
        visitor, thing = openings(world, name) or (None, None)
        assert visitor is not None, name
        outcomes = []
        for extra in ({}, more):
            with taken_back():
                path = forms.path_of(world, visitor, name, thing)
                fields = forms.filled_in(world, visitor.client, name, path)
                told = {key: value for key, value in extra.items() if key not in fields and key not in KNOWN}
                status = send(visitor.client, "POST", path, {**fields, **told}).status_code
                outcomes.append((status, _columns_of(models)))
        if outcomes[1][0] != 422 and outcomes[0] != outcomes[1]:  # 422: it has the field, and "1" is no value of it
            plain_, more_ = (outcome for _status, outcome in outcomes)
            differing = {table: set(plain_[table]) ^ set(more_[table]) for table in plain_}
            wrong.append(
                f"{name}: {[status for status, _ in outcomes]} {[each for each in differing.items() if each[1]]}"
            )
    assert not wrong, "\n".join(wrong)


#: Fields that a form takes without showing them: keys of devices, what a page chooses by itself, a date to keep to.
KNOWN = frozenset(
    {"client_key", "done_at", "session", "near", "reference", "state", "act", "came", "day", "decision", "why", "to"}
)
#: Columns whose values are made anew each time.
ANEW = frozenset({"reference", "code", "seed"})
#: Whom and what a row is about, which no form may choose but where it shows a choice.
LASTING = frozenset(
    {"person_id", "employer_id", "site_id", "phase_id", "enrolment_id", "roster_id", "session_id", "lot_id"}
)


def _columns_of(models: list[Any]) -> dict[str, list[tuple[object, ...]]]:
    """Return what the tables hold, without ids, moments and what is made anew."""
    return {
        model._meta.label: sorted(
            map(
                str,
                model._default_manager.values_list(
                    *(
                        field.attname
                        for field in model._meta.concrete_fields
                        if not field.primary_key
                        and field.attname not in ANEW
                        and not isinstance(field, BinaryField | DateTimeField | JSONField)
                        and not field.attname.endswith(("_key", "_hash"))
                        and (field.attname in LASTING or not field.is_relation)
                    )
                ),
            )
        )
        for model in models
    }


def test_somebody_elses_date_cannot_be_taken_by_its_reference(world: World) -> None:
    """The session of a form is judged for who sends it; nobody else's dose, person or enrolment is looked at."""
    mine, other = world.visitor("v_booked_here"), world.here.campaign.doses["v_expected"]
    with taken_back():
        before = Dose.objects.filter(pk=other.pk).values().get()
        for name in ("give_back", "change_date", "refuse", "near"):
            data = {"dose": other.reference, "person": other.person.reference, "enrolment": other.enrolment.reference}
            send(
                mine.client, "POST", reverse(f"vaccination:{name}"), {**data, "near": "home", "session": "J-0000-0000"}
            )
        assert Dose.objects.filter(pk=other.pk).values().get() == before


def test_bytes_that_are_no_file_are_refused_as_a_list(world: World) -> None:
    employer = world.visitor("employer_here")
    corner = world.here
    nasty = {
        "empty.csv": b"",
        "zero.csv": b"\0" * 5_000,
        "picture.xlsx": base64.b64decode("iVBORw0KGgo="),
        "zip.xlsx": b"PK\x05\x06" + b"\0" * 18,
        "quote.csv": b'"' * 100_000,
        "wide.csv": b"," * 200_000,
        "../../etc/passwd": "เลขประจำตัว,ชื่อ,วันเกิด\n".encode(),
        "สาย\u202excod.csv": b"a,b\n1,2\n",
    }
    for name, content in nasty.items():
        with taken_back():
            path = forms.path_of(world, employer, "vaccination:send_list", None)  # type: ignore[arg-type]
            answer = send(employer.client, "POST", path, {"file": SimpleUploadedFile(name, content)})
            assert answer.status_code in (302, 422), name
            assert corner.campaign.roster.listings.filter(state="listed").count() == len(corner.campaign.enrolments)


OFFICE = ("office_days", "office_day", "office_doses", "office_oddities", "coverage_file", "choice_csv")
EXPORTS = {
    **{f"vaccination:{name}": "officer" for name in OFFICE},
    **{f"vaccination:{name}": "employer_here" for name in ("employer_days", "list_template", "rows_to_mend")},
    "vaccination:public_choice_file": "anonymous",
}
FORMULA = "=HYPERLINK(0)"


def cells_of(answer: Any) -> list[str]:
    """Return every cell of an exported table as a spreadsheet would read it; of a workbook, what is a formula there."""
    if answer["Content-Type"] == XLSX:
        return ["=" for _ in range(readable(answer).count("<f>"))]
    return [cell for row in csv.reader(io.StringIO(readable(answer).removeprefix("\ufeff"))) for cell in row]


def is_dangerous(cell: str) -> bool:
    """Tell whether a spreadsheet would run a cell; a number below 0 is none that somebody wrote."""
    return cell.startswith(("=", "+", "@", "\t", "\r")) or (cell.startswith("-") and not cell[1:].isdigit())


def exported(world: World) -> dict[str, list[str]]:
    """Return the cells of every table that can be exported, with names that are formulas."""
    corner, found = world.here, {}
    for site in (corner.campaign.site, world.there.campaign.site):
        type(site).objects.filter(pk=site.pk).update(name_th=FORMULA, name_en=FORMULA)
    type(corner.employer).objects.filter(pk=corner.employer.pk).update(name_th=FORMULA, name_en="@SUM(1)")
    District.objects.update(name_th=FORMULA, name_en="+1+1")
    for name, visitor in EXPORTS.items():
        page = TABLE[name]
        for thing in things(world, page, list(addresses()[name])):
            if thing.exists and may(world.visitor(visitor), page, thing):
                answer = send(world.visitor(visitor).client, "GET", reverse(name, args=thing.args), {"format": "csv"})
                assert answer.status_code == 200, name
                found[name] = [*found.get(name, []), *cells_of(answer)]
    return found


def test_no_export_carries_a_formula(world: World) -> None:
    with taken_back():
        found = exported(world)
    assert found.keys() == EXPORTS.keys()
    assert [(name, cell) for name, cells in found.items() for cell in cells if is_dangerous(cell)] == []
    assert sum("HYPERLINK" in cell for cells in found.values() for cell in cells) > 3, "control: the names are there"


def test_control_an_export_that_writes_cells_as_they_are_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "DANGEROUS", ("nothing",))
    with taken_back():
        found = exported(world)
    assert [cell for cells in found.values() for cell in cells if is_dangerous(cell)]
