"""The clock of an outbreak is seen and heard until disease control is told, and no old alert hides a new outbreak."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import translation

from khumkan import policies
from khumkan.accounts.testing import actor, sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.messages.models import Message
from khumkan.record.inline import run_jobs
from khumkan.registry.models import Employer
from khumkan.screening.actions import alerts, results
from khumkan.screening.models import Case, OutbreakAlert
from khumkan.screening.queries.outbreaks import running_for
from khumkan.screening.rules import outbreaks as rules
from khumkan.screening.states import AlertState
from khumkan.screening.terms.laboratory import OutbreakTerms
from khumkan.screening.tests.at_the_lab import SYSTEM, a_laboratory, an_employer, csv_file, lab_worker, specimens
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI, a_person
from khumkan.screening.words import time_left

TERMS = OutbreakTerms()
OPENED = datetime(2021, 8, 16, 8, tzinfo=clock.BANGKOK)
PHONES = ("+66812345678", "+66898765432")


def an_alert(employer: Employer | None = None, *, hours_ago: float = 0, **values: object) -> OutbreakAlert:
    opened = clock.now() - timedelta(hours=hours_ago)
    return OutbreakAlert.objects.create(
        **{
            "reference": f"A-{OutbreakAlert.objects.count()}",
            "employer": employer or an_employer(),
            "state": AlertState.OPEN,
            "positives": 5,
            "tested": 20,
            "terms_version": 1,
            "opened_at": opened,
            "due_at": opened + timedelta(hours=3),
            **values,
        }  # type: ignore[misc]
    )


@pytest.fixture
def duty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put two officers on duty."""
    terms = replace(policies.in_force(OutbreakTerms, on=clock.today()), duty_phones=PHONES)
    monkeypatch.setattr(alerts.policies, "in_force", lambda *_args, **_words: terms)


def find_infected(employer: Employer, day: date, *, positives: int = 3, of: int = 12) -> None:
    """Take and answer specimens of workers of an enterprise on one day, without looking at the alerts yet."""
    with clock.set_to(clock.at(day, time(10))):
        laboratory = a_laboratory()
        taken = specimens(laboratory, of, employer=employer)
        rows = [(each.code, "positive" if number < positives else "negative") for number, each in enumerate(taken)]
        results.import_file(
            laboratory_id=laboratory.pk, file=csv_file(rows), name="results.csv", by=lab_worker(laboratory)
        )


def test_a_window_of_fourteen_days_has_fourteen_days() -> None:
    first = rules.window_start(date(2021, 8, 16), TERMS)
    assert (date(2021, 8, 16) - first).days + 1 == TERMS.window_days == 14


def test_reminders_come_before_the_deadline_and_then_again_and_again() -> None:
    assert rules.remind_at(OPENED, None, TERMS) == OPENED + timedelta(hours=2)
    reminded = OPENED + timedelta(hours=2)
    assert rules.remind_at(OPENED, reminded, TERMS) == OPENED + timedelta(hours=3)
    long_before = replace(TERMS, remind_minutes_before=600)
    assert rules.remind_at(OPENED, None, long_before) == OPENED


def test_the_time_left_is_told_in_words() -> None:
    with translation.override("en"):
        assert time_left(OPENED + timedelta(hours=2, minutes=15), now=OPENED) == "2 h 15 min left"
        assert time_left(OPENED - timedelta(minutes=61), now=OPENED) == "overdue for 1 h 1 min"


@pytest.mark.django_db
def test_a_case_of_the_day_before_the_window_does_not_count() -> None:
    employer, today = an_employer(), clock.today()
    find_infected(employer, today - timedelta(days=14))
    assert alerts.watch(latest={employer.pk: today}, by=SYSTEM) == []
    assert len(alerts.watch(latest={employer.pk: today - timedelta(days=1)}, by=SYSTEM)) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("duty")
def test_officers_on_duty_are_reminded_until_disease_control_is_told() -> None:
    an_alert()
    near = an_alert(hours_ago=2.5)
    assert alerts.remind(by=SYSTEM) == [near]
    assert alerts.remind(by=SYSTEM) == []
    assert Message.objects.filter(template="screening.outbreak_reminder").count() == len(PHONES)
    for hours in (1.1, 2.2):
        with clock.set_to(clock.now() + timedelta(hours=hours)):
            assert near in alerts.remind(by=SYSTEM)
    overdue = Message.objects.filter(template="screening.outbreak_overdue", params__reference=near.reference)
    assert overdue.count() == 2 * len(PHONES)
    with clock.set_to(clock.now() + timedelta(hours=9)):
        officer = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=BANGKOK)
        alerts.notified(alert=near, note="สคร. 13", by=officer)
        assert near not in alerts.remind(by=SYSTEM)


@pytest.mark.django_db
def test_an_old_alert_that_nobody_closed_hides_no_later_outbreak() -> None:
    employer, today = an_employer(), clock.today()
    told = {"state": AlertState.NOTIFIED, "notified_at": clock.now(), "notified_by": 7}
    old = an_alert(employer, hours_ago=24 * 20, **told)
    find_infected(employer, today)
    raised = alerts.watch(latest={employer.pk: today}, by=SYSTEM)
    old.refresh_from_db()
    assert old.state == AlertState.CLOSED
    assert [(alert.state, alert.positives) for alert in raised] == [(AlertState.OPEN, 3)]


@pytest.mark.django_db
@pytest.mark.parametrize("state", [AlertState.OPEN, AlertState.NOTIFIED])
def test_an_alert_of_the_same_window_covers_what_follows(state: AlertState) -> None:
    employer, today = an_employer(), clock.today()
    told = {"state": state, "notified_at": clock.now(), "notified_by": 7} if state is AlertState.NOTIFIED else {}
    running = an_alert(employer, hours_ago=24 * 5, **told)
    find_infected(employer, today)
    assert alerts.watch(latest={employer.pk: today}, by=SYSTEM) == []
    running.refresh_from_db()
    assert (running.state, running.positives, running.tested) == (state, 3, 12)


@pytest.mark.django_db
def test_an_alert_that_nobody_dealt_with_stays_open_however_old() -> None:
    employer, today = an_employer(), clock.today()
    running = an_alert(employer, hours_ago=24 * 40)
    find_infected(employer, today)
    assert alerts.watch(latest={employer.pk: today}, by=SYSTEM) == []
    running.refresh_from_db()
    assert running.state == AlertState.OPEN


@pytest.mark.django_db
def test_each_enterprise_is_looked_at_by_the_day_of_its_own_cases() -> None:
    """A batch of cases of two enterprises, the one of long ago, the other of today: both have an outbreak."""
    long_ago, now = an_employer(), an_employer()
    today = clock.today()
    find_infected(long_ago, today - timedelta(days=20))
    find_infected(now, today)
    assert Case.objects.count() == 6
    run_jobs()
    assert set(OutbreakAlert.objects.values_list("employer", flat=True)) == {long_ago.pk, now.pk}


@pytest.mark.django_db
def test_an_old_case_taken_back_leaves_the_counts_of_the_running_alert() -> None:
    employer, today = an_employer(), clock.today()
    find_infected(employer, today)
    (alert,) = alerts.watch(latest={employer.pk: today}, by=SYSTEM)
    alerts.watch(latest={employer.pk: today - timedelta(days=25)}, by=SYSTEM)
    alert.refresh_from_db()
    assert (alert.positives, alert.tested) == (3, 12)


@pytest.mark.django_db
def test_what_runs_is_counted_within_the_provinces_of_the_officer() -> None:
    an_alert(hours_ago=1)
    overdue = an_alert(hours_ago=4)
    an_alert(state=AlertState.NOTIFIED, notified_at=clock.now(), notified_by=7)
    here = running_for(actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=BANGKOK))
    assert (here.count, here.first_due) == (2, overdue.due_at)
    there = running_for(actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI))
    assert (there.count, there.first_due) == (0, None)


@pytest.mark.django_db
def test_the_first_page_of_others_stands_without_a_clock(client: Client) -> None:
    an_alert()
    sign_in(client, a_person().pk)
    assert client.get("/my/").status_code == 200
    sign_in(client, user(Role.AUDITOR))
    page = client.get("/audit/", {"lang": "en"})
    assert page.status_code == 200
    assert "The most urgent" not in page.content.decode()


@pytest.mark.django_db
def test_the_menu_the_first_page_and_the_list_show_the_clock(client: Client) -> None:
    sign_in(client, user(Role.OFFICER))
    assert "kk-count" not in client.get("/office/", {"lang": "en"}).content.decode()
    running = an_alert(hours_ago=4)
    page = client.get("/office/", {"lang": "en"}).content.decode()
    assert '<span class="kk-count">1</span>' in page
    assert "Open: 1. The most urgent: overdue for 1 h 0 min." in page
    for address in ("/office/tests/alerts/", f"/office/tests/alerts/{running.reference}/"):
        assert "Overdue: disease control not told" in client.get(address, {"lang": "en"}).content.decode()
