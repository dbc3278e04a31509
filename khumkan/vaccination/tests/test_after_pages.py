"""The pages of what comes after the dose, as people and programs use them."""

import json
import uuid
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.record.models import Event
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.actions import certificates
from khumkan.vaccination.models import AdverseEvent, Certificate, Correction, FollowUp, Injection
from khumkan.vaccination.queries import certificates as queries
from khumkan.vaccination.rules import certificates as rules
from khumkan.vaccination.tests.country import OFFICE, a_lot_beside, a_person, vaccinated

pytestmark = pytest.mark.django_db
VERIFY = "/verify/"


@pytest.fixture
def given() -> Injection:
    made = vaccinated()
    FollowUp.objects.filter(injection=made, day=1).update(due_on=clock.today())
    return made


@pytest.fixture
def certificate(given: Injection) -> Certificate:
    return certificates.issue_for(injection_ids=[given.pk], by=OFFICE)[0]


def person(given: Injection) -> Client:
    return sign_in(Client(), given.person_id)


def officer(province: str = "") -> Client:
    within = {"scope_kind": ScopeKind.PROVINCE, "key": province} if province else {}
    return sign_in(Client(), user(Role.OFFICER, **within))  # type: ignore[arg-type]


def send(client: Client, name: str, *args: object, **form: object) -> HttpResponse:
    data = {**form, "form_key": uuid.uuid4().hex}
    return client.post(reverse(f"vaccination:{name}", args=args), data, follow=True)  # type: ignore[return-value]


def look(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"vaccination:{name}", args=args), {"lang": "en"}, follow=True)
    assert answer.status_code == 200
    assert_page_is_sound(answer)
    return answer.content.decode()


def checked(text: str) -> dict[str, object]:
    answer = Client().post(VERIFY, {"text": text}, headers={"Accept": "application/json"})
    found: dict[str, object] = json.loads(answer.content)
    return found


def test_anybody_checks_a_certificate(certificate: Certificate) -> None:
    text = queries.text_of(certificate)
    answer = Client().post(f"{VERIFY}?lang=en", {"text": f"\n{text}\r\n"})
    assert answer.status_code == 200
    assert_page_is_sound(answer)
    page = answer.content.decode()
    assert "Genuine and valid" in page
    assert certificate.person.full_name in page
    told = checked(text)
    assert (told["outcome"], told["name"], told["born"]) == ("valid", certificate.person.full_name, 1990)


def test_a_forgery_shows_nothing_of_what_it_says(certificate: Certificate) -> None:
    text = queries.text_of(certificate)
    changed = text[:-4] + ("0000" if text[-4:] != "0000" else "1111")
    page = Client().post(f"{VERIFY}?lang=en", {"text": changed}).content.decode()
    assert "Not genuine" in page
    assert certificate.person.last_name not in page
    assert checked(changed) == {"outcome": "forged"}
    assert checked("HC1:ABC") == {"outcome": "not_ours"}
    certificates.revoke(certificate=certificate, why="a wrong name", by=OFFICE)
    assert checked(text)["outcome"] == "revoked"


def test_an_empty_check_is_refused_and_nothing_is_written(certificate: Certificate) -> None:
    events = Event.objects.count()
    assert Client().post(VERIFY, {"text": ""}).status_code == 422
    assert Client().post(VERIFY, {"text": "A" * 5_000}).status_code == 422
    assert Event.objects.count() == events


def test_what_is_published_may_be_kept_by_others(certificate: Certificate) -> None:
    keys, revoked = Client().get("/vaccination/keys.json"), Client().get("/vaccination/revoked.json")
    assert keys.headers["Cache-Control"] == "public, max-age=3600"
    assert revoked.headers["Cache-Control"] == "public, max-age=300"
    found = rules.revoked_in(revoked.content.decode(), rules.keys_in(keys.content.decode()))
    assert found.hashes == frozenset()
    assert not keys.cookies


def test_a_person_finds_doses_certificate_and_question(given: Injection) -> None:
    assert "made out within minutes" in look(person(given), "my_doses")
    made = certificates.issue_for(injection_ids=[given.pk], by=OFFICE)[0]
    page = look(person(given), "my_doses")
    assert made.code in page
    assert "How do you feel" in page
    shown = look(person(given), "my_certificate", made.code)
    assert "AstraZeneca" in shown
    assert "<svg" in shown
    paper = person(given).get(reverse("vaccination:my_certificate_pdf", args=[made.code]))
    assert paper.content.startswith(b"%PDF")
    stranger = sign_in(Client(), a_person().pk)
    assert stranger.get(reverse("vaccination:my_certificate", args=[made.code])).status_code == 404
    certificates.revoke(certificate=made, why="a wrong name", by=OFFICE)
    assert person(given).get(reverse("vaccination:my_certificate_pdf", args=[made.code])).status_code == 422
    assert "revoked" in look(person(given), "my_certificate", made.code)


def test_whoever_is_well_says_so_in_one_step(given: Injection) -> None:
    answer = send(person(given), "my_how_are_you", 1)
    assert answer.status_code == 200
    assert not AdverseEvent.objects.exists()
    assert "How do you feel" not in look(person(given), "my_doses")


def test_a_severe_sign_sends_to_the_ambulance_and_to_the_office(given: Injection) -> None:
    answer = send(person(given), "my_how_are_you", 1, reactions=["chest"], words="หายใจไม่ออก")
    assert "1669" in answer.content.decode()
    event = AdverseEvent.objects.get()
    assert event.is_serious
    page = look(officer(), "adverse_event", event.reference)
    assert "หายใจไม่ออก" in page
    assert "Tight chest" in page
    send(officer(), "route_adverse", event.reference, to="Rajavithi Hospital")
    send(officer(), "close_adverse", event.reference, outcome="well again")
    event.refresh_from_db()
    assert (event.state, event.outcome) == ("closed", "well again")
    assert event.reference not in look(officer(), "adverse_events")


def test_what_was_seen_of_an_event_is_on_record(given: Injection) -> None:
    send(person(given), "my_reaction", reactions=["rash"])
    event = AdverseEvent.objects.get()
    assert given.person.last_name not in look(officer(), "adverse_events")
    look(officer(), "adverse_event", event.reference)
    saw = Event.objects.filter(name="record.saw", person_id=given.person_id, data__page="vaccination:adverse_event")
    assert saw.count() == 1
    assert officer("50").get(reverse("vaccination:adverse_event", args=[event.reference])).status_code == 404


def test_the_hotline_answers_for_a_caller_and_says_why(given: Injection) -> None:
    agent = sign_in(Client(), user(Role.AGENT))
    reference = given.person.reference
    assert "Ask the caller" in look(agent, "desk_after", reference)
    assert send(agent, "desk_how_are_you", reference, 1, reactions=["tired"]).status_code == 422
    send(agent, "desk_how_are_you", reference, 1, reactions=["tired"], because="caller has no phone")
    assert FollowUp.objects.get(injection=given, day=1).state == "answered"
    send(agent, "desk_reaction", reference, reactions=["rash"], because="caller has no phone")
    assert AdverseEvent.objects.get().told_by == "hotline"


def test_the_site_reports_what_it_sees(given: Injection) -> None:
    assert given.site is not None
    nurse = sign_in(Client(), user(Role.VACCINATOR, scope_kind=ScopeKind.SITE, key=str(given.site_id)))
    assert given.person.full_name in look(nurse, "field_given")
    send(nurse, "field_adverse", given.pk, reactions=["unconscious"])
    assert AdverseEvent.objects.get().told_by == "site"
    elsewhere = sign_in(Client(), user(Role.VACCINATOR, scope_kind=ScopeKind.SITE, key="999999"))
    assert elsewhere.get(reverse("vaccination:field_adverse", args=[given.pk])).status_code == 404


def details(given: Injection, **changes: object) -> dict[str, object]:
    on = given.given_on
    told = {
        "number": given.number, "vaccine": given.vaccine, "lot_number": given.lot_number, "given_on_day": on.day,
        "given_on_month": on.month, "given_on_year": on.year, "why": "misread",
    }  # fmt: skip
    return {**told, **changes}


def test_an_officer_corrects_a_lot_and_the_person_sees_it(certificate: Certificate) -> None:
    given = certificate.injection
    right = a_lot_beside(given)
    client = officer()
    assert send(client, "records", what=certificate.code).redirect_chain[0][0].endswith(f"{certificate.code}/")  # type: ignore[attr-defined]
    look(client, "record", given.pk)
    send(client, "correct_details", given.pk, **details(given, lot_number=right.number))
    new = Injection.objects.get(struck_at=None)
    assert new.lot == right
    assert "What stood there before" in look(client, "record", new.pk)
    assert "What is true instead" in look(client, "record", given.pk)
    assert "Corrected" in look(person(given), "my_doses")
    assert "misread" not in look(person(given), "my_doses"), "the officer's words are for colleagues"


def test_another_person_needs_two_officers(given: Injection) -> None:
    first, second, other = officer(), officer(), a_person()
    send(first, "correct_person", given.pk, reference=other.reference, why="swapped cards")
    asked = Correction.objects.get()
    assert "To be decided" in look(second, "records")
    assert "second person must" in look(first, "correction", asked.pk)
    assert "Agree" not in look(first, "correction", asked.pk)
    send(first, "correction", asked.pk, decision="accept")
    assert Injection.objects.filter(struck_at=None).get().person == given.person
    page = look(second, "correction", asked.pk)
    assert other.full_name in page
    assert "Agree" in page
    send(second, "correction", asked.pk, decision="accept")
    assert Injection.objects.filter(struck_at=None).get().person == other


def test_a_dose_from_elsewhere_is_entered(given: Injection) -> None:
    client, somebody = officer(), a_person()
    on = clock.today() - timedelta(days=30)
    form = {
        "number": 1, "vaccine": "sinovac", "lot_number": "S1", "given_on_day": on.day, "given_on_month": on.month,
        "given_on_year": on.year, "elsewhere": "Siriraj Hospital",
    }  # fmt: skip
    assert send(client, "add_elsewhere", somebody.reference, **form).status_code == 422
    send(client, "add_elsewhere", somebody.reference, **form, evidence="yellow book")
    assert "Sinovac" in look(client, "record_of", somebody.reference)
    assert Certificate.objects.get(person=somebody).revoked_at is None


def test_an_officer_revokes_and_issues_again(certificate: Certificate) -> None:
    client = officer()
    send(client, "office_certificate", certificate.code, why="a wrong name")
    assert "Issue it again" in look(client, "office_certificate", certificate.code)
    send(client, "certificate_again", certificate.code)
    assert Certificate.objects.filter(revoked_at=None).count() == 1
    assert "Issue it again" not in look(client, "office_certificate", certificate.code)
    assert officer("50").get(reverse("vaccination:office_certificate", args=[certificate.code])).status_code == 404


def test_an_officer_strikes_what_was_never_given(certificate: Certificate) -> None:
    send(officer(), "strike_record", certificate.injection_id, why="empty syringe")
    certificate.refresh_from_db()
    assert certificate.revoked_at is not None
    assert "Struck" in look(officer(), "record_of", certificate.person.reference)
