"""A specimen that cannot be used: the person keeps the turn, comes first, and is never locked out."""

from datetime import time, timedelta

import pytest

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.screening.actions import manifests, registrations
from khumkan.screening.models import Registration
from khumkan.screening.queries.registrations import reasons_of
from khumkan.screening.states import RegistrationState, SpecimenState
from khumkan.screening.tasks.registrations import tend_waiting_list
from khumkan.screening.tests.at_the_lab import a_laboratory, lab_worker, specimens
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
