"""Contacts on the telephone: named by the hotline, registered by the code of their invitation, called by officers."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import actor, sign_in, user
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.record.models import Event
from khumkan.screening.actions import contacts, registrations
from khumkan.screening.choices import Channel
from khumkan.screening.models import Case, Contact, Registration
from khumkan.screening.queries.contacts import unregistered
from khumkan.screening.states import RegistrationState
from khumkan.screening.tests.at_the_lab import refuses
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI, a_person, a_session
from khumkan.screening.tests.test_laboratory_follow_up import positive_case
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
NAME, PHONE = "สมหญิง ใจดี", "+66812345678"


def a_contact(case=None, *, phone=PHONE, days_ago=2) -> Contact:
    case = case or positive_case()
    met = clock.today() - timedelta(days=days_ago)
    return contacts.name_contact(case=case, name=NAME, phone=phone, last_met_on=met, by=Actor.person(case.person_id))


def officer(province=BANGKOK):
    return actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=province)


def browser(role, **scope) -> Client:
    client = sign_in(Client(), user(role, **scope))
    client.cookies["django_language"] = "en"
    return client


def look(client, name, *args, status=200) -> str:
    response = client.get(reverse(f"screening:{name}", args=args))
    assert response.status_code == status
    if status == 200:
        assert_page_is_sound(response)
    return response.content.decode()


def press(client, page, *args, **data):
    address = reverse(f"screening:{page}", args=args)
    response = client.post(address, {"form_key": uuid.uuid4().hex, **data}, follow=True)
    assert_page_is_sound(response)
    return response.content.decode()


def met(days_ago=1) -> dict[str, str]:
    day = clock.today() - timedelta(days=days_ago)
    return {"last_met_on_day": str(day.day), "last_met_on_month": str(day.month), "last_met_on_year": str(day.year)}


def test_the_hotline_names_a_contact_for_a_case_and_says_why():
    case = positive_case()
    agent = actor(Role.AGENT)
    day = {"name": NAME, "phone": PHONE, "last_met_on": clock.today(), "case": case}
    with refuses("no_reason"):
        contacts.name_contact(**day, by=agent.acting_for(case.person_id))
    for stranger in (actor(Role.SWABBER), officer(CHIANG_MAI)):
        with pytest.raises(Missing):
            contacts.name_contact(**day, by=stranger.acting_for(case.person_id, because="asked on the telephone"))
    contacts.name_contact(**day, by=agent.acting_for(case.person_id, because="asked on the telephone"))
    event = Event.objects.get(name="screening.contact_named")
    assert (event.on_behalf_of, event.because) == (case.person_id, "asked on the telephone")


def test_the_page_of_the_hotline_names_a_contact_and_tells_nothing_of_who_is_no_case():
    case, healthy = positive_case(), a_person()
    client = browser(Role.AGENT)
    told = {"name": NAME, "phone": "0812345678", "because": "no smartphone", **met()}
    assert reverse("screening:desk_contacts", args=[case.person.reference]) in look(
        client, "desk_person", case.person.reference
    )
    pages = [look(client, "desk_contacts", who.reference).replace(who.reference, "") for who in (case.person, healthy)]
    assert pages[0].count("<") == pages[1].count("<")
    press(client, "desk_contacts", healthy.reference, **told)
    assert not Contact.objects.exists()
    assert "You can name somebody else" in press(client, "desk_contacts", case.person.reference, **told)
    assert Contact.objects.get().case == case


def test_an_invitation_is_found_by_its_code_and_registers_the_caller():
    contact, caller = a_contact(), a_person()
    a_session()
    client = browser(Role.AGENT)
    page = press(client, "desk", what=contact.reference.lower())
    assert contact.reference in page.replace("\u2011", "-")
    assert NAME not in page
    assert contact.case.reference not in page
    told = {"what": caller.reference, "because": "no smartphone"}
    nobody = told | {"what": references.new("P")}
    assert "Nobody was found" in press(client, "desk_invitation", contact.reference, **nobody)
    press(client, "desk_invitation", contact.reference, **told)
    made = Registration.objects.get(person=caller)
    assert (made.channel, made.state) == (Channel.INVITED, RegistrationState.BOOKED)
    assert "This invitation was used" in look(client, "desk_invitation", contact.reference)
    press(client, "desk_invitation", contact.reference, what=a_person().reference, because="again")
    assert Registration.objects.filter(channel=Channel.INVITED).count() == 1
    look(client, "desk_invitation", "N-22222-22222", status=404)


def test_an_officer_lists_who_has_not_registered_in_the_own_provinces():
    waiting, used, old = a_contact(), a_contact(), a_contact()
    by = Actor.person(a_person().pk)
    registrations.register_invited(reference=used.reference, answers={}, by=by)
    Contact.objects.filter(pk=old.pk).update(last_met_on=clock.today() - timedelta(days=30))
    withdrawn = a_contact()
    Case.objects.filter(pk=withdrawn.case_id).update(withdrawn_at=clock.now())
    assert list(unregistered(officer())) == list(unregistered(actor(Role.OFFICER))) == [waiting]
    assert list(unregistered(officer(CHIANG_MAI))) == list(unregistered(actor(Role.AGENT))) == []


def test_opening_a_contact_shows_name_and_telephone_and_is_written_down():
    contact = a_contact()
    client = browser(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=BANGKOK)
    listed = look(client, "contacts")
    assert (contact.reference in listed, NAME in listed, PHONE in listed) == (True, False, False)
    assert not Event.objects.filter(name="screening.contact_opened").exists()
    page = look(client, "contact", contact.reference)
    assert (NAME in page, PHONE in page, contact.case.reference in page) == (True, True, False)
    assert contact.case.person.last_name not in page
    event = Event.objects.get(name="screening.contact_opened")
    assert (event.about_id, event.person_id) == (contact.pk, contact.case.person_id)
    elsewhere = browser(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI)
    look(elsewhere, "contact", contact.reference, status=404)
    with pytest.raises(Missing):
        contacts.open_contact(contact=contact, by=actor(Role.AGENT))
    assert Event.objects.filter(name="screening.contact_opened").count() == 1
