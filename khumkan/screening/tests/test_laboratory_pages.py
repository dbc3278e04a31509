"""Pages of the site, the laboratory, cases and outbreaks: sound, scoped, harmless when a button is pressed twice."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import actor_of, sign_in, user
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.record.models import Event
from khumkan.registry.models import Person
from khumkan.screening.actions import manifests, result_files, results, visits
from khumkan.screening.choices import Method, Outcome
from khumkan.screening.models import Attendance, Case, OutbreakAlert, Registration, Result, ResultFile, Specimen
from khumkan.screening.queries.visits import is_closed
from khumkan.screening.states import RegistrationState, SpecimenState
from khumkan.screening.tests.at_the_lab import (
    SYSTEM,
    a_laboratory,
    a_session_today,
    csv_file,
    registered,
    specimens,
)
from khumkan.screening.tests.registering import BANGKOK
from khumkan.screening.tests.test_laboratory_follow_up import an_alert, positive_case
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db


def browser(role, key="", scope=ScopeKind.SITE):
    member = user(role, scope_kind=scope, key=key)
    client = sign_in(Client(), member)
    client.actor = actor_of(member)
    return client


def look(client, name, *args, status=200):
    response = client.get(reverse(f"screening:{name}", args=args))
    assert response.status_code == status, response.content.decode()[:2000]
    if status == 200 and "html" in response["Content-Type"]:
        assert_page_is_sound(response)
    return response


def press(client, page, *args, **data):
    return client.post(reverse(f"screening:{page}", args=args), {"form_key": uuid.uuid4().hex, **data}, follow=True)


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_swab_teams_day(language):
    session = a_session_today(method=Method.RAPID)
    person = registered(session)[0]
    client = browser(Role.SWABBER, session.site_id)
    client.cookies["django_language"] = language
    look(client, "field_today")
    look(client, "field_session", session.reference)
    assert person.person.full_name in look(client, "arrival", person.reference).content.decode()
    press(client, "check_in", person.reference)
    look(client, "arrival", person.reference)
    press(client, "take_specimen", person.reference, code="")
    specimen = Specimen.objects.get()
    assert specimen.code in look(client, "arrival", person.reference).content.decode()
    response = press(client, "read_rapid", person.reference, first="positive", second="negative")
    assert not Result.objects.exists()
    assert_page_is_sound(response)
    press(client, "read_rapid", person.reference, first="negative", second="negative")
    assert Result.objects.get().outcome == Outcome.NEGATIVE
    press(client, "correct_rapid", person.reference, first="positive", second="positive")
    look(client, "arrival", person.reference)
    waiting = Result.objects.get(state="entered")
    look(client, "corrections")
    press(client, "decide_correction", waiting.pk, decision="release")
    assert Result.objects.get(pk=waiting.pk).state == "entered"
    colleague = browser(Role.SWABBER, session.site_id)
    colleague.cookies["django_language"] = language
    assert_page_is_sound(press(colleague, "decide_correction", waiting.pk, decision="release"))
    assert Result.objects.get(pk=waiting.pk).state == "released"
    for page in ("walk_in", "box", "close_session"):
        look(client, page, session.reference)
    for sheet in ("labels", "blank_labels"):
        assert look(client, sheet, session.reference).content.startswith(b"%PDF")
    assert look(client, "label", specimen.code).content.startswith(b"%PDF")
    assert Event.objects.filter(name="record.saw", person_id=person.person_id).exists()


def test_somebody_is_found_by_code_label_and_name_but_never_in_the_address():
    session = a_session_today()
    person, other = registered(session, 2)
    client = browser(Role.SWABBER, session.site_id)
    response = press(client, "field_today", wanted=f"https://khumkan.example/field/tests/in/{person.reference}/")
    assert response.redirect_chain[-1][0] == reverse("screening:arrival", args=[person.reference])
    Person.objects.filter(pk=person.person_id).update(name_key="สมชาย ใจงาม")
    response = press(client, "field_session", session.reference, wanted="ใจงาม")
    assert_page_is_sound(response)
    assert (person.reference in response.content.decode(), other.reference in response.content.decode()) == (
        True,
        False,
    )
    response = press(client, "field_today", wanted="T-22222-22222")
    assert response.status_code == 422
    assert_page_is_sound(response)


def test_a_double_tap_takes_one_specimen():
    session = a_session_today()
    person = registered(session, state=RegistrationState.CHECKED_IN)[0]
    client = browser(Role.SWABBER, session.site_id)
    key = uuid.uuid4().hex
    for _ in range(2):
        client.post(reverse("screening:take_specimen", args=[person.reference]), {"form_key": key, "code": ""})
    press(client, "take_specimen", person.reference, code="")
    assert Specimen.objects.count() == 1


def test_the_door_form_says_what_is_missing():
    session = a_session_today()
    person = registered(session)[0]
    client = browser(Role.SWABBER, session.site_id)
    response = press(client, "note_at_door", person.reference, outcome="", note="")
    assert response.status_code == 422
    assert_page_is_sound(response)
    press(client, "note_at_door", person.reference, outcome="refused", note="")
    press(client, "not_on_list", session.reference)
    assert set(Attendance.objects.values_list("outcome", flat=True)) == {"refused", "not_on_list"}


def test_other_sites_look_as_if_they_did_not_exist():
    here, elsewhere = a_session_today(), a_session_today()
    person = registered(elsewhere)[0]
    client = browser(Role.SWABBER, here.site_id)
    look(client, "field_session", elsewhere.reference, status=404)
    page = look(client, "arrival", person.reference).content.decode()
    assert person.person.last_name not in page
    assert press(client, "check_in", person.reference).status_code == 404
    laboratory = a_laboratory()
    look(client, "lab_one", laboratory.reference, status=404)
    other = browser(Role.LAB, a_laboratory().pk)
    specimen = specimens(laboratory)[0]
    for name, key in (
        ("lab_one", laboratory.reference),
        ("lab_specimen", specimen.code),
        ("lab_files", laboratory.reference),
    ):
        look(other, name, key, status=404)


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_laboratorys_day_shows_codes_and_no_names(language):
    laboratory = a_laboratory()
    session = a_session_today()
    taken = specimens(None, 6, session=session, state=SpecimenState.TAKEN)
    swab = browser(Role.SWABBER, session.site_id)
    press(swab, "box", session.reference, laboratory=laboratory.reference)
    client = browser(Role.LAB, laboratory.pk)
    client.cookies["django_language"] = language
    box = taken[0].__class__.objects.get(pk=taken[0].pk).manifest
    assert look(client, "lab", status=302).url == reverse("screening:lab_one", args=[laboratory.reference])
    pages = [look(client, "lab_one", laboratory.reference), look(client, "lab_box", box.reference)]
    assert look(client, "box_list", box.reference).content.startswith(b"%PDF")
    press(client, "lab_box", box.reference, missing=taken[5].code, extra="S-22222-22222")
    pages += [look(client, "lab_box", box.reference), look(client, "lab_specimen", taken[5].code)]
    press(client, "lab_found_later", taken[5].code)
    press(client, "lab_pools", laboratory.reference, codes=f"{taken[0].code}\n{taken[1].code}")
    pool = Specimen.objects.get(pk=taken[0].pk).pool
    pages += [look(client, "lab_pools", laboratory.reference), look(client, "lab_pool", pool.reference)]
    pages.append(press(client, "lab_pool", pool.reference, outcome="negative"))
    colleague = browser(Role.LAB, laboratory.pk)
    colleague.cookies["django_language"] = language
    pages.append(look(colleague, "lab_pool", pool.reference))
    pages.append(press(colleague, "lab_pool", pool.reference, outcome="negative"))
    assert Specimen.objects.get(pk=taken[0].pk).state == SpecimenState.RESULTED
    press(client, "lab_specimen", taken[2].code, outcome="positive")
    pages += [look(client, "lab_release", laboratory.reference), look(client, "lab_late", laboratory.reference)]
    waiting = Result.objects.get(state="entered")
    press(client, "lab_decide", waiting.pk, decision="release")
    assert Result.objects.get(pk=waiting.pk).state == "entered"
    second = browser(Role.LAB, laboratory.pk)
    press(second, "lab_decide", waiting.pk, decision="release")
    assert Result.objects.get(pk=waiting.pk).state == "released"
    press(client, "lab_spoiled", taken[3].code)
    assert Specimen.objects.get(pk=taken[3].pk).state == SpecimenState.SPOILED
    pages += [look(client, "lab_specimen", taken[2].code), press(client, "lab_find", code=taken[4].code)]
    for page in pages:
        assert "สมชาย" not in page.content.decode()


def test_a_file_is_sent_read_and_its_bad_rows_come_back_as_a_safe_file():
    laboratory = a_laboratory()
    good = specimens(laboratory)[0]
    client = browser(Role.LAB, laboratory.pk)
    look(client, "lab_files", laboratory.reference)
    content = csv_file([(good.code, "negative"), ("=cmd()", "positive")])

    def send():
        return press(client, "lab_files", laboratory.reference, file=SimpleUploadedFile("res.csv", content))

    assert_page_is_sound(send())
    file = ResultFile.objects.get()
    look(client, "lab_file", file.reference)
    result_files.read_file(file.pk)
    page = look(client, "lab_file", file.reference)
    assert page.status_code == 200
    rows = look(client, "lab_file_rows", file.reference).content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("code,result,")
    assert rows[1].startswith("'=cmd()")
    send()
    again = result_files.read_file(ResultFile.objects.latest("pk").pk)
    assert (again.accepted, again.refused, again.duplicate) == (0, 1, 1)
    assert Result.objects.count() == 1
    look(client, "lab_files", laboratory.reference)
    bad = press(client, "lab_files", laboratory.reference, file=SimpleUploadedFile("res.exe", b"MZ"))
    assert bad.status_code == 422
    assert_page_is_sound(bad)


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_case_names_contacts_on_a_page_of_its_own(language):
    case = positive_case()
    client = sign_in(Client(), case.person_id)
    client.cookies["django_language"] = language
    look(client, "name_contacts", case.reference)
    response = press(client, "name_contacts", case.reference, name="", phone="12")
    assert response.status_code == 422
    assert_page_is_sound(response)
    letter = look(client, "answer_letter", case.result.specimen.registration.reference)
    assert letter.content.startswith(b"%PDF")
    stranger = sign_in(Client(), registered(a_session_today())[0].person_id)
    look(stranger, "name_contacts", case.reference, status=404)
    look(stranger, "answer_letter", case.result.specimen.registration.reference, status=404)


@pytest.mark.parametrize("language", ["th", "en"])
def test_an_officer_deals_with_an_outbreak(language):
    alert = an_alert(hours_ago=4)
    client = browser(Role.OFFICER, BANGKOK, ScopeKind.PROVINCE)
    client.cookies["django_language"] = language
    look(client, "alerts")
    look(client, "alert", alert.reference)
    assert press(client, "alert", alert.reference, note="").status_code == 422
    press(client, "alert", alert.reference, note="DDC 13")
    look(client, "alert", alert.reference)
    press(client, "close_alert", alert.reference)
    look(client, "alert", alert.reference)
    assert OutbreakAlert.objects.get().state == "closed"
    elsewhere = browser(Role.OFFICER, "50", ScopeKind.PROVINCE)
    look(elsewhere, "alert", alert.reference, status=404)


def test_a_session_is_closed_on_its_page():
    session = a_session_today()
    person = registered(session)[0]
    visits.check_in(registration=person, by=SYSTEM)
    visits.take_specimen(registration=person, by=SYSTEM)
    client = browser(Role.SWABBER, session.site_id)
    response = press(client, "close_session", session.reference)
    assert_page_is_sound(response)
    code = Specimen.objects.get().code
    assert (code in response.content.decode(), is_closed(session)) == (True, None)
    assert_page_is_sound(press(client, "cannot_use", person.reference))
    assert code not in look(client, "close_session", session.reference).content.decode()
    assert_page_is_sound(press(client, "close_session", session.reference))
    assert is_closed(session)


def test_a_closed_session_counts_who_came():
    session = a_session_today()
    person = registered(session)[0]
    visits.check_in(registration=person, by=SYSTEM)
    visits.take_specimen(registration=person, by=SYSTEM)
    manifests.close_box(session=session, laboratory=a_laboratory(), by=SYSTEM)
    client = browser(Role.SWABBER, session.site_id)
    assert_page_is_sound(press(client, "close_session", session.reference))
    assert session.__class__.objects.get(pk=session.pk).close.came == 1
    look(client, "field_today")


def test_a_list_of_forty_costs_as_many_queries_as_a_list_of_two(django_assert_max_num_queries):
    session = a_session_today()
    client = browser(Role.SWABBER, session.site_id)
    registered(session, 2)
    look(client, "field_session", session.reference)
    registered(session, 38)
    with django_assert_max_num_queries(22):
        look(client, "field_session", session.reference)


def test_an_employer_sees_none_of_this():
    client = browser(Role.EMPLOYER, "1", ScopeKind.EMPLOYER)
    for name in ("field_today", "lab", "alerts"):
        look(client, name, status=404)
    assert (Case.objects.count(), Registration.objects.count(), results.__name__) == (0, 0, results.__name__)
