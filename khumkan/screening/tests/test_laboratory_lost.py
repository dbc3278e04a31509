"""A specimen that cannot be used: the person keeps the turn, comes first, and is never locked out."""

from datetime import time, timedelta

import pytest

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.screening.actions import manifests, registrations, visits
from khumkan.screening.actions.registrations import register_walk_in
from khumkan.screening.choices import Ground, Method
from khumkan.screening.models import CustodyStep, Registration, Session, SessionClose
from khumkan.screening.queries.registrations import reasons_of
from khumkan.screening.queries.visits import left_at, left_behind, specimen_of
from khumkan.screening.states import RegistrationState, SpecimenState
from khumkan.screening.tasks.registrations import tend_waiting_list
from khumkan.screening.tests.at_the_lab import a_laboratory, a_session_today, lab_worker, refuses, specimens, swabber
from khumkan.screening.tests.registering import a_person, a_session, as_contact

pytestmark = pytest.mark.django_db


def fresh(registration: Registration) -> Registration:
    return Registration.objects.get(pk=registration.pk)


def lost(person=None) -> Registration:
    """Return the registration of somebody whose specimen got lost on its way."""
    laboratory = a_laboratory()
    session = a_session(in_days=0, starts=time(0, 1), ends=time(23, 59), is_public=False)
    specimen = specimens(
        laboratory, session=session, state=SpecimenState.SENT, persons=[person or a_person()], hours_ago=1
    )[0]
    manifests.give_up(specimen=specimen, by=lab_worker(laboratory))
    return fresh(specimen.registration)


def tend() -> None:
    tend_waiting_list.func(timestamp=0)


def test_a_lost_specimen_is_no_test_and_the_person_stays_on_the_list_and_is_first():
    a_session(places=0)
    old = as_contact(a_person(born=clock.today().replace(year=1940)))
    waiting = lost()
    tend()
    assert fresh(waiting).state == RegistrationState.WAITING
    assert fresh(waiting).priority > fresh(old).priority
    assert [why.code for why in reasons_of(fresh(waiting))[1]] == ["first_again"]
    a_session(places=1, in_days=2)
    tend()
    assert fresh(waiting).state == RegistrationState.BOOKED
    assert fresh(old).state == RegistrationState.WAITING


def test_who_waits_again_stays_however_long_and_also_after_a_cancelled_session():
    waiting = lost()
    Registration.objects.filter(pk=waiting.pk).update(registered_at=clock.now() - timedelta(days=60))
    session = a_session(places=1, in_days=2)
    tend()
    assert fresh(waiting).session_id == session.pk
    session.__class__.objects.filter(pk=session.pk).update(cancelled_at=clock.now())
    tend()
    assert (fresh(waiting).state, fresh(waiting).waiting_because) == (RegistrationState.WAITING, "again")


def test_others_who_waited_so_long_are_taken_off_the_list():
    waiting = as_contact(a_person())
    Registration.objects.filter(pk=waiting.pk).update(registered_at=clock.now() - timedelta(days=60))
    tend()
    assert fresh(waiting).state == RegistrationState.CANCELLED


def test_somebody_whose_specimen_was_lost_may_register_anew():
    waiting = lost()
    registrations.decline(registration=waiting, by=Actor.person(waiting.person_id))
    assert as_contact(waiting.person).state == RegistrationState.WAITING


def a_tested_person(method=Method.PCR):
    """Return a session today and the specimen of somebody tested there, which is still at the site."""
    session = a_session_today(method=method)
    specimen = specimens(None, session=session, method=method, state=SpecimenState.TAKEN, hours_ago=0)[0]
    return session, specimen


def test_a_session_of_a_later_day_is_not_closed_though_nobody_is_on_its_list():
    session = a_session()
    with refuses("close_before_the_day"):
        visits.close_session(session=session, by=swabber(session.site))
    assert not SessionClose.objects.exists()


@pytest.mark.parametrize(("method", "code"), [(Method.RAPID, "close_unread"), (Method.PCR, "close_unsent")])
def test_a_session_is_not_closed_while_a_specimen_waits_there(method, code):
    session, specimen = a_tested_person(method)
    by = swabber(session.site)
    with refuses(code):
        visits.close_session(session=session, by=by)
    assert list(left_at(session)) == [specimen]
    manifests.give_up(specimen=specimen, by=by)
    assert list(left_at(session)) == []
    visits.close_session(session=session, by=by)
    assert fresh(specimen.registration).waiting_because == "again"


def test_only_the_site_gives_up_what_it_still_has_and_only_the_laboratory_what_was_sent():
    session, specimen = a_tested_person()
    laboratory = a_laboratory()
    for stranger in (swabber(a_session_today().site), lab_worker(laboratory)):
        with pytest.raises(Missing):
            manifests.give_up(specimen=specimen, by=stranger)
    manifests.close_box(session=session, laboratory=laboratory, by=swabber(session.site))
    with pytest.raises(Missing):
        manifests.give_up(specimen=specimen, by=swabber(session.site))
    manifests.give_up(specimen=specimen, by=lab_worker(laboratory))
    assert CustodyStep.objects.filter(specimen=specimen, state=SpecimenState.SPOILED).count() == 1


def test_somebody_whose_test_broke_is_tested_again_at_the_same_session():
    session, specimen = a_tested_person(Method.RAPID)
    by = swabber(session.site)
    manifests.give_up(specimen=specimen, by=by)
    register_walk_in(session_id=session.pk, person_id=specimen.person_id, ground=Ground.SYMPTOMS, by=by)
    again = fresh(specimen.registration)
    assert specimen_of(again) is None
    visits.check_in(registration=again, by=by)
    taken = visits.take_specimen(registration=again, by=by)
    assert specimen_of(fresh(again)) == taken


def test_what_lies_at_a_site_after_its_session_is_listed_there():
    session, specimen = a_tested_person()
    by = swabber(session.site)
    assert list(left_behind(by)) == []
    Session.objects.filter(pk=session.pk).update(
        ends_at=clock.now() - timedelta(minutes=1), starts_at=session.starts_at - timedelta(days=1)
    )
    assert list(left_behind(by)) == [specimen]
    assert list(left_behind(swabber(a_session_today().site))) == []
    manifests.close_box(session=session, laboratory=a_laboratory(), by=by)
    assert list(left_behind(by)) == []
