"""Alarms are raised, taken on and closed; reports are frozen; open figures hide small cells."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation

from khumkan import policies
from khumkan.accounts.testing import actor, sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.situation.actions import alarms, reports
from khumkan.situation.documents import reports as papers
from khumkan.situation.models import Alarm, SituationReport
from khumkan.situation.rules.cells import Cell
from khumkan.situation.rules.targets import Target
from khumkan.situation.states import AlarmState
from khumkan.situation.terms.situation import TargetTerms
from khumkan.situation.tests.counting import SYSTEM, count, provinces
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
OFFICER = actor(Role.OFFICER)
OF_BANGKOK = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="10")
HERE = "/office/situation/"


def late(value: int, province: str = "10") -> None:
    count("late_results", [Cell(day=clock.today(), value=value, province_code=province, site_id=1)])


def cases(**by_province: int) -> date:
    """Count cases of yesterday, by province and section."""
    yesterday = clock.today() - timedelta(days=1)
    cells = [
        Cell(day=yesterday, value=value, province_code=code.removeprefix("p"), section=33)
        for code, value in by_province.items()
    ]
    count("cases", cells)
    return yesterday


def test_an_alarm_begins_once_and_ends_by_itself() -> None:
    late(51)
    [raised] = alarms.watch(by=SYSTEM)
    assert (raised.target, raised.province_code, raised.value, raised.limit) == (
        Target.LATE_RESULTS, "10", Decimal(51), Decimal(50),
    )  # fmt: skip
    late(60)
    assert alarms.watch(by=SYSTEM) == []
    assert Alarm.objects.get().value == Decimal(60)
    late(50)
    assert alarms.watch(by=SYSTEM) == []
    closed = Alarm.objects.get()
    assert closed.state == AlarmState.CLOSED
    assert closed.closed_at is not None
    late(70)
    assert len(alarms.watch(by=SYSTEM)) == 1
    assert Alarm.objects.count() == 2
    names = Event.objects.filter(name__startswith="situation.alarm").order_by("pk").values_list("name", flat=True)
    assert [name.removeprefix("situation.alarm_") for name in names] == ["raised", "closed", "raised"]


def test_an_area_has_one_open_alarm_of_a_kind() -> None:
    late(51)
    [raised] = alarms.watch(by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alarm.objects.create(
            reference="AL-99999-99999", target=raised.target, province_code="10", state=AlarmState.OPEN, value=1,
            limit=1, terms_version=1, opened_at=clock.now(),
        )  # fmt: skip


def test_shares_of_beds_are_judged_for_the_country_too() -> None:
    today = clock.today()
    count(
        "beds_total", [Cell(day=today, value=100, province_code="10"), Cell(day=today, value=900, province_code="50")]
    )
    count("beds_free", [Cell(day=today, value=50, province_code="10"), Cell(day=today, value=10, province_code="50")])
    raised = {(alarm.target, alarm.province_code) for alarm in alarms.watch(by=SYSTEM)}
    assert raised == {(Target.BEDS_FREE, "50"), (Target.BEDS_FREE, "")}


def test_officers_on_duty_are_told_once_for_all_new_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    phones = ("+66812345678", "+66812345679")
    terms = replace(policies.in_force(TargetTerms, on=clock.today()), duty_phones=phones)
    monkeypatch.setattr(alarms.policies, "in_force", lambda *_args, **_words: terms)
    count("late_results", [Cell(day=clock.today(), value=90, province_code=code) for code in ("10", "50")])
    assert len(alarms.watch(by=SYSTEM)) == 2
    assert Message.objects.filter(template="situation.alarm_raised").count() == 2
    alarms.watch(by=SYSTEM)
    assert Message.objects.filter(template="situation.alarm_raised").count() == 2


def test_an_officer_takes_it_on_once_and_says_what_is_done() -> None:
    late(51)
    [raised] = alarms.watch(by=SYSTEM)
    with pytest.raises(Refused) as refusal:
        alarms.take_on(alarm=raised, note=" ", by=OFFICER)
    assert refusal.value.code == "alarm_note"
    taken = alarms.take_on(alarm=raised, note="two more laboratories", by=OF_BANGKOK)
    assert taken.state == AlarmState.SEEN
    with pytest.raises(Refused) as refusal:
        alarms.take_on(alarm=raised, note="I too", by=OFFICER)
    assert refusal.value.code == "state_moved_on"


@pytest.mark.parametrize(
    "by",
    [
        actor(Role.SUPERVISOR),
        actor(Role.AUDITOR),
        actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="50"),
        actor(Role.NURSE),
    ],
)
def test_nobody_else_takes_it_on(by: object) -> None:
    late(51)
    [raised] = alarms.watch(by=SYSTEM)
    with pytest.raises(Missing):
        alarms.take_on(alarm=raised, note="mine", by=by)  # type: ignore[arg-type]
    assert Alarm.objects.get().state == AlarmState.OPEN


def test_the_pages_of_alarms(client: Client) -> None:
    provinces()
    late(51)
    [raised] = alarms.watch(by=SYSTEM)
    sign_in(client, user(Role.SUPERVISOR))
    page = client.get(f"{HERE}alarms/{raised.reference}/", {"lang": "en"})
    assert_page_is_sound(page)
    assert "Take it on" not in page.content.decode()
    assert "Many test results are late" in client.get(HERE, {"lang": "en"}).content.decode()
    sign_in(client, user(Role.OFFICER))
    assert "Take it on" in client.get(f"{HERE}alarms/{raised.reference}/").content.decode()
    client.post(f"{HERE}alarms/{raised.reference}/take-on/", {"note": "more laboratories", "form_key": "one"})
    page = client.get(f"{HERE}alarms/{raised.reference}/")
    assert "more laboratories" in page.content.decode()
    assert "Take it on" not in page.content.decode()


def test_a_report_keeps_its_figures_when_the_past_changes(client: Client) -> None:
    provinces()
    day = cases(p10=70, p50=30)
    made = reports.make(day=day, by=OFFICER)
    cases(p10=90, p50=30)
    kept = SituationReport.objects.get()
    assert kept.content == made.content
    told = {row["code"]: row["day"] for row in kept.content["figures"]}
    assert told["cases"] == 100
    assert [(row["code"], row["cases"]) for row in kept.content["provinces"]] == [("10", 70), ("50", 30)]
    newer = reports.make(day=day, by=OFFICER)
    assert {row["code"]: row["day"] for row in newer.content["figures"]}["cases"] == 120
    assert newer.sha256 != made.sha256
    sign_in(client, user(Role.OFFICER))
    page = client.get(f"{HERE}reports/{made.reference}/", {"lang": "en"})
    assert_page_is_sound(page)
    lines = client.get(f"{HERE}reports/{made.reference}/figures.csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith(day.isoformat())
    assert ",100," in lines[1]


@pytest.mark.parametrize(
    "change", ["UPDATE situation_situationreport SET day = day + 1", "DELETE FROM situation_situationreport"]
)
def test_the_database_refuses_to_change_a_report(change: str) -> None:
    reports.make(day=cases(p10=70), by=OFFICER)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format("situation_situationreport"))


def test_a_report_is_a_paper_in_both_languages(client: Client) -> None:
    provinces()
    made = reports.make(day=cases(p10=7_123), by=OFFICER)
    sign_in(client, user(Role.OFFICER))
    for language in papers.LANGUAGES:
        answer = client.get(f"{HERE}reports/{made.reference}/{language}.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert len(answer.content) > 20_000
    assert client.get(f"{HERE}reports/{made.reference}/fr.pdf").status_code == 404


def test_what_stands_on_the_paper_is_what_was_frozen() -> None:
    provinces()
    made = reports.make(day=cases(p10=7_123), by=OFFICER)
    said = {}
    for language in papers.LANGUAGES:
        with translation.override(language):
            said[language] = json.dumps(papers.sheet(made, language), ensure_ascii=False)
        assert "7,123" in said[language]
        assert made.reference in said[language]
        assert all(made.sha256[at : at + 16] in said[language] for at in (0, 16, 32, 48))
    assert "Situation report" in said["en"]
    assert "Bangkok" in said["en"]
    assert "รายงานสถานการณ์" in said["th"]
    assert "กรุงเทพมหานคร" in said["th"]


def test_officers_of_a_province_report_of_it_alone(client: Client) -> None:
    provinces()
    day = cases(p10=70, p50=30)
    for foreign in ("50", ""):
        with pytest.raises(Missing):
            reports.make(day=day, province_code=foreign, by=OF_BANGKOK)
    made = reports.make(day=day, province_code="10", by=OF_BANGKOK)
    assert {row["code"]: row["day"] for row in made.content["figures"]}["cases"] == 70
    whole = reports.make(day=day, by=OFFICER)
    sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="10"))
    assert client.get(f"{HERE}reports/{made.reference}/").status_code == 200
    assert client.get(f"{HERE}reports/{whole.reference}/").status_code == 404
    assert (
        client.post(f"{HERE}reports/", {"day": day.isoformat(), "province": "", "form_key": "one"}).status_code == 422
    )
    answer = client.post(f"{HERE}reports/", {"day": day.isoformat(), "province": "10", "form_key": "two"})
    assert answer.status_code == 302
    with pytest.raises(Refused):
        reports.make(day=clock.today() + timedelta(days=1), by=OFFICER)


def test_open_figures_are_for_everybody_and_hide_small_cells(client: Client) -> None:
    provinces()
    day = cases(p10=70, p50=3, p20=6)
    page = client.get("/open-data/", {"lang": "en"})
    assert_page_is_sound(page)
    assert f"cases-province-{day.year}.csv" in page.content.decode()
    answer = client.get(f"/open-data/cases-province-{day.year}.csv")
    rows = [line.split(",")[:3] for line in answer.content.decode().splitlines()]
    of_day = {area: value for on, area, value in rows if on == day.isoformat()}
    assert of_day == {"10": "70", "50": "–", "20": "–", "total": "79"}
    found = json.loads(client.get(f"/open-data/cases-province-{day.year}.json").content)
    assert {row["area"]: row["value"] for row in found["rows"] if row["day"] == day.isoformat()} == {
        "10": 70, "50": None, "20": None, "total": 79,
    }  # fmt: skip
    assert found["licence"] == "CC BY 4.0"
    assert found["as_of"]


def test_today_and_what_is_not_open_are_not_published(client: Client) -> None:
    today = clock.today()
    count("cases", [Cell(day=today, value=70, province_code="10")])
    answer = client.get(f"/open-data/cases-province-{today.year}.csv")
    assert answer.status_code == 200
    assert today.isoformat() not in answer.content.decode().replace(clock.now().isoformat(), "").split("\n", 1)[1]
    for closed in ("beds_occupied-province", "cases-district", "cases-employer", "cases-site", "late_results-province"):
        assert client.get(f"/open-data/{closed}-{today.year}.csv").status_code == 404
    assert client.get(f"/open-data/cases-province-{today.year}.xml").status_code == 404


def test_a_day_on_which_more_was_taken_back_than_found_is_left_out(client: Client) -> None:
    day = cases(p10=70, p50=-1)
    assert day.isoformat() not in client.get(f"/open-data/cases-province-{day.year}.csv").content.decode()
