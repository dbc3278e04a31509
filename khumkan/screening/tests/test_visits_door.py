"""At the site: check-in, door, specimen, box, and the end of the day, which must add up."""

import pytest

from khumkan.kernel import references
from khumkan.kernel.errors import Missing
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.screening.actions import manifests, visits
from khumkan.screening.actions.registrations import register_walk_in
from khumkan.screening.choices import DoorOutcome, Ground
from khumkan.screening.models import Attendance, CustodyStep, Session
from khumkan.screening.states import RegistrationState, SpecimenState
from khumkan.screening.tests.at_the_lab import (
    SYSTEM,
    a_laboratory,
    a_session_today,
    lab_worker,
    refuses,
    registered,
    specimens,
    swabber,
)
from khumkan.screening.tests.registering import a_person, a_session

pytestmark = pytest.mark.django_db


def test_from_the_door_to_the_swab():
    session = a_session_today()
    by = swabber(session.site)
    person = registered(session)[0]
    visits.check_in(registration=person, by=by)
    specimen = visits.take_specimen(registration=person, by=by)
    person.refresh_from_db()
    assert person.state == RegistrationState.SAMPLED
    assert references.problem(specimen.code) is None
    assert list(Attendance.objects.order_by("pk").values_list("outcome", flat=True)) == ["checked_in", "sampled"]
    assert CustodyStep.objects.get().state == SpecimenState.TAKEN
    assert set(Event.objects.filter(person_id=person.person_id).values_list("name", flat=True)) == {
        "screening.checked_in",
        "screening.sampled",
    }


def test_nobody_comes_in_twice_or_on_another_day_or_elsewhere():
    session = a_session_today()
    by = swabber(session.site)
    person = registered(session)[0]
    visits.check_in(registration=person, by=by)
    with refuses("already_checked_in"):
        visits.check_in(registration=person, by=by)
    visits.take_specimen(registration=person, by=by)
    with refuses("already_sampled"):
        visits.check_in(registration=person, by=by)
    tomorrow = registered(a_session(session.site))[0]
    with refuses("other_session"):
        visits.check_in(registration=tomorrow, by=by)
    elsewhere = registered(a_session_today())[0]
    with pytest.raises(Missing):
        visits.check_in(registration=elsewhere, by=by)


def test_a_specimen_needs_a_check_in_and_a_label_is_used_once():
    session = a_session_today()
    by = swabber(session.site)
    first, second = registered(session, 2)
    with refuses("state_moved_on"):
        visits.take_specimen(registration=first, by=by)
    for each in (first, second):
        visits.check_in(registration=each, by=by)
    label = references.new("S")
    assert visits.take_specimen(registration=first, by=by, code=label.lower().replace("-", " ")).code == label
    with refuses("label_used"):
        visits.take_specimen(registration=second, by=by, code=label)
    with refuses("reference_wrong"):
        visits.take_specimen(registration=second, by=by, code="S-AAAAA-AAAAB")


def test_what_is_noted_at_the_door():
    session = a_session_today()
    by = swabber(session.site)
    refusing, mistaken = registered(session, 2)
    visits.note_at_door(session=session, outcome=DoorOutcome.REFUSED, registration=refusing, by=by)
    visits.note_at_door(session=session, outcome=DoorOutcome.IDENTITY_MISMATCH, registration=mistaken, by=by)
    visits.note_at_door(session=session, outcome=DoorOutcome.NOT_ON_LIST, by=by)
    refusing.refresh_from_db()
    mistaken.refresh_from_db()
    assert (refusing.state, mistaken.state) == (RegistrationState.TURNED_AWAY, RegistrationState.BOOKED)
    with refuses("door_who"):
        visits.note_at_door(session=session, outcome=DoorOutcome.SENT_HOME, by=by)
    with refuses("door_outcome"):
        visits.note_at_door(session=session, outcome=DoorOutcome.NO_SHOW, registration=mistaken, by=by)


def over(session):
    """Let the last hour of a session have passed."""
    Session.objects.filter(pk=session.pk).update(ends_at=session.starts_at.replace(minute=session.starts_at.minute + 1))


def test_the_day_ends_with_everybody_accounted_for():
    session = a_session_today()
    by = swabber(session.site)
    came, inside, turned, absent, late = registered(session, 5)
    walk_in = register_walk_in(session_id=session.pk, person_id=a_person().pk, ground=Ground.SYMPTOMS, by=by)
    for each in (came, inside, walk_in):
        visits.check_in(registration=each, by=by)
    for each in (came, walk_in):
        visits.take_specimen(registration=each, by=by)
    visits.note_at_door(session=session, outcome=DoorOutcome.SENT_HOME, registration=turned, by=by)
    with refuses("close_too_early"):
        visits.close_session(session=session, by=by)
    over(session)
    with refuses("close_people_inside"):
        visits.close_session(session=session, by=by)
    visits.take_specimen(registration=inside, by=by)
    with refuses("close_unsent"):
        visits.close_session(session=session, by=by)
    manifests.close_box(session=session, laboratory=a_laboratory(), by=by)
    closed = visits.close_session(session=session, by=by)
    assert (closed.listed, closed.came, closed.no_show, closed.turned_away, closed.walk_ins) == (6, 3, 2, 1, 1)
    for each in (absent, late):
        each.refresh_from_db()
        assert each.state == RegistrationState.MISSED
    assert Message.objects.filter(template="screening.test_missed").count() == 2
    with refuses("already_closed"):
        visits.close_session(session=session, by=by)
    with refuses("marked_missed"):
        visits.check_in(registration=absent, by=by)


def test_many_at_once_cost_no_more_statements(django_assert_max_num_queries):
    session = a_session_today()
    ids = [each.pk for each in registered(session, 40)]
    with django_assert_max_num_queries(40):
        assert visits.check_in_many(session=session, registration_ids=ids, by=SYSTEM) == 40
        assert len(visits.take_specimens(session=session, registration_ids=ids, by=SYSTEM)) == 40
    assert visits.check_in_many(session=session, registration_ids=ids, by=SYSTEM) == 0


def sent_box(count=3):
    session, laboratory = a_session_today(), a_laboratory()
    taken = specimens(None, count, session=session, state=SpecimenState.TAKEN)
    return manifests.close_box(session=session, laboratory=laboratory, by=swabber(session.site)), taken, laboratory


def test_a_box_travels_with_its_list():
    box, taken, laboratory = sent_box()
    assert box.expected == 3
    manifests.receive(manifest=box, by=lab_worker(laboratory))
    assert {each.state for each in box.specimens.all()} == {SpecimenState.RECEIVED}
    assert CustodyStep.objects.filter(specimen=taken[0]).count() == 2
    with refuses("box_received"):
        manifests.receive(manifest=box, by=lab_worker(laboratory))


def test_what_is_missing_and_what_is_too_much_is_named():
    box, taken, laboratory = sent_box()
    forgotten = specimens(None, session=taken[0].session, state=SpecimenState.TAKEN)[0]
    by = lab_worker(laboratory)
    with refuses("box_missing_unknown"):
        manifests.receive(manifest=box, missing=["S-99999-99999"], by=by)
    manifests.receive(manifest=box, missing=[taken[0].code], extra=[forgotten.code, "S-22222-22222"], by=by)
    box.refresh_from_db()
    forgotten.refresh_from_db()
    assert (box.missing, box.extra, box.strangers) == (1, 2, ["S-22222-22222"])
    assert (forgotten.state, forgotten.laboratory_id) == (SpecimenState.RECEIVED, laboratory.pk)
    taken[0].refresh_from_db()
    assert taken[0].state == SpecimenState.SENT
    manifests.found_later(specimen=taken[0], by=by)
    taken[0].refresh_from_db()
    assert taken[0].state == SpecimenState.RECEIVED


def test_a_lost_specimen_puts_the_person_first_in_line_and_says_so():
    box, taken, laboratory = sent_box()
    by = lab_worker(laboratory)
    manifests.receive(manifest=box, missing=[taken[0].code], by=by)
    manifests.give_up(specimen=taken[0], by=by)
    registration = taken[0].registration.__class__.objects.get(pk=taken[0].registration_id)
    assert (registration.state, registration.session_id) == (RegistrationState.WAITING, None)
    assert registration.waiting_because == "again"
    assert Message.objects.filter(template="screening.specimen_lost").count() == 1


def test_a_box_needs_specimens_and_a_laboratory():
    session = a_session_today()
    with refuses("box_empty"):
        manifests.close_box(session=session, laboratory=a_laboratory(), by=swabber(session.site))
    with refuses("no_laboratory"):
        manifests.close_box(session=session, laboratory=session.site, by=swabber(session.site))
