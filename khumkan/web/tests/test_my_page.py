"""A person's first page: each thing under way with its sentence, what asks for something first, nobody else's data."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khumkan.accounts import testing
from khumkan.accounts.actions import phones
from khumkan.hotline.choices import Reason
from khumkan.hotline.tests import desk, telephone
from khumkan.hotline.words import HAPPENED
from khumkan.isolation.states import CareState
from khumkan.isolation.tests import hotel, nursing
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.record import write
from khumkan.registry.models import Person
from khumkan.screening.models import Registration
from khumkan.screening.states import RegistrationState
from khumkan.screening.tests import registering
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.actions import certificates
from khumkan.vaccination.models import Dose, FollowUp
from khumkan.vaccination.tests import country
from khumkan.web.happened_words import OF_PERSON
from khumkan.web.under_way import person as under_way
from khumkan.web.under_way.thing import Thing

pytestmark = pytest.mark.django_db
OFFICE = Actor.system("test")
#: What a page may ask, whatever is under way.
MOST_QUERIES = 15


def page_of(person: Person, *, view: str = "web:my", lang: str = "en", query: str = "") -> str:
    client = testing.sign_in(Client(), person.pk)
    response = client.get(f"{reverse(view)}?lang={lang}{query}")
    assert response.status_code == 200
    assert_page_is_sound(response)
    return response.text


def things_of(person: Person) -> list[Thing]:
    return list(under_way.of_person(person.pk).things)


def a_test(state: RegistrationState, person: Person | None = None) -> Registration:
    """Put somebody on the list of a session of tomorrow."""
    session = registering.a_session()
    registration = registering.as_contact(person or registering.a_person())
    now = clock.now()
    ended = {"ended_at": now} if state == RegistrationState.ANSWERED else {}
    Registration.objects.filter(pk=registration.pk).update(state=state, session=session, waiting_because="", **ended)
    registration.refresh_from_db()
    return registration


def test_who_has_nothing_under_way_reads_where_to_begin() -> None:
    page = page_of(country.a_person())

    assert "Nothing is under way for you" in page
    assert reverse("screening:register_choose") in page
    assert reverse("hotline:checker") in page
    assert "Your documents" not in page
    assert "What happened" not in page
    for view in ("sign_in:account", "web:my_data", "web:who_looked", "hotline:my_call_back"):
        assert reverse(view) in page


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (RegistrationState.BOOKED, "any time between 08:00–16:00"),
        (RegistrationState.CHECKED_IN, "Please wait until you are called"),
        (RegistrationState.SAMPLED, "Your specimen is with the laboratory"),
        (RegistrationState.ANSWERED, "Read what was found"),
    ],
)
def test_a_test_is_said_by_how_far_it_is(state: RegistrationState, said: str) -> None:
    registration = a_test(state)

    page = page_of(registration.person)

    assert said in page
    assert reverse("screening:registration", args=[registration.reference]) in page


def test_who_waits_for_a_place_reads_that_and_the_page_reads_in_thai() -> None:
    person = registering.a_person()
    registering.as_contact(person)

    assert "You get a place as soon as one is free" in page_of(person)
    assert "เราจะจัดคิวและส่ง SMS" in page_of(person, lang="th")


def test_an_answer_moves_to_the_documents_after_a_week() -> None:
    registration = a_test(RegistrationState.ANSWERED)
    Registration.objects.filter(pk=registration.pk).update(ended_at=clock.now() - timedelta(days=8))

    page = page_of(registration.person)

    assert "Read what was found" not in page
    assert "Answer of a test" in page


def test_care_asks_first_then_waits_then_has_a_bed_then_lies_in_it() -> None:
    facility = hotel.a_hotel()
    care = hotel.found(hotel.a_person())
    person = care.person
    assert [thing.asks for thing in things_of(person)] == [True]
    assert reverse("isolation:my_questions", args=[care.reference]) in page_of(person)

    hotel.answered(care)
    assert "You get an SMS as soon as a bed is held for you" in page_of(person)

    hotel.held(hotel.fresh(care))
    assert f"A bed is held for you at {facility.site.name_en}" in page_of(person)
    assert "Transport comes before" in page_of(person)

    lies = nursing.in_bed().person
    assert "in the morning and in the evening how you are" in page_of(lies)


def test_signs_of_severe_illness_say_call_the_ambulance() -> None:
    care = hotel.waiting()
    assert "1669" not in things_of(care.person)[0].href
    type(care).objects.filter(pk=care.pk).update(level=3)

    (thing,) = things_of(care.person)

    assert (thing.href, thing.asks) == ("tel:1669", True)
    assert "Call 1669 now" in page_of(care.person)


def test_where_a_driver_found_nobody_the_person_is_asked_to_call() -> None:
    care = hotel.waiting()
    assert care.state == CareState.WAITING
    assert things_of(care.person)[0].asks is False
    type(care).objects.filter(pk=care.pk).update(waiting_because="not_found")

    assert things_of(care.person)[0].asks is True
    assert "Our driver did not find you" in page_of(care.person)


def test_vaccination_asks_queues_gives_a_date_and_asks_after_the_dose() -> None:
    enrolment = country.invited()
    person = enrolment.person
    assert "You decide yourself, and your employer is not told" in page_of(person)
    assert things_of(person)[0].asks

    dose = country.waiting()
    assert "You get an SMS as soon as you have a date" in page_of(dose.person)

    country.booked(dose)
    dose.refresh_from_db()
    assert dose.session is not None
    page = page_of(dose.person)
    assert dose.session.site.name_en in page
    assert "Bring your identity card" in page

    given = country.vaccinated(dose)
    certificates.issue_for(injection_ids=[given.pk], by=OFFICE)
    FollowUp.objects.filter(person=person).delete()
    first = FollowUp.objects.filter(person=given.person_id).order_by("day").first()
    assert first is not None
    FollowUp.objects.filter(pk=first.pk).update(due_on=clock.today())
    page = page_of(given.person)
    assert reverse("vaccination:my_how_are_you", args=[first.day]) in page
    assert "Vaccination certificate" in page
    assert "It is due from" in page  # the second dose


def test_a_date_that_was_cancelled_says_do_not_go() -> None:
    dose = country.booked()
    assert dose.session is not None
    type(dose.session).objects.filter(pk=dose.session_id).update(cancelled_at=clock.now(), cancelled_why="heat")

    assert "Please do not go there" in page_of(dose.person)


def test_who_missed_too_often_is_asked_to_call() -> None:
    dose = country.waiting()
    Dose.objects.filter(pk=dose.pk).update(misses=9)

    assert things_of(dose.person)[0].asks
    assert "If you still want the vaccination, please call 1506" in page_of(dose.person)


def test_the_hotline_has_a_case_and_promises_a_call() -> None:
    person = country.a_person()
    case = desk.a_case(Reason.OTHER, person=person)
    assert case.reference in page_of(person)

    telephone.a_call_back(case)

    page = page_of(person)
    assert "We call you: As soon as somebody is free" in page
    assert case.reference not in page  # one card for one matter


def test_a_change_of_telephone_stands_first_because_it_may_be_a_theft() -> None:
    person = country.a_person()
    desk.a_case(person=person)
    phones.open_change(person_id=person.pk, phone="+66812345678", wait=phones.WAIT, by=Actor.person(person.pk))

    first = things_of(person)[0]

    assert first.asks
    assert "Was it not you?" in page_of(person)
    assert "81234" not in page_of(person)


def test_what_asks_for_something_comes_first_then_the_earlier_date() -> None:
    person = hotel.a_person()
    a_test(RegistrationState.BOOKED, person)
    care = hotel.found(person)

    things = things_of(person)

    assert [thing.asks for thing in things] == [True, False]
    assert care.reference in things[0].href


def test_a_busy_person_costs_no_more_than_the_budget() -> None:
    quiet, busy = country.a_person(), hotel.a_person()
    hotel.a_hotel()
    a_test(RegistrationState.BOOKED, busy)
    given = country.vaccinated(country.booked(country.waiting(busy)))
    certificates.issue_for(injection_ids=[given.pk], by=OFFICE)
    telephone.a_call_back(desk.a_case(person=busy))
    hotel.held(hotel.waiting(busy))
    counts = [_queries_of(person) for person in (quiet, busy)]

    assert len(things_of(busy)) >= 4
    assert counts[0] <= 10
    assert counts[1] <= MOST_QUERIES


def _queries_of(person: Person) -> int:
    client = testing.sign_in(Client(), person.pk)
    client.get(reverse("web:my"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("web:my")).status_code == 200
    return len(asked)


def test_nothing_of_another_person_stands_on_the_page() -> None:
    other = hotel.a_person()
    registration = a_test(RegistrationState.BOOKED, other)
    case = desk.a_case(person=other)
    hotel.found(other)

    page = page_of(country.a_person())

    assert registration.reference not in page
    assert case.reference not in page
    assert "Nothing is under way for you" in page
    assert registration.reference in page_of(other)


def test_what_happened_is_told_newest_first_in_words_and_says_who_did_it() -> None:
    person = country.a_person()
    agent = desk.agent().acting_for(person.pk, because="no smartphone")
    write("screening.registered", by=agent, person_id=person.pk)
    write("screening.booked", by=OFFICE, person_id=person.pk)
    write("isolation.escalation_raised", by=OFFICE, person_id=person.pk)  # a step between nurse and doctor

    page = page_of(person)

    assert page.index("You were given a place for a test") < page.index("You were registered for a test")
    assert page.count("By the hotline or the office, for you") == 1
    assert "escalation" not in page
    assert "Everything that happened" not in page


def test_everything_that_happened_is_paged() -> None:
    person = country.a_person()
    for _ in range(60):
        write("isolation.observed", by=OFFICE, person_id=person.pk)

    assert page_of(person).count("It was written down how you were") == 5
    assert reverse("web:my_happened") in page_of(person)
    assert page_of(person, view="web:my_happened").count("It was written down how you were") == 50
    assert page_of(person, view="web:my_happened", query="&page=2").count("It was written down how you were") == 10
    assert "Nothing has happened yet" in page_of(country.a_person(), view="web:my_happened")


def test_what_the_hotline_reads_of_the_past_the_person_reads_too() -> None:
    assert set(HAPPENED) <= set(OF_PERSON)
