"""One's own data as a file: what it says, what it leaves out, and that the record knows of it."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from khumkan import record
from khumkan.accounts import testing
from khumkan.accounts.models import Session
from khumkan.hotline.tests import desk, telephone
from khumkan.isolation.tests import hotel, nursing
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.record.models import Event
from khumkan.registry.models import Employment, Person
from khumkan.registry.models.persons import IdentityDocument
from khumkan.screening.actions import contacts, results
from khumkan.screening.choices import Outcome
from khumkan.screening.tests import at_the_lab, registering
from khumkan.screening.tests.test_laboratory_follow_up import positive_case
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.actions import aftercare, certificates
from khumkan.vaccination.choices import Reaction, ToldBy
from khumkan.vaccination.tests import country

pytestmark = pytest.mark.django_db
OFFICE = Actor.system("test")


def browser(person: Person) -> Client:
    return testing.sign_in(Client(), person.pk)


def text_of(person: Person, view: str = "web:my_data_json", lang: str = "en") -> str:
    response = browser(person).get(f"{reverse(view)}?lang={lang}")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment;")
    return b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def data_of(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of(person))
    return found


def test_who_has_nothing_gets_a_whole_file_with_empty_parts() -> None:
    person = country.a_person()

    data = data_of(person)

    assert (data["form"], data["reference"]) == (1, person.reference)
    assert data["person"]["first_name"] == person.first_name
    assert data["tests"] == {"registrations": [], "results": []}
    assert set(data["care"]) == {"cares", "answers", "beds", "values", "papers"}
    assert not any(data["vaccination"].values())
    assert (data["messages"], data["who_looked"]) == ([], [])


def test_the_file_has_what_every_programme_holds() -> None:
    person = hotel.a_person()
    registration = registering.as_contact(person)
    given = country.vaccinated(country.booked(country.waiting(person)))
    certificates.issue_for(injection_ids=[given.pk], by=OFFICE)
    case = desk.a_case(person=person)
    promised = telephone.a_call_back(case)
    hotel.a_hotel()
    care = nursing.in_bed(person)
    nursing.observed(care)

    data = data_of(person)

    assert [each["reference"] for each in data["tests"]["registrations"]] == [registration.reference]
    assert [each["reference"] for each in data["care"]["cares"]] == [care.reference]
    assert data["care"]["beds"][0]["place"]
    assert data["care"]["values"][0]["spo2"] == 98
    assert data["vaccination"]["doses"][0]["lot_number"] == given.lot_number
    assert data["vaccination"]["certificates"][0]["dose"] == 1
    assert [each["reference"] for each in data["hotline"]["cases"]] == [case.reference]
    assert [each["reference"] for each in data["hotline"]["call_backs"]] == [promised.reference]
    assert data["messages"]
    assert "You were vaccinated" in [each["what"] for each in data["happened"]]


def test_what_somebody_felt_after_a_dose_is_there_in_their_own_words() -> None:
    given = country.vaccinated()
    by = country.herself(given.person)
    told = aftercare.Told(reactions=[Reaction.FEVER], words="ตัวร้อนทั้งคืน", told_by=ToldBy.PERSON)
    aftercare.report(injection=given, told=told, by=by)

    (reaction,) = data_of(given.person)["vaccination"]["reactions"]

    assert reaction["words"] == "ตัวร้อนทั้งคืน"
    assert reaction["reactions"] == [Reaction.FEVER.value]


def test_a_result_that_was_not_released_is_not_in_the_file() -> None:
    laboratory = at_the_lab.a_laboratory()
    (specimen,) = at_the_lab.specimens(laboratory)
    by = at_the_lab.lab_worker(laboratory)
    entered = results.enter_by_hand(specimen=specimen, outcome=Outcome.NEGATIVE, by=by)

    assert data_of(specimen.registration.person)["tests"]["results"] == []
    results.release(result=entered, by=at_the_lab.lab_worker(laboratory, 22))
    assert len(data_of(specimen.registration.person)["tests"]["results"]) == 1


def test_nothing_of_others_is_in_the_file() -> None:
    person, colleague = country.a_person(), country.a_person(first_name="เพื่อนร่วมงาน")
    employer = country.an_employer()
    for each in (person, colleague):
        Employment.objects.create(person=each, employer=employer, started_on=clock.today() - timedelta(days=99))
    other = registering.as_contact(colleague)
    agent = desk.member()
    actor = testing.actor_of(agent).acting_for(person.pk, because="caller has no smartphone")
    record.write("hotline.case_opened", by=actor, person_id=person.pk)
    record.saw(by=testing.actor_of(agent), person_ids=[person.pk], page="hotline:case")

    text = text_of(person)

    assert str(employer) in text
    assert "Looked at a case of yours" in text
    assert f"staff number {agent.pk}" in text
    assert agent.username not in text
    assert colleague.first_name not in text
    assert colleague.reference not in text
    assert other.reference not in text


def test_identity_numbers_stand_by_their_end_only() -> None:
    person = registering.a_person()
    number = "1101700203450"
    give_document(person, number)

    text = text_of(person)

    assert json.loads(text)["person"]["documents"] == ["…3450"]
    assert number not in text


def give_document(person: Person, number: str) -> None:
    IdentityDocument.objects.create(
        blind_index=number.encode(), kind="thai", sealed=b"x", last4=number[-4:], person=person, added_at=clock.now()
    )


def test_each_file_that_is_taken_is_on_record_and_only_under_the_person() -> None:
    person = country.a_person()
    text_of(person)
    text_of(person, "web:my_data_csv")

    found = Event.objects.filter(name="web.own_data_taken")

    assert {(each.person_id, each.actor_id) for each in found} == {(person.pk, person.pk)}
    assert sorted(each.data["kind"] for each in found) == ["csv", "json"]
    assert "Your data were taken as a file" in text_of(person)


def test_what_happened_opens_in_a_spreadsheet_in_the_language_of_the_reader() -> None:
    person = country.a_person()
    record.write("screening.booked", by=OFFICE, person_id=person.pk)

    for lang, words in (("en", "You were given a place for a test"), ("th", "คุณได้คิวตรวจ")):
        with translation.override("th"):
            rows = list(csv.reader(io.StringIO(text_of(person, "web:my_data_csv", lang))))
        assert len({len(row) for row in rows}) == 1
        assert words in [row[2] for row in rows]


@pytest.mark.parametrize("view", ["web:my_data", "web:my_data_json", "web:my_data_csv"])
def test_a_sign_in_of_yesterday_has_to_be_proved_again(view: str) -> None:
    client = browser(country.a_person())
    assert client.get(reverse(view)).status_code == 200

    Session.objects.update(proved_at=clock.now() - timedelta(days=1))

    response = client.get(reverse(view))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("accounts:prove_again"))


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_page_says_what_is_in_it(lang: str) -> None:
    response = browser(country.a_person()).get(f"{reverse('web:my_data')}?lang={lang}")

    assert_page_is_sound(response)
    assert reverse("web:my_data_json") in response.text
    assert reverse("web:my_data_csv") in response.text


def test_who_was_named_as_met_is_not_in_the_file() -> None:
    case = positive_case()
    person, met_on = case.person, clock.today() - timedelta(days=2)
    contacts.name_contact(case=case, name="ผู้ที่พบ", phone="0898765432", last_met_on=met_on, by=Actor.person(person.pk))

    text = text_of(person)

    assert "ผู้ที่พบ" not in text
    assert "You named somebody whom you had met" in text
