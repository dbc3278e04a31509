"""Two people at once: one release, one result a specimen, one notification. Each with the lock taken away beside it."""

import time

import pytest
from django.db import IntegrityError

from khumkan import policies
from khumkan.accounts.testing import actor
from khumkan.capacity.testing import broken, race, won
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.screening.actions import alerts, result_sql, results, visits
from khumkan.screening.choices import Outcome
from khumkan.screening.models import Case, OutbreakAlert, Result, ResultFile, Specimen
from khumkan.screening.states import RegistrationState
from khumkan.screening.terms.laboratory import ResultFileTerms
from khumkan.screening.tests.at_the_lab import (
    SYSTEM,
    a_laboratory,
    a_session_today,
    an_employer,
    csv_file,
    lab_worker,
    registered,
    specimens,
)
from khumkan.screening.tests.test_laboratory_follow_up import an_alert

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


def released_by_many():
    laboratory = a_laboratory()
    specimen = specimens(laboratory)[0]
    entered = results.enter_by_hand(specimen=specimen, outcome=Outcome.POSITIVE, by=lab_worker(laboratory, 1))
    jobs = [lambda n=n: results.release(result=entered, by=lab_worker(laboratory, 100 + n)) for n in range(AT_ONCE)]
    return race(jobs, threads=AT_ONCE)


def test_of_many_who_release_one_result_one_does():
    outcomes = released_by_many()
    assert (len(won(outcomes)), broken(outcomes)) == (1, [])
    assert Message.objects.filter(template="screening.result_ready").count() == 1
    assert Event.objects.filter(name="screening.result_released").count() == 1
    assert Case.objects.count() == 1


def test_without_the_lock_the_person_is_told_more_than_once(monkeypatch):
    def unlocked(specimen_id):
        return Specimen.objects.select_related("session", "registration").get(pk=specimen_id)

    def slow(*args, **kwargs):
        time.sleep(0.3)

    monkeypatch.setattr(results, "_locked", unlocked)
    monkeypatch.setattr(results.permissions, "check_may_release", slow)
    released_by_many()
    assert Event.objects.filter(name="screening.result_released").count() > 1


def sent_by_many(files, laboratory):
    policies.in_force(ResultFileTerms, on=clock.today())  # stored now, or the first to store them holds up the others
    jobs = [
        lambda content=content, n=n: results.import_file(
            laboratory_id=laboratory.pk, file=content, name=f"{n}.csv", by=lab_worker(laboratory, n)
        )
        for n, content in enumerate(files, start=1)
    ]
    return race(jobs, threads=len(files))


def test_the_same_file_sent_by_many_at_once_counts_once():
    laboratory = a_laboratory()
    content = csv_file([(each.code, "positive") for each in specimens(laboratory, 20)])
    outcomes = sent_by_many([content] * AT_ONCE, laboratory)
    assert broken(outcomes) == []
    assert {each.pk for each in outcomes} == {ResultFile.objects.get().pk}
    assert (Result.objects.count(), Case.objects.count()) == (20, 20)
    assert Message.objects.filter(template="screening.result_ready").count() == 20


def files_with_the_same_codes(laboratory):
    codes = [each.code for each in specimens(laboratory, 30)]
    return [
        csv_file([(code, "negative", n) for code in codes[:: -1 if n % 2 else 1]], "code,result,nr") for n in range(4)
    ]


def test_two_files_with_the_same_specimens_at_once_are_one_result_and_one_duplicate():
    laboratory = a_laboratory()
    outcomes = sent_by_many(files_with_the_same_codes(laboratory), laboratory)
    assert broken(outcomes) == []
    assert sorted((each.accepted, each.duplicate) for each in outcomes) == [(0, 30), (0, 30), (0, 30), (30, 0)]
    assert Result.objects.filter(state="released").count() == 30


def test_without_the_lock_the_constraint_is_all_that_is_left(monkeypatch):
    laboratory = a_laboratory()
    monkeypatch.setattr(result_sql, "LOCK", "SELECT 1")
    monkeypatch.setattr(result_sql, "SUPERSEDE", "SELECT pg_sleep(0.7)")  # between looking and writing
    outcomes = sent_by_many(files_with_the_same_codes(laboratory), laboratory)
    assert any(isinstance(each, IntegrityError) for each in outcomes)
    assert Result.objects.filter(state="released").count() == 30


def test_many_officers_tell_disease_control_once():
    alert = an_alert()
    jobs = [
        lambda n=n: alerts.notified(alert=alert, note=f"by {n}", by=actor(Role.OFFICER, user_id=n))
        for n in range(1, AT_ONCE)
    ]
    outcomes = race(jobs, threads=AT_ONCE - 1)
    assert (len(won(outcomes)), broken(outcomes)) == (1, [])
    assert Event.objects.filter(name="screening.outbreak_notified").count() == 1


def test_many_watchers_raise_one_alert():
    laboratory, employer = a_laboratory(), an_employer()
    taken = specimens(laboratory, 12, employer=employer)
    content = csv_file([(each.code, "positive") for each in taken])
    results.import_file(laboratory_id=laboratory.pk, file=content, name="a.csv", by=SYSTEM)
    jobs = [lambda: alerts.watch(latest={employer.pk: clock.today()}, by=SYSTEM)] * AT_ONCE
    assert broken(race(jobs, threads=AT_ONCE)) == []
    assert OutbreakAlert.objects.count() == 1


def test_many_taps_take_one_specimen():
    session = a_session_today()
    person = registered(session, state=RegistrationState.CHECKED_IN)[0]
    jobs = [lambda: visits.take_specimen(registration=person, by=SYSTEM)] * AT_ONCE
    outcomes = race(jobs, threads=AT_ONCE)
    assert (len(won(outcomes)), broken(outcomes), Specimen.objects.count()) == (1, [], 1)
