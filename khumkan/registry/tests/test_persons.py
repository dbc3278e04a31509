"""Registering, correcting and finding persons."""

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from khumkan.kernel import crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.record.models import Event
from khumkan.registry import actions, queries
from khumkan.registry.actions import Correction, PersonDetails
from khumkan.registry.models import Contact, IdentityDocument, Person, PersonChange
from khumkan.registry.states import ChangeReason, ContactKind
from khumkan.registry.tests.support import (
    AGENT,
    CHONBURI,
    HEAD_OFFICE,
    SYSTEM,
    employed,
    employer,
    person,
    thai_number,
)

pytestmark = pytest.mark.django_db


def test_a_person_is_found_by_number_telephone_and_reference_and_that_is_on_record() -> None:
    number = thai_number()
    someone = person(number=number, phone="081 234 5678")

    for wanted in ({"number": number}, {"phone": "+66812345678"}, {"reference": someone.reference.lower()}):
        assert queries.find_people(by=AGENT, **wanted) == [someone]  # type: ignore[arg-type]

    seen = Event.objects.filter(name="record.saw", actor_id=AGENT.id).order_by("pk")
    assert [event.person_id for event in seen] == [someone.pk] * 3


def test_searching_needs_one_thing_and_a_possible_one() -> None:
    for wanted in ({}, {"number": thai_number(), "phone": "0812345678"}, {"number": "123"}, {"reference": "P-1"}):
        with pytest.raises(Refused):
            queries.find_people(by=AGENT, **wanted)  # type: ignore[arg-type]


def test_nobody_outside_the_scope_is_found_and_foreign_looks_like_unknown() -> None:
    number = thai_number()
    stranger = person(number=number, subdistrict_code="100101")

    assert queries.find_people(by=CHONBURI, number=number) == []
    for unseen in (stranger.pk, 0):
        with pytest.raises(Missing):
            queries.person_for(CHONBURI, unseen)
    assert list(queries.persons_for(Actor.person(stranger.pk))) == [stranger]
    assert list(queries.persons_for(Actor.person(stranger.pk + 1))) == []


def test_a_number_belongs_to_one_person_and_a_person_may_hold_several() -> None:
    number = thai_number()
    someone = person(number=number)

    actions.add_document(person_id=someone.pk, kind=IdentifierKind.PASSPORT, number="aa 1234567", by=HEAD_OFFICE)

    assert queries.person_by_number(IdentifierKind.PASSPORT, "AA1234567") == someone
    with pytest.raises(Refused, match=r"holds|มีผู้"):
        person("คนอื่น", number=number)
    with pytest.raises(Refused):
        actions.add_document(person_id=someone.pk, kind=IdentifierKind.THAI, number=number, by=HEAD_OFFICE)


def test_a_withdrawn_number_finds_nobody_and_the_last_one_stays() -> None:
    number = thai_number()
    someone = person(number=number)
    first = queries.documents_of(someone.pk)[0]
    with pytest.raises(Refused):
        actions.withdraw_document(person_id=someone.pk, document=first, by=HEAD_OFFICE)
    actions.add_document(person_id=someone.pk, kind=IdentifierKind.THAI, number=thai_number(), by=HEAD_OFFICE)

    actions.withdraw_document(person_id=someone.pk, document=first, by=HEAD_OFFICE)

    assert queries.person_by_number(IdentifierKind.THAI, number) is None
    assert queries.find_people(by=AGENT, number=number) == []
    right = person("มาลี")
    actions.add_document(person_id=right.pk, kind=IdentifierKind.THAI, number=number, by=HEAD_OFFICE)
    assert queries.person_by_number(IdentifierKind.THAI, number) == right


def test_a_correction_keeps_what_stood_there_and_the_record_holds_no_name() -> None:
    someone = person("สมชาย", "ใจดี")
    details = Correction(first_name="นายสมชัย", last_name="ใจดี")

    for _ in range(2):
        actions.correct_person(person_id=someone.pk, correction=details, why=ChangeReason.CORRECTION, by=HEAD_OFFICE)

    change = PersonChange.objects.get()
    assert change.before == {"first_name": "สมชาย", "title": "", "name_key": "สมชาย ใจดี"}
    assert Person.objects.get().full_name == "นายสมชัย ใจดี"
    event = Event.objects.get(name="registry.person_corrected")
    assert event.data == {"columns": ["first_name", "name_key", "title"]}


def test_contacts_are_sealed_opened_in_two_queries_and_the_old_one_stays(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ids = [person(phone=f"08100000{number:02d}").pk for number in range(10)]
    actions.set_contact(person_id=ids[0], kind=ContactKind.PHONE, address="0899999999", by=SYSTEM, verified=True)

    with django_assert_num_queries(2):
        found = queries.contacts_of(ids)

    assert found[ids[0]].phone == "+66899999999"
    assert found[ids[1]].phone == "+66810000001"
    assert Contact.objects.filter(person_id=ids[0]).count() == 2
    assert queries.phone_of(0) == ""


def test_nobody_writes_a_telephone_number_directly_and_a_person_writes_the_own_address() -> None:
    someone = person()

    for by in (AGENT, HEAD_OFFICE, Actor.person(someone.pk)):
        with pytest.raises(Refused):
            actions.set_contact(person_id=someone.pk, kind=ContactKind.PHONE, address="0899999999", by=by)
    for by in (AGENT, Actor.person(someone.pk + 1)):
        with pytest.raises(Refused):
            actions.set_contact(person_id=someone.pk, kind=ContactKind.EMAIL, address="a@example.com", by=by)
    own = Actor.person(someone.pk)
    actions.set_contact(person_id=someone.pk, kind=ContactKind.EMAIL, address="A@example.com", by=own)
    assert queries.contacts_of([someone.pk])[someone.pk].email == "a@example.com"


def test_a_sealed_number_moved_to_another_row_is_not_shown() -> None:
    one, other = person(), person()
    stolen = IdentityDocument.objects.get(person=one).sealed
    IdentityDocument.objects.filter(person=other).update(sealed=stolen)

    with pytest.raises(crypto.CannotOpen):
        _ = IdentityDocument.objects.get(person=other).number


def test_no_number_and_no_telephone_stands_in_clear() -> None:
    number = thai_number()
    person(number=number, phone="0812345678")

    with connection.cursor() as cursor:
        for table in ("person", "identitydocument", "contact", "personchange"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM registry_{table} t")
            text = cursor.fetchone()[0]
            for secret in (number, "812345678", number.encode().hex(), b"812345678".hex()):
                assert secret not in text


def test_nothing_points_to_nothing() -> None:
    employed(person(phone="0812345678"), employer())

    assert set(queries.orphans().values()) == {0}
    IdentityDocument.objects.update(person_id=10**9)
    assert queries.orphans()["registry_identitydocument.person_id"] == 1


def test_an_officer_of_a_region_writes_there_only() -> None:
    details = PersonDetails(first_name="ก", subdistrict_code="100101")
    documents = [(IdentifierKind.THAI, thai_number())]

    with pytest.raises(Refused):
        actions.register_person(details=details, documents=documents, by=CHONBURI)
    assert actions.register_person(details=details, documents=documents, by=SYSTEM).province_code == "10"
