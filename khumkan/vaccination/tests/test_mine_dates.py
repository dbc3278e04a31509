"""Changing a date is a handful of statements, and does all that it says."""

from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from khumkan import capacity
from khumkan.capacity.models import Claim, Supply
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.vaccination.actions import booking, sessions
from khumkan.vaccination.models import Dose, Session
from khumkan.vaccination.rules import waiting as rules
from khumkan.vaccination.tests.country import OFFICE, a_person, a_session, booked, herself, waiting

pytestmark = pytest.mark.django_db
#: Savepoint and its end, the dose held, the terms, dose, event, message and its job, two for the place.
STATEMENTS = 10


def ahead(**fields: int) -> Session:
    """Return a session far enough ahead that a date in it can still be changed at any hour of today."""
    return a_session(day=clock.today() + timedelta(days=2), **fields)


def a_date() -> Dose:
    """Return a dose with a date in such a session."""
    return booked(session=ahead())


def test_a_change_of_date_is_a_handful_of_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    dose, other, third = a_date(), ahead(), ahead()
    booking.change_date(dose=dose, session=other, by=herself(dose.person))  # the terms are in the table from here on
    third.site.name_th  # noqa: B018 read before, as the page does
    by = herself(dose.person)
    with django_assert_num_queries(STATEMENTS):
        booking.change_date(dose=dose, session=third, by=by)


def test_whoever_asks_moves_their_own_date_in_as_many_statements(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    dose, other, third = a_date(), ahead(), ahead()
    by = herself(dose.person)
    booking.change_own_date(session_reference=other.reference, by=by)  # the terms are in the table from here on
    with django_assert_num_queries(STATEMENTS):
        moved = booking.change_own_date(session_reference=third.reference, by=by)
    assert (moved.pk, Dose.objects.get(pk=dose.pk).session) == (dose.pk, third)
    with pytest.raises(Missing):
        booking.change_own_date(session_reference="D-nothing", by=by)
    with pytest.raises(Missing):
        booking.change_own_date(session_reference=third.reference, by=herself(a_person()))


def test_a_change_moves_the_place_and_says_so() -> None:
    dose, other = a_date(), a_session()
    was = dose.session
    assert was is not None
    moved = booking.change_date(dose=dose, session=other, by=herself(dose.person))
    stored = Dose.objects.get(pk=dose.pk)
    assert (stored.session, stored.changes_left, stored.booked_at) == (other, 1, moved.booked_at)
    states = dict(Claim.objects.filter(person_id=dose.person_id).values_list("supply_id", "state"))
    assert states == {was.supply_id: "released", other.supply_id: "taken"}
    assert capacity.disagreements() == []
    event = Event.objects.filter(name="vaccination.moved").latest("id")
    assert (event.person_id, event.about_id, event.site_id) == (dose.person_id, dose.pk, other.site_id)
    assert event.data == {"session": other.pk, "was": was.pk}
    told = Message.objects.filter(template="vaccination.moved").latest("id")
    assert (told.person_id, told.params["reference"]) == (dose.person_id, dose.reference)


def test_a_full_or_cancelled_session_leaves_everything_as_it_was() -> None:
    dose, full, cancelled = a_date(), a_session(places=1), a_session()
    booked(session=full)
    sessions.cancel(session=cancelled, why="heat", by=OFFICE)
    for other in (full, cancelled):  # the second is as it was read before it was cancelled
        with pytest.raises(capacity.Full if other is full else capacity.Closed):
            booking.change_date(dose=dose, session=other, by=herself(dose.person))
    stored = Dose.objects.get(pk=dose.pk)
    assert (stored.session, stored.changes_left) == (dose.session, 2)
    assert Message.objects.filter(template="vaccination.moved").count() == 0
    assert capacity.disagreements() == []


def test_a_swap_without_a_place_and_into_the_same_place() -> None:
    dose, other = waiting(), a_session()
    assert Supply.objects.get(pk=other.supply_id).taken == 0
    with pytest.raises(Missing):
        capacity.swap(
            person_id=dose.person_id, purpose=booking.purpose_of(dose), was=other.supply_id,
            supply_id=a_session().supply_id, by=OFFICE,
        )  # fmt: skip
    with pytest.raises(Refused, match="no date"):
        booking.change_date(dose=dose, session=other, by=herself(dose.person))
    with pytest.raises(Missing):
        booking.change_date(dose=booked(), session=other, by=herself(a_person()))


def test_what_is_too_early_too_young_or_over_is_refused() -> None:
    child = a_date()
    later = a_session(day=clock.today() + timedelta(days=3))
    child.person.birth_date = clock.today() - timedelta(days=365 * 15)
    child.person.save()
    with pytest.raises(Refused, match="not for this age"):
        booking.change_date(dose=child, session=later, by=herself(child.person))
    dose = a_date()
    Dose.objects.filter(pk=dose.pk).update(due_from=later.day + timedelta(days=1))
    with pytest.raises(Refused, match="too early"):
        booking.change_date(dose=dose, session=later, by=herself(dose.person))
    with time_machine.travel(later.starts_at, tick=False):
        dose = booked(session=a_session(day=later.day + timedelta(days=1)))
        with pytest.raises(Refused, match="has passed"):
            booking.change_date(dose=dose, session=later, by=OFFICE)


def test_more_people_before_never_means_a_shorter_wait() -> None:
    today = clock.today()

    def days(before: int, *, places: float = 10, due: int = 0) -> int:
        found = rules.wait(before, places_a_day=places, due_from=today + timedelta(days=due), today=today)
        return found.low if found else 10**6

    waits = [days(before) for before in range(0, 1_200, 7)]
    assert waits == sorted(waits)
    assert (days(0), days(10), days(25)) == (1, 2, 3)
    assert days(0, due=12) == 12  # nobody waits less than until the dose may be given
    assert days(5, places=0) == days(0, due=90) == 10**6  # no forecast
