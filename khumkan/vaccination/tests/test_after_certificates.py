"""Certificates as they are issued, revoked and published."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event
from khumkan.vaccination.actions import certificates, records
from khumkan.vaccination.choices import Struck
from khumkan.vaccination.documents import certificates as documents
from khumkan.vaccination.models import Certificate, Injection
from khumkan.vaccination.queries import certificates as queries
from khumkan.vaccination.queries import signing
from khumkan.vaccination.rules import certificates as rules
from khumkan.vaccination.rules.certificates import Outcome
from khumkan.vaccination.tasks import after as tasks
from khumkan.vaccination.tests.country import OFFICE, OFFICER, a_person, herself, vaccinated

pytestmark = pytest.mark.django_db
ELSEWHERE = Actor(ActorKind.STAFF, 9, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))


@pytest.fixture
def given() -> Injection:
    return vaccinated()


@pytest.fixture
def certificate(given: Injection) -> Certificate:
    return certificates.issue_for(injection_ids=[given.pk], by=OFFICE)[0]


def outcome(certificate: Certificate) -> Outcome:
    return queries.check(queries.text_of(certificate)).outcome


def given_events() -> list[Event]:
    return list(Event.objects.filter(name="vaccination.given"))


def test_after_a_dose_the_certificate_comes_by_itself(given: Injection) -> None:
    tasks.doses_given(given_events())
    made = Certificate.objects.get(injection=given)
    content = queries.content_of(made)
    assert (content.name, content.born) == (given.person.full_name, 1990)
    assert [(dose.number, dose.vaccine, dose.on) for dose in content.doses] == [(1, "astrazeneca", clock.today())]
    assert made.expires_on == clock.today() + timedelta(days=365)
    assert outcome(made) is Outcome.VALID


def test_the_event_delivered_twice_makes_one_certificate(given: Injection) -> None:
    for _ in range(3):
        tasks.doses_given(given_events())
    assert Certificate.objects.count() == 1
    certificates.revoke(certificate=Certificate.objects.get(), why="a wrong name", by=OFFICE)
    tasks.doses_given(given_events())
    assert Certificate.objects.count() == 1, "what was revoked does not come back by itself"


def test_control_the_database_has_the_last_word(certificate: Certificate) -> None:
    certificate.pk, certificate.code = None, "K-22222-22222"
    with pytest.raises(IntegrityError), transaction.atomic():
        certificate.save(force_insert=True)


def test_a_revoked_one_says_so_and_can_be_issued_again(certificate: Certificate) -> None:
    with pytest.raises(Refused, match="still holds"):
        certificates.issue_again(injection=certificate.injection, by=OFFICER)
    with pytest.raises(Refused, match="say why"):
        certificates.revoke(certificate=certificate, why=" ", by=OFFICER)
    with pytest.raises(Missing):
        certificates.revoke(certificate=certificate, why="no", by=ELSEWHERE)
    certificates.revoke(certificate=certificate, why="a wrong name", by=OFFICER)
    assert outcome(certificate) is Outcome.REVOKED
    again = certificates.issue_again(injection=certificate.injection, by=OFFICER)
    assert again.code != certificate.code
    assert outcome(again) is Outcome.VALID


def test_an_expired_one_can_be_issued_again(certificate: Certificate) -> None:
    with time_machine.travel(clock.now() + timedelta(days=366)):
        assert outcome(certificate) is Outcome.EXPIRED
        again = certificates.issue_again(injection=certificate.injection, by=OFFICER)
        assert outcome(again) is Outcome.VALID


def test_a_struck_record_takes_its_certificate_along(certificate: Certificate) -> None:
    records.strike(injection=certificate.injection, because=Struck.NEVER_GIVEN, why="empty syringe", by=OFFICER)
    assert outcome(certificate) is Outcome.REVOKED
    with pytest.raises(Refused, match="nothing to certify"):
        certificates.issue_again(injection=Injection.objects.get(), by=OFFICER)
    assert certificates.issue_for(injection_ids=[certificate.injection_id], by=OFFICE) == []


def test_after_a_rotation_the_old_ones_hold_and_the_new_key_signs(certificate: Certificate, settings: Any) -> None:
    old = signing.signer()
    public = base64.b64encode(old.private.public_key().public_bytes_raw()).decode()
    settings.KHUMKAN_CERTIFICATE_KEYS = {1: f"public:{public}", 2: base64.b64encode(bytes([7]) * 32).decode()}
    assert outcome(certificate) is Outcome.VALID
    newer = certificates.issue_for(injection_ids=[vaccinated().pk], by=OFFICE)[0]
    assert newer.key_id != certificate.key_id == old.key_id.hex()
    assert outcome(newer) is Outcome.VALID
    assert [each["signs_now"] for each in signing.published_keys()["keys"]] == [True, False]  # type: ignore[index]
    # the key was stolen: it is taken out, and what it signed is worth nothing any more
    settings.KHUMKAN_CERTIFICATE_KEYS = {2: base64.b64encode(bytes([7]) * 32).decode()}
    assert outcome(certificate) is Outcome.UNKNOWN_KEY
    with pytest.raises(Refused, match="cannot be used"):
        queries.own(herself(certificate.person), certificate.code)


def test_somebody_elses_certificate_is_not_there(certificate: Certificate) -> None:
    assert queries.own(herself(certificate.person), certificate.code).row == certificate
    with pytest.raises(Missing):
        queries.own(herself(a_person()), certificate.code)
    with pytest.raises(Missing):
        queries.for_officer(ELSEWHERE, certificate.code)


def test_what_is_published_verifies_offline(certificate: Certificate) -> None:
    keys = rules.keys_in(json.dumps(signing.published_keys()))
    text = queries.text_of(certificate)
    before = rules.revoked_in(json.dumps(signing.published_revoked()), keys)
    assert rules.check(text, keys=keys, revoked=before.hashes, now=clock.now()).outcome is Outcome.VALID
    certificates.revoke(certificate=certificate, why="a wrong name", by=OFFICER)
    after = rules.revoked_in(json.dumps(signing.published_revoked()), keys)
    assert rules.check(text, keys=keys, revoked=after.hashes, now=clock.now()).outcome is Outcome.REVOKED


def test_the_list_forgets_what_has_expired(certificate: Certificate) -> None:
    certificates.revoke(certificate=certificate, why="a wrong name", by=OFFICER)
    assert len(signing.published_revoked()["hashes"]) == 1  # type: ignore[arg-type]
    with time_machine.travel(clock.now() + timedelta(days=367)):
        assert signing.published_revoked()["hashes"] == []


def personal(given: Injection) -> Iterator[str]:
    """Yield what tells of the person."""
    person = given.person
    yield from (person.first_name, person.last_name, person.reference, str(person.birth_date), "1990")
    yield from (given.lot_number, given.vaccine)


def test_nothing_personal_is_published(certificate: Certificate) -> None:
    certificates.revoke(certificate=certificate, why=f"not {certificate.person.full_name}", by=OFFICER)
    published = json.dumps([signing.published_revoked(), signing.published_keys()], ensure_ascii=False)
    assert [each for each in (*personal(certificate.injection), certificate.code) if each in published] == []
    assert settings.KHUMKAN_CERTIFICATE_KEYS[1] not in published


def test_control_what_is_personal_is_found_in_the_certificate_itself(certificate: Certificate) -> None:
    said = repr(queries.content_of(certificate))
    assert [each for each in personal(certificate.injection) if each in said] != []


def test_the_paper_is_drawn(certificate: Certificate) -> None:
    paper = documents.paper(queries.own(herself(certificate.person), certificate.code))
    assert paper.startswith(b"%PDF")


def test_the_number_of_questions_does_not_grow_with_the_doses(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    ids = [vaccinated().pk for _ in range(4)]
    with django_assert_max_num_queries(14):
        assert len(certificates.issue_for(injection_ids=ids, by=OFFICE)) == 4
