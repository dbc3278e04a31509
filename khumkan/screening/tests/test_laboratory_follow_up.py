"""What follows from results: repeats, contacts, outbreaks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from khumkan import policies
from khumkan.accounts.testing import actor
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.screening.actions import alerts, contacts, repeats, results
from khumkan.screening.choices import Ground, Method, Outcome
from khumkan.screening.models import Case, Contact, OutbreakAlert, Registration, Result
from khumkan.screening.queries.laboratory import result_for_person
from khumkan.screening.queries.outbreaks import alerts_for
from khumkan.screening.states import AlertState, SpecimenState
from khumkan.screening.terms.laboratory import RapidPositive, TestTerms
from khumkan.screening.tests.at_the_lab import (
    SYSTEM,
    a_laboratory,
    a_session_today,
    an_employer,
    csv_file,
    lab_worker,
    refuses,
    specimens,
    swabber,
)
from khumkan.screening.tests.registering import BANGKOK, a_session

pytestmark = pytest.mark.django_db


def read(laboratory, rows):
    return results.import_file(
        laboratory_id=laboratory.pk, file=csv_file(rows), name="results.csv", by=lab_worker(laboratory)
    )


def positive_case(employer=None):
    laboratory = a_laboratory()
    specimen = specimens(laboratory, employer=employer)[0]
    read(laboratory, [(specimen.code, "positive")])
    return Case.objects.get(person=specimen.person_id)


def test_an_invalid_test_is_followed_by_a_registration_for_another():
    a_session()
    laboratory = a_laboratory()
    specimen = specimens(laboratory)[0]
    read(laboratory, [(specimen.code, "invalid")])
    ids = list(Result.objects.values_list("pk", flat=True))
    for _ in range(2):  # the queue delivers at least once
        repeats.register_repeats(result_ids=ids, by=SYSTEM)
    follow = Registration.objects.get(follows=specimen.registration_id)
    assert (follow.ground, follow.method) == (Ground.REPEAT, Method.PCR)
    assert result_for_person(specimen.person_id)[0].follow_up == follow.reference


def test_a_negative_test_is_followed_by_nothing():
    laboratory = a_laboratory()
    specimen = specimens(laboratory)[0]
    read(laboratory, [(specimen.code, "negative")])
    assert repeats.register_repeats(result_ids=list(Result.objects.values_list("pk", flat=True)), by=SYSTEM) == []


def test_a_case_names_contacts_who_are_invited_without_a_word_about_it():
    case = positive_case()
    by = Actor.person(case.person_id)
    met = clock.today() - timedelta(days=2)
    contact = contacts.name_contact(case=case, name="สมหญิง ใจดี", phone="+66812345678", last_met_on=met, by=by)
    assert b"0812345678" not in bytes(contact.phone_sealed)
    message = Message.objects.get(template="screening.contact_invited")
    assert message.params == {"reference": contact.reference}
    with refuses("contact_named_before"):
        contacts.name_contact(case=case, name="Another", phone="+66812345678", last_met_on=met, by=by)
    with refuses("met_in_future"):
        tomorrow = clock.today() + timedelta(days=1)
        contacts.name_contact(case=case, name="A", phone="+66812345679", last_met_on=tomorrow, by=by)
    with refuses("met_long_ago"):
        long_ago = clock.today() - timedelta(days=30)
        contacts.name_contact(case=case, name="A", phone="+66812345679", last_met_on=long_ago, by=by)
    with pytest.raises(Missing):
        contacts.name_contact(
            case=case, name="A", phone="+66812345679", last_met_on=met, by=Actor.person(case.person_id + 1)
        )
    assert Contact.objects.count() == 1
    assert Event.objects.filter(name="screening.contact_named").count() == 1


def test_more_than_the_share_of_positives_raises_one_alert_with_its_clock():
    laboratory, employer = a_laboratory(), an_employer()
    taken = specimens(laboratory, 20, employer=employer)
    outcomes = ["positive"] * 2 + ["negative"] * 18
    read(laboratory, [(each.code, said) for each, said in zip(taken, outcomes, strict=True)])
    watched = {"latest": {employer.pk: clock.today()}, "by": SYSTEM}
    assert alerts.watch(**watched) == []  # 2 of 20 is exactly ten percent
    more = specimens(laboratory, 2, employer=employer)
    read(laboratory, [(each.code, "positive") for each in more])
    alert = alerts.watch(**watched)[0]
    assert alerts.watch(**watched) == []
    assert (alert.positives, alert.tested) == (4, 22)
    assert alert.due_at - alert.opened_at == timedelta(hours=3)


def test_small_numbers_are_no_outbreak():
    laboratory, employer = a_laboratory(), an_employer()
    taken = specimens(laboratory, 5, employer=employer)
    read(laboratory, [(each.code, "positive") for each in taken])
    assert alerts.watch(latest={employer.pk: clock.today()}, by=SYSTEM) == []


def an_alert(employer=None, *, hours_ago=0):
    opened = clock.now() - timedelta(hours=hours_ago)
    return OutbreakAlert.objects.create(
        reference=f"A-{OutbreakAlert.objects.count()}",
        employer=employer or an_employer(),
        state=AlertState.OPEN,
        positives=5,
        tested=20,
        terms_version=1,
        opened_at=opened,
        due_at=opened + timedelta(hours=3),
    )


def test_an_officer_of_the_province_stops_the_clock_and_closes_later():
    alert = an_alert()
    officer = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=BANGKOK)
    elsewhere = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="50")
    assert list(alerts_for(officer)) == [alert]
    assert list(alerts_for(elsewhere)) == []
    with pytest.raises(Missing):
        alerts.notified(alert=alert, note="x", by=elsewhere)
    with refuses("state_moved_on"):
        alerts.close(alert=alert, by=officer)
    with refuses("alert_note"):
        alerts.notified(alert=alert, note="  ", by=officer)
    alerts.notified(alert=alert, note="สำนักงานป้องกันควบคุมโรคที่ 13", by=officer)
    with refuses("state_moved_on"):
        alerts.notified(alert=alert, note="again", by=officer)
    alerts.close(alert=alert, by=officer)
    alert.refresh_from_db()
    assert alert.state == AlertState.CLOSED
    assert Event.objects.filter(name__startswith="screening.outbreak_").count() == 2


def test_a_corrected_result_lowers_the_counts_of_the_alert():
    laboratory, employer = a_laboratory(), an_employer()
    taken = specimens(laboratory, 12, employer=employer)
    read(laboratory, [(each.code, "positive" if n < 3 else "negative") for n, each in enumerate(taken)])
    watched = {"latest": {employer.pk: clock.today()}, "by": SYSTEM}
    alert = alerts.watch(**watched)[0]
    entered = results.enter_by_hand(specimen=taken[0], outcome=Outcome.NEGATIVE, by=lab_worker(laboratory, 1))
    results.release(result=entered, by=lab_worker(laboratory, 2))
    alerts.watch(**watched)
    alert.refresh_from_db()
    assert (alert.positives, alert.tested) == (2, 12)


def rapid_means(monkeypatch, meaning):
    """Let a positive rapid test mean this, whatever the day."""
    in_force = policies.in_force

    def changed(kind, *, on):
        found = in_force(kind, on=on)
        return replace(found, rapid_positive=meaning) if kind is TestTerms else found

    monkeypatch.setattr(policies, "in_force", changed)


def rapid_positives(count, employer=None):
    session = a_session_today(method=Method.RAPID)
    taken = specimens(
        None, count, session=session, method=Method.RAPID, state=SpecimenState.TAKEN, employer=employer, hours_ago=0
    )
    by = swabber(session.site)
    return [results.read_rapid(specimen=each, first=Outcome.POSITIVE, second=Outcome.POSITIVE, by=by) for each in taken]


def test_a_rapid_positive_asks_for_a_laboratory_test_where_the_policy_says_so(monkeypatch):
    rapid_means(monkeypatch, RapidPositive.ASK_FOR_PCR)
    a_session()
    (found,) = rapid_positives(1)
    for _ in range(2):
        repeats.register_repeats(result_ids=[found.pk], by=SYSTEM)
    follow = Registration.objects.get(follows=found.specimen.registration_id)
    assert (follow.ground, follow.method) == (Ground.CONFIRM, Method.PCR)
    assert not Case.objects.exists()


def test_a_rapid_positive_that_is_a_probable_case_asks_for_nothing_more(monkeypatch):
    rapid_means(monkeypatch, RapidPositive.PROBABLE_CASE)
    a_session()
    (found,) = rapid_positives(1)
    assert repeats.register_repeats(result_ids=[found.pk], by=SYSTEM) == []
    assert Case.objects.get().result == found


@pytest.mark.parametrize(("meaning", "raised"), [(RapidPositive.ASK_FOR_PCR, 0), (RapidPositive.PROBABLE_CASE, 1)])
def test_an_outbreak_is_counted_in_cases_so_unconfirmed_rapid_tests_raise_none(monkeypatch, meaning, raised):
    rapid_means(monkeypatch, meaning)
    employer = an_employer()
    rapid_positives(12, employer)
    assert len(alerts.watch(latest={employer.pk: clock.today()}, by=SYSTEM)) == raised
