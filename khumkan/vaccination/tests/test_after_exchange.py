"""What other systems read: the field list of the national centre, and the shape of FHIR R4 resources.

What R4 (4.0.1) requires is written down here by hand, as element and cardinality; nothing of ours is asked.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from khumkan.accounts.actions import tokens
from khumkan.accounts.testing import actor_of, user
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.places.models import Site
from khumkan.record.models import Event
from khumkan.registry.actions import add_document
from khumkan.registry.tests.support import thai_number
from khumkan.vaccination.actions import aftercare, records
from khumkan.vaccination.actions.aftercare import Told
from khumkan.vaccination.api_records import FHIR, IMMUNIZATIONS
from khumkan.vaccination.choices import InjectedIn, Reaction, Struck, ToldBy, Vaccine
from khumkan.vaccination.models import Dose, Injection
from khumkan.vaccination.rules import codes
from khumkan.vaccination.tests.country import OFFICE, a_session, a_site, booked, vaccinated

pytestmark = pytest.mark.django_db
#: Elements that must be there, and what a value set that is required allows: hl7.org/fhir/R4/immunization.html and
#: hl7.org/fhir/R4/appointment.html.
IMMUNIZATION = {"status", "vaccineCode", "patient", "occurrenceDateTime"}
IMMUNIZATION_STATUS = {"completed", "entered-in-error", "not-done"}
APPOINTMENT = {"status", "participant"}
APPOINTMENT_STATUS = {
    *("proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error"),
    *("checked-in", "waitlist"),
}
PARTICIPATION = {"accepted", "declined", "tentative", "needs-action"}
#: All elements that the resources know; another one would be refused by every reader.
KNOWN = {
    "Immunization": {
        *("resourceType", "id", "meta", "identifier", "status", "statusReason", "vaccineCode", "patient", "encounter"),
        *("occurrenceDateTime", "occurrenceString", "recorded", "primarySource", "reportOrigin", "location"),
        *("manufacturer", "lotNumber", "expirationDate", "site", "route", "doseQuantity", "performer", "note"),
        *("reasonCode", "reasonReference", "isSubpotent", "subpotentReason", "education", "programEligibility"),
        *("fundingSource", "reaction", "protocolApplied"),
    },
    "Appointment": {
        *("resourceType", "id", "meta", "identifier", "status", "cancelationReason", "serviceCategory", "serviceType"),
        *("specialty", "appointmentType", "reasonCode", "reasonReference", "priority", "description"),
        *("supportingInformation", "start", "end", "minutesDuration", "slot", "created", "comment"),
        *("patientInstruction", "basedOn", "participant", "requestedPeriod"),
    },
}


def token(scope: str, site: Site | None = None) -> str:
    owner = user(Role.ADMINISTRATOR)
    return tokens.issue(
        name="centre", scopes=(scope,), owner=owner, lifetime=timedelta(days=30), by=actor_of(owner),
        scope_kind=ScopeKind.SITE if site else ScopeKind.NATIONAL, key=str(site.pk) if site else "",
    )  # fmt: skip


def ask(path: str, scope: str, **query: object) -> Any:
    answer = Client().get(path, query, headers={"Authorization": f"Bearer {token(scope)}"})
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


@pytest.fixture
def given() -> Injection:
    made = vaccinated()
    add_document(person_id=made.person_id, kind=IdentifierKind.THAI, number=thai_number(), by=OFFICE)
    return made


def searched(resource: str, given_at: Site | None, on: date) -> list[Mapping[str, Any]]:
    assert given_at is not None
    bundle = ask(f"/api/fhir/{resource}", FHIR, location=given_at.reference, date=on.isoformat())
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "searchset")
    return [entry["resource"] for entry in bundle.get("entry", [])]


def empties(value: Any, where: str = "") -> Iterator[str]:
    """Yield where something empty stands: FHIR knows no empty text, list or object."""
    if value in ("", [], {}, None):
        yield where
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in parts:
        yield from empties(each, f"{where}.{name}")


def shape_problems(resource: Mapping[str, Any], required: set[str], statuses: set[str]) -> list[str]:
    """Say what a reader of FHIR R4 would refuse."""
    problems = [f"no {name}" for name in required - set(resource)]
    problems += [f"unknown {name}" for name in set(resource) - KNOWN[resource["resourceType"]]]
    problems += [f"empty{where}" for where in empties(resource)]
    problems += [] if resource.get("status") in statuses else ["status"]
    for name in ("start", "end", "occurrenceDateTime", "recorded"):
        if name in resource and datetime.fromisoformat(resource[name]).tzinfo is None:
            problems.append(f"{name} without a zone")
    problems += [
        f"participant {each}" for each in resource.get("participant", ()) if each["status"] not in PARTICIPATION
    ]
    problems += [] if len(resource.get("participant", ["none"])) else ["no participant"]
    problems += [
        "dose number" for each in resource.get("protocolApplied", ()) if each.get("doseNumberPositiveInt", 0) < 1
    ]
    return problems


def test_a_dose_is_an_immunization(given: Injection) -> None:
    (resource,) = searched("Immunization", given.site, given.given_on)
    assert shape_problems(resource, IMMUNIZATION, IMMUNIZATION_STATUS) == []
    assert resource["status"] == "completed"
    assert resource["vaccineCode"]["coding"] == [{"system": "http://hl7.org/fhir/sid/cvx", "code": "210"}]
    assert resource["protocolApplied"] == [{"doseNumberPositiveInt": 1}]
    assert resource["patient"]["identifier"]["value"] == given.person.reference
    assert given.person.last_name not in json.dumps(resource, ensure_ascii=False)


def test_a_struck_dose_was_entered_in_error(given: Injection) -> None:
    records.strike(injection=given, because=Struck.NEVER_GIVEN, why="empty syringe", by=OFFICE)
    (resource,) = searched("Immunization", given.site, given.given_on)
    assert resource["status"] == "entered-in-error"


def test_a_date_is_an_appointment() -> None:
    session = a_session()
    dose = booked(session=session)
    (resource,) = searched("Appointment", session.site, session.day)
    assert shape_problems(resource, APPOINTMENT, APPOINTMENT_STATUS) == []
    assert (resource["status"], resource["identifier"][0]["value"]) == ("booked", dose.reference)
    assert datetime.fromisoformat(resource["start"]) == session.starts_at


def test_after_the_dose_the_appointment_is_fulfilled(given: Injection) -> None:
    (resource,) = searched("Appointment", given.site, given.given_on)
    assert resource["status"] == "fulfilled"


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "no patient": lambda resource: resource.pop("patient"),
    "unknown colour": lambda resource: resource.update(colour="red"),
    "status": lambda resource: resource.update(status="done"),
    "empty.lotNumber": lambda resource: resource.update(lotNumber=""),
    "dose number": lambda resource: resource.update(protocolApplied=[{"doseNumberPositiveInt": 0}]),
    "recorded without a zone": lambda resource: resource.update(recorded="2021-06-07T09:00:00"),
}


@pytest.mark.parametrize("problem", SPOILT)
def test_control_a_spoilt_resource_is_refused(given: Injection, problem: str) -> None:
    (resource,) = searched("Immunization", given.site, given.given_on)
    spoilt = dict(resource)
    SPOILT[problem](spoilt)
    assert shape_problems(spoilt, IMMUNIZATION, IMMUNIZATION_STATUS) == [problem]


def test_nothing_found_is_an_empty_searchset() -> None:
    bundle = ask("/api/fhir/Immunization", FHIR, location=a_site().reference, date="2021-06-07")
    assert "entry" not in bundle


def test_every_vaccine_and_place_on_the_body_has_a_code() -> None:
    assert set(codes.MANUFACTURER) == set(codes.CVX) == set(Vaccine)
    assert dict(codes.MANUFACTURER) == {
        Vaccine.ASTRAZENECA: 1, Vaccine.MODERNA: 5, Vaccine.PFIZER: 6, Vaccine.SINOVAC: 7, Vaccine.SINOPHARM: 8,
    }  # fmt: skip
    assert set(codes.ACT_SITE) == {InjectedIn.LEFT_ARM, InjectedIn.RIGHT_ARM}


#: The field list of the national centre, as names within names.
FIELDS = {
    "hospital": {"hospital_code", "hospital_name", "his_identifier"},
    "patient": {
        *("CID", "hn", "passport_no", "prefix", "first_name", "last_name", "gender", "birth_date", "chw_code"),
        *("amp_code", "tmb_code", "mobile_phone", "nationality"),
    },
    "visit": {"visit_datetime", "visit_immunization", "visit_immunization_reaction", "appointment"},
}
GIVEN = {
    *("lot_number", "expiration_date", "serial_no", "vaccine_manufacturer_id", "vaccine_plan_no"),
    *("vaccine_route_name", "practitioner"),
}


def reported(given: Injection) -> dict[str, Any]:
    assert given.site is not None
    path = f"/api/vaccination/sites/{given.site.reference}/immunizations"
    (row,) = ask(path, IMMUNIZATIONS, day=given.given_on.isoformat())
    found: dict[str, Any] = row
    return found


def test_the_centre_gets_its_field_list(given: Injection) -> None:
    told = Told(reactions=[Reaction.HEADACHE, Reaction.TIRED], words="ปวดหัวมาก", told_by=ToldBy.PERSON)
    aftercare.report(injection=given, told=told, by=OFFICE)
    row = reported(given)
    assert {name: set(row[name]) for name in FIELDS} == FIELDS
    (dose,) = row["visit"]["visit_immunization"]
    assert set(dose) == GIVEN
    assert (dose["vaccine_manufacturer_id"], dose["vaccine_plan_no"], dose["lot_number"]) == (1, 1, given.lot_number)
    assert row["patient"]["birth_date"] == "1990-01-01", "the common era"
    assert len(row["patient"]["CID"]) == 13
    assert (row["patient"]["chw_code"], row["patient"]["amp_code"], row["patient"]["tmb_code"]) == ("10", "26", "01")
    (plan,) = row["immunization_plan"]
    assert [(each["treatment_number"], each["complete"]) for each in plan["schedule"]] == [(1, "Y"), (2, "N")]
    (reaction,) = row["visit"]["visit_immunization_reaction"]
    assert reaction["vaccine_reaction_symptom_id"] == 4
    assert "ปวดหัวมาก" not in json.dumps(row, ensure_ascii=False), "the person's own words stay here"


def test_the_next_date_is_reported_when_there_is_one(given: Injection) -> None:
    assert reported(given)["visit"]["appointment"] == []
    second = Dose.objects.get(person=given.person_id, number=2)
    session = a_session(day=second.due_from + timedelta(days=1))
    booked(second, session=session)
    (date_,) = reported(given)["visit"]["appointment"]
    assert date_["provis_aptype_code"] == "C19"
    assert datetime.fromisoformat(date_["appointment_datetime"]) == session.starts_at


def test_who_is_reported_sees_that(given: Injection) -> None:
    reported(given)
    saw = Event.objects.filter(name="record.saw", person_id=given.person_id, data__page="vaccination:immunizations")
    assert saw.count() == 1


def test_struck_doses_are_not_reported(given: Injection) -> None:
    records.strike(injection=given, because=Struck.NEVER_GIVEN, why="empty syringe", by=OFFICE)
    assert given.site is not None
    path = f"/api/vaccination/sites/{given.site.reference}/immunizations"
    assert ask(path, IMMUNIZATIONS, day=given.given_on.isoformat()) == []


def test_a_token_of_another_site_sees_nothing(given: Injection) -> None:
    assert given.site is not None
    for scope, path in (
        (IMMUNIZATIONS, f"/api/vaccination/sites/{given.site.reference}/immunizations?day={given.given_on}"),
        (FHIR, f"/api/fhir/Immunization?location={given.site.reference}&date={given.given_on}"),
        (FHIR, f"/api/fhir/Appointment?location={given.site.reference}&date={given.given_on}"),
    ):
        statuses = [
            Client().get(path, headers={"Authorization": f"Bearer {token(scope, site)}"}).status_code
            for site in (given.site, a_site())
        ]
        assert statuses == [200, 404], path


def test_the_questions_do_not_grow_with_the_doses(django_assert_max_num_queries: Any) -> None:
    first = vaccinated()
    assert first.site is not None
    for _ in range(3):
        other = vaccinated(booked(session=a_session(site=first.site)))
        Injection.objects.filter(pk=other.pk).update(given_on=first.given_on)
    path = f"/api/vaccination/sites/{first.site.reference}/immunizations"
    bearer = token(IMMUNIZATIONS)
    with django_assert_max_num_queries(20):
        answer = Client().get(path, {"day": first.given_on.isoformat()}, headers={"Authorization": f"Bearer {bearer}"})
    assert len(answer.json()) == 4
