"""The page on which a person who waits asks to be called for a dose that is left."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in
from khumkan.kernel import clock
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import Dose, StandBy
from khumkan.vaccination.queries import standing_by
from khumkan.vaccination.tests.country import a_session, a_site, booked, goes_on, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


def phone_of(dose: Dose) -> Client:
    return sign_in(Client(), dose.person_id)


def page() -> str:
    return reverse("vaccination:stand_by")


def test_a_person_who_waits_asks_for_a_site_near_by() -> None:
    session, dose = goes_on(a_session()), waiting()
    phone = phone_of(dose)
    answer = phone.get(page())
    assert_page_is_sound(answer)
    assert str(session.site) in answer.content.decode()
    assert phone.post(page(), {"form_key": uuid.uuid4().hex}).status_code == 422
    chosen = f"{session.site.reference}/{clock.today().isoformat()}"
    said = phone.post(page(), {"where": chosen, "form_key": uuid.uuid4().hex}, follow=True)
    assert "You are on the list. We send" in said.content.decode()
    assert_page_is_sound(said)
    assert StandBy.objects.get().dose_id == dose.pk


def test_a_person_with_a_date_finds_nothing_here() -> None:
    assert phone_of(booked()).get(page()).status_code == 404


def test_only_sites_within_reach_of_the_right_vaccine_are_offered() -> None:
    near, dose = a_session(), waiting()
    a_session(site=a_site(north=2))
    a_session(site=a_site(), vaccine=Vaccine.SINOVAC)
    Dose.objects.filter(pk=dose.pk).update(vaccine=Vaccine.ASTRAZENECA)
    dose.refresh_from_db()
    (offer,) = standing_by.offers_for(dose)
    assert (offer.site, offer.day) == (near.site, clock.today() + timedelta(days=1))
    assert offer.km is not None
    assert offer.km < 5
