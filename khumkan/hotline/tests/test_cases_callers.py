"""Who is calling: found by what they read out, verified by answers that no page shows; the file in few queries."""

import uuid
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khumkan.accounts import testing
from khumkan.hotline.actions import verifying
from khumkan.hotline.choices import Reason, VerifiedHow
from khumkan.hotline.models import Verification
from khumkan.hotline.queries import files
from khumkan.hotline.queries import verifying as queries
from khumkan.hotline.rules import verifying as rules
from khumkan.hotline.rules.verifying import Question
from khumkan.hotline.tests.desk import a_case, agent
from khumkan.isolation.tests import hotel
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.identifiers import IdentifierKind, thai_check_digit
from khumkan.record.inline import run_jobs
from khumkan.record.models import Event
from khumkan.registry.actions import PersonDetails, register_person
from khumkan.registry.models import Person
from khumkan.screening.tests import registering
from khumkan.vaccination.tests import country

pytestmark = pytest.mark.django_db
NUMBER = "110170020345" + str(thai_check_digit("110170020345"))
RIGHT = {Question.BIRTH_DATE: "05/05/2528", Question.NUMBER_END: NUMBER[-4:], Question.PHONE_END: "5678"}
WRONG = {Question.BIRTH_DATE: "06051985", Question.NUMBER_END: "0000", Question.PHONE_END: "5678"}


@pytest.fixture
def malee() -> Person:
    """Somebody of whom the register knows enough to ask."""
    registering.town()
    details = PersonDetails(first_name="มาลี", last_name="สุขใจ", birth_date=date(1985, 5, 5), subdistrict_code="102601")
    by = registering.OFFICE
    documents = [(IdentifierKind.THAI, NUMBER)]
    return register_person(details=details, documents=documents, phone="+66812345678", by=by)


def test_right_answers_verify_for_one_member_of_staff_and_some_minutes(malee: Person) -> None:
    by, colleague = agent(), agent()
    made = verifying.verify(person=malee, typed=RIGHT, by=by)
    assert made.how == VerifiedHow.ANSWERS
    assert queries.verified_until(malee, by=by) == made
    assert queries.verified_until(malee, by=colleague) is None
    with time_machine.travel(made.until, tick=False):
        assert queries.verified_until(malee, by=by) is None
    assert Event.objects.get(name="hotline.caller_verified").on_behalf_of == malee.pk


def test_wrong_answers_are_counted_and_end(malee: Person) -> None:
    by = agent()
    for _ in range(3):
        with pytest.raises(Refused) as refusal:
            verifying.verify(person=malee, typed=WRONG, by=by)
        assert refusal.value.code == "wrong"
    with pytest.raises(Refused) as refusal:  # the right ones come too late, from whomever
        verifying.verify(person=malee, typed=RIGHT, by=agent())
    assert refusal.value.code == "too_many"
    assert Verification.objects.count() == 0
    assert Event.objects.filter(name="hotline.caller_not_verified").count() == 3


def test_the_refusal_says_nothing_of_which_answer_was_right(malee: Person) -> None:
    said = set()
    for typed in ({}, WRONG, {Question.BIRTH_DATE: RIGHT[Question.BIRTH_DATE]}):
        with pytest.raises(Refused) as refusal:
            verifying.verify(person=malee, typed=typed, by=agent())
        said.add(str(refusal.value))
    assert len(said) == 1


def test_the_page_of_questions_shows_no_answer(malee: Person, client: Client) -> None:
    testing.sign_in(client, testing.user(Role.AGENT))
    page = client.get(reverse("hotline:verify", args=[malee.reference])).content.decode()
    for right in (NUMBER[-4:], "5678", "05051985", "2528", "1985"):
        assert right not in page
    wrong = client.post(
        reverse("hotline:verify", args=[malee.reference]),
        {"form_key": uuid.uuid4().hex, **{key.value: value for key, value in WRONG.items()}},
    )
    assert wrong.status_code == 422
    assert NUMBER[-4:] not in wrong.content.decode()


def test_somebody_of_whom_little_is_known_comes_to_an_office() -> None:
    with pytest.raises(Refused) as refusal:
        verifying.verify(person=hotel.a_person(), typed=RIGHT, by=agent())
    assert refusal.value.code == "too_little_known"


def test_only_a_supervisor_vouches_and_says_why(malee: Person) -> None:
    boss = agent(Role.SUPERVISOR)
    with pytest.raises(Missing):
        verifying.vouch(person=malee, because="her daughter calls", by=agent())
    with pytest.raises(Refused):
        verifying.vouch(person=malee, because=" ", by=boss)
    verifying.vouch(person=malee, because="her daughter calls", by=boss)
    event = Event.objects.get(name="hotline.caller_verified")
    assert (event.because, event.person_id) == ("her daughter calls", malee.pk)


def test_questions_stay_the_same_all_day_and_answers_are_compared_as_digits() -> None:
    known = {Question.BIRTH_DATE: "05051985", Question.NUMBER_END: "3456", Question.PHONE_END: "5678"}
    asked = rules.choose(known, count=2, seed="x")
    assert asked == rules.choose(known, count=2, seed="x")
    assert len({rules.choose(known, count=2, seed=str(seed)) for seed in range(50)}) > 1
    assert rules.is_right(Question.BIRTH_DATE, "05051985", "๕ ๕ ๒๕๒๘") is False  # two digits each
    assert rules.is_right(Question.BIRTH_DATE, "05051985", "๐๕ ๐๕ ๒๕๒๘") is True
    assert rules.is_right(Question.PHONE_END, "", "") is False


def test_until_it_is_sure_who_calls_the_file_shows_days_and_places_only(client: Client) -> None:
    hotel.a_hotel()
    care = hotel.held().care
    member = testing.user(Role.SUPERVISOR)
    testing.sign_in(client, member)
    address = reverse("hotline:file", args=[care.person.reference])
    before = client.get(address, headers={"accept-language": "en"}).content.decode()
    verifying.vouch(person=care.person, because="her daughter calls", by=testing.actor_of(member))
    after = client.get(address).content.decode()
    assert care.reference not in before
    assert care.reference in after


def test_the_whole_file_takes_at_most_fifteen_queries(client: Client) -> None:
    """Session, person, what was seen, the menu and everything of every programme together."""
    registering.a_session()
    dose = country.booked()
    person = dose.enrolment.person
    registering.as_contact(person)
    hotel.a_hotel()
    hotel.held(hotel.waiting(person))
    by = testing.user(Role.SUPERVISOR)
    for reason in (Reason.STATUS, Reason.COMPLAINT, Reason.OTHER):
        a_case(reason, person=person, by=testing.actor_of(by))
    verifying.vouch(person=person, because="her daughter calls", by=testing.actor_of(by))
    run_jobs()
    testing.sign_in(client, by)
    address = reverse("hotline:file", args=[person.reference])
    client.get(address)  # terms in force are remembered
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    everything = [one["sql"] or "prepared" for one in asked.captured_queries]
    statements = [one for one in everything if not one.startswith(("SAVEPOINT", "RELEASE"))]
    assert page.status_code == 200
    assert dose.reference in page.content.decode()
    assert len(statements) <= 15, "\n".join(statement[:150] for statement in statements)
    assert Event.objects.filter(name="record.saw", person_id=person.pk).count() == 2


def test_the_file_of_a_caller_elsewhere_does_not_exist() -> None:
    person = country.a_person()
    with pytest.raises(Missing):
        files.file_of(person.reference, by=agent(province="50"))
    assert files.file_of(person.reference, by=agent(province="10")).person == person


@pytest.mark.parametrize("kind", ["dose", "registration", "care", "case"])
def test_a_caller_is_found_by_whatever_reference_they_read_out(client: Client, kind: str) -> None:
    registering.a_session()
    person = registering.a_person()
    made = {
        "dose": lambda: country.waiting(person),
        "registration": lambda: registering.as_contact(person),
        "care": lambda: hotel.waiting(person),
        "case": lambda: a_case(person=person),
    }[kind]()
    testing.sign_in(client, testing.user(Role.AGENT))
    answer = client.post(reverse("screening:desk"), {"what": made.reference.lower(), "form_key": uuid.uuid4().hex})
    expected = ("hotline:case", made.reference) if kind == "case" else ("hotline:file", person.reference)
    assert answer.headers["location"] == reverse(expected[0], args=[expected[1]])
