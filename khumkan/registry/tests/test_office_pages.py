"""Pages of one employer and one person: found by number, corrected with what proves it, within the own region."""

import io
import uuid
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.record.models import Event
from khumkan.registry import actions, queries, rules
from khumkan.registry.actions.imports import import_filing
from khumkan.registry.models import Employer, Person, PersonChange
from khumkan.registry.states import ChangeReason
from khumkan.registry.tests.support import AGENT, CHONBURI, SYSTEM, employer, imported, person, thai_number
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
PROOF = {"because": "ดูบัตรประชาชนตัวจริงแล้ว"}


def browser(role: Role = Role.OFFICER, province: str = "20") -> Client:
    scope = ScopeKind.PROVINCE if province else ScopeKind.NATIONAL
    return sign_in(Client(), user(role, scope_kind=scope, key=province))


def look(client: Client, name: str, *args: object, status: int = 200, **query: str) -> HttpResponse:
    response: HttpResponse = client.get(reverse(f"registry:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    if status in (200, 422):
        assert_page_is_sound(response)
    return response


def sent(client: Client, name: str, *args: object, **data: object) -> HttpResponse:
    response: HttpResponse = client.post(
        reverse(f"registry:{name}", args=args), {"form_key": uuid.uuid4().hex, **data}, follow=True
    )
    assert_page_is_sound(response)
    return response


@pytest.mark.parametrize("language", ["th", "en"])
def test_an_employer_is_found_by_account_number_with_branches_and_filings(language: str) -> None:
    client, number = browser(), thai_number()
    client.cookies["django_language"] = language
    work = employer("1000000015", name_en="Factory")
    person("สมชาย", number=number)
    lines = f"id_number,first_name,last_name,wage\n{number},สมชาย,ใจดี,15000\n".encode()
    import_filing(io.BytesIO(lines), employer_id=work.pk, month=date(2021, 3, 1), by=SYSTEM)

    found = look(client, "employers", status=302, account="10-0000001-5")

    assert found["Location"] == reverse("registry:employer", args=[work.reference])
    page = look(client, "employer", work.reference).content.decode()
    shown = ("มีนาคม 2564", "ชลบุรี") if language == "th" else ("March 2021", "Chon Buri")
    for words in (*shown, "000000", "1000000015"):
        assert words in page
    look(client, "employers")


def test_an_employer_elsewhere_is_not_found() -> None:
    work = employer("1000000015", subdistrict_code="100101")
    client = browser()
    look(client, "employers", status=422, account="1000000015")
    look(client, "employers", status=422, account="12")
    look(client, "employer", work.reference, status=404)
    look(browser(province=""), "employer", work.reference)
    look(browser(Role.AGENT, ""), "employers", status=404)
    assert Employer.objects.count() == 1


def test_a_name_is_corrected_with_proof_and_what_stood_there_is_shown() -> None:
    client, number = browser(), thai_number()
    someone = person("สมชาย", number=number, birth_date=date(1987, 8, 16))
    found = sent(client, "persons", what=number)
    assert found.redirect_chain[-1][0] == reverse("registry:person", args=[someone.reference])
    assert "สมชาย" in look(client, "correct_person", someone.reference).content.decode()
    born = {"birth_date_day": "17", "birth_date_month": "8", "birth_date_year": "2530"}

    page = sent(
        client, "correct_person", someone.reference,
        title="นาย", first_name="สมชัย", last_name="ใจดี", why="new_name", **born, **PROOF,
    ).content.decode()  # fmt: skip

    someone.refresh_from_db()
    assert (someone.full_name, someone.birth_date, someone.name_key) == (
        "นายสมชัย ใจดี",
        date(1987, 8, 17),
        "สมชัย ใจดี",
    )
    change = PersonChange.objects.get()
    assert (change.why, change.before["first_name"], change.before["birth_date"]) == ("new_name", "สมชาย", "1987-08-16")
    assert "1987-08-16" in page
    event = Event.objects.get(name="registry.person_corrected")
    assert (event.because, event.person_id, event.on_behalf_of) == (PROOF["because"], someone.pk, someone.pk)


def test_without_proof_or_with_an_impossible_day_nothing_is_corrected() -> None:
    client, someone = browser(), person("สมชาย")
    given = {"title": "", "first_name": "สมชัย", "last_name": "ใจดี", "why": "correction"}
    assert sent(client, "correct_person", someone.reference, **given).status_code == 422
    future = {"birth_date_day": "1", "birth_date_month": "1", "birth_date_year": "2630"}
    assert sent(client, "correct_person", someone.reference, **given, **future, **PROOF).status_code == 422
    assert Person.objects.get().first_name == "สมชาย"
    assert not rules.can_be_born_on(date(1899, 12, 31), today=date(2021, 1, 1))
    assert rules.can_be_born_on(date(2021, 1, 1), today=date(2021, 1, 1))


def test_a_document_is_added_a_wrong_one_withdrawn_and_the_last_one_stays() -> None:
    client, number = browser(), thai_number()
    someone = person("มาลี", number=number)
    wrong = queries.documents_of(someone.pk)[0]
    key = bytes(wrong.blind_index).hex()[:16]
    assert sent(client, "withdraw_document", someone.reference, document=key, **PROOF).status_code == 422

    sent(client, "add_document", someone.reference, kind="passport", number="AA1234567", **PROOF)
    sent(client, "withdraw_document", someone.reference, document=key, **PROOF)

    assert [each.last4 for each in queries.documents_of(someone.pk)] == ["4567"]
    assert queries.person_by_number(IdentifierKind.THAI, number) is None
    names = {"registry.document_added", "registry.document_withdrawn"}
    assert set(Event.objects.filter(because=PROOF["because"]).values_list("name", flat=True)) == names
    assert sent(client, "add_document", someone.reference, kind="thai", number="123", **PROOF).status_code == 422
    assert sent(client, "withdraw_document", someone.reference, document=key, **PROOF).status_code == 422


def test_a_person_elsewhere_is_nobody_and_nothing_of_theirs_is_corrected() -> None:
    number = thai_number()
    stranger = person(number=number, subdistrict_code="100101")
    client = browser()
    assert sent(client, "persons", what=number).status_code == 422
    assert sent(client, "persons", what="12").status_code == 422
    for name in ("person", "correct_person", "add_document", "withdraw_document"):
        look(client, name, stranger.reference, status=404)
    look(browser(Role.AGENT, ""), "persons", status=404)
    correction = actions.Correction(first_name="อื่น")
    for by in (AGENT, CHONBURI):
        with pytest.raises(Refused):
            actions.correct_person(person_id=stranger.pk, correction=correction, why=ChangeReason.NEW_NAME, by=by)
    assert not PersonChange.objects.exists()


def test_what_a_file_changed_is_told_too() -> None:
    number = thai_number()
    imported(f"{number},มาลี,ใจดี,,,200101,33,")
    imported(f"{number},มาลี,ใจดี,16/08/2530,,200102,33,")
    someone = Person.objects.get()

    page = look(browser(), "person", someone.reference).content.decode()

    assert "200101" in page
    assert "ปรับปรุงจากไฟล์นำเข้า" in page


def test_several_persons_with_one_telephone_are_told_apart() -> None:
    both = [person(name, phone="0812345678") for name in ("มานะ", "มานี")]
    page = sent(browser(province=""), "persons", what="081 234 5678").content.decode()
    assert all(each.reference in page for each in both)
