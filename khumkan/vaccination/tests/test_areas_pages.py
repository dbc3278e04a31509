"""The pages of choosing districts: simulate, keep, sign, publish, check."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.models import CaseFile, DistrictChoice, InsuredCount
from khumkan.vaccination.tests import choosing, country

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client) -> Client:
    return sign_in(client, user(Role.OFFICER))


def asked(**fields: str) -> dict[str, str]:
    """Return a simulation as the form sends it."""
    file, phase = choosing.known(), choosing.awaiting()
    until_on = (clock.today() - timedelta(days=1)).isoformat()
    rule = {"until_on": until_on, "days": "14", "least_rate": "50", "doses": "1400"}
    return {"phase": str(phase.pk), "figures": str(file.pk), **rule, **fields}


def test_a_simulation_is_shown_and_leaves_no_trace(officer: Client) -> None:
    wish = asked()
    page = officer.get(reverse("vaccination:new_choice"), wish)
    assert_page_is_sound(page)
    text = page.content.decode()
    assert "อำเภอ 2401" in text
    assert "อำเภอ 2402" in text
    assert not DistrictChoice.objects.exists()
    fewer = officer.get(reverse("vaccination:new_choice"), {**wish, "doses": "300"}).content.decode()
    assert text != fewer


def test_from_the_simulation_to_the_published_file(officer: Client) -> None:
    made = officer.post(reverse("vaccination:new_choice"), {**asked(), "form_key": "one"})
    choice = DistrictChoice.objects.get()
    assert made.headers["Location"] == reverse("vaccination:choice", args=[choice.reference])
    officer.post(reverse("vaccination:sign_choice", args=[choice.reference]), {"form_key": "two", **seen(choice)})
    choice.refresh_from_db()
    assert choice.state == "simulated"  # who simulated does not sign
    other = sign_in(Client(), user(Role.OFFICER))
    assert_page_is_sound(other.get(made.headers["Location"]))
    other.post(reverse("vaccination:sign_choice", args=[choice.reference]), {"form_key": "three", **seen(choice)})
    choice.refresh_from_db()
    assert choice.state == "signed"
    public = Client().get(reverse("vaccination:public_choice", args=[choice.reference]))
    assert_page_is_sound(public)
    assert choice.figures_hash in public.content.decode()
    file = Client().get(reverse("vaccination:public_choice_file", args=[choice.reference])).content
    assert hashlib.sha256(file).hexdigest() == choice.figures_hash
    told = officer.get(reverse("vaccination:choice_csv", args=[choice.reference])).content.decode("utf-8-sig")
    assert len(told.strip().splitlines()) == 4
    assert "14.00" in told


def seen(choice: DistrictChoice) -> dict[str, str]:
    return {"figures_hash": choice.figures_hash}


def test_what_is_not_signed_is_not_public(officer: Client) -> None:
    choice = choosing.kept(choosing.awaiting(), choosing.known())
    for name in ("public_choice", "public_choice_file"):
        assert Client().get(reverse(f"vaccination:{name}", args=[choice.reference])).status_code == 404
    assert officer.get(reverse("vaccination:choice", args=[choice.reference])).status_code == 200
    officer.post(reverse("vaccination:drop_choice", args=[choice.reference]), {"form_key": "one"})
    choice.refresh_from_db()
    assert choice.state == "dropped"


def test_nothing_to_compare_is_said_in_words(officer: Client) -> None:
    wish = asked()
    InsuredCount.objects.all().delete()
    page = officer.get(reverse("vaccination:new_choice"), wish)
    assert page.status_code == 422
    assert_page_is_sound(page)


def test_figures_of_others_are_taken_over_and_their_names_shown(officer: Client) -> None:
    content = (
        f"date,province,new_cases\n{clock.today().isoformat()},Buriram,3\n{clock.today().isoformat()},Atlantis,1\n"
    )
    form = {"source": "briefings", "form_key": "one"}
    sent = SimpleUploadedFile("cases.csv", content.encode())
    made = officer.post(reverse("vaccination:case_files"), {**form, "file": sent})
    file = CaseFile.objects.get()
    assert made.headers["Location"] == reverse("vaccination:case_file", args=[file.pk])
    page = officer.get(made.headers["Location"])
    assert_page_is_sound(page)
    assert "Atlantis" in page.content.decode()
    assert "Buri Ram" in page.content.decode()
    bad = SimpleUploadedFile("bad.csv", b"day,cases\n1,2\n")
    refused = officer.post(reverse("vaccination:case_files"), {**form, "form_key": "two", "file": bad})
    assert refused.status_code == 422
    assert_page_is_sound(refused)


def test_insured_persons_are_counted_from_the_page(officer: Client) -> None:
    country.a_person()
    officer.post(reverse("vaccination:count_insured"), {"form_key": "one"})
    assert InsuredCount.objects.get(area_code="1026").people == 1


@pytest.mark.parametrize("name", ["new_choice", "case_files", "new_phase"])
def test_officers_of_a_province_and_supervisors_only_read(client: Client, name: str) -> None:
    provincial = sign_in(client, user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="24"))
    assert provincial.get(reverse(f"vaccination:{name}")).status_code == 404
    supervisor = sign_in(Client(), user(Role.SUPERVISOR))
    assert supervisor.get(reverse(f"vaccination:{name}")).status_code == 404
    for open_to_them in ("phases", "choices", "coverage"):
        assert_page_is_sound(supervisor.get(reverse(f"vaccination:{open_to_them}")))
        assert_page_is_sound(provincial.get(reverse(f"vaccination:{open_to_them}")))
