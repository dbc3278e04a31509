"""Papers: what they say, what the employer's letter never says, who gets them, and what anybody may check."""

import json
import re
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in
from khumkan.isolation.actions import discharges, stays
from khumkan.isolation.choices import CareEnd, CertificateKind
from khumkan.isolation.documents import certificates
from khumkan.isolation.models import Care, Certificate, Stay
from khumkan.isolation.queries import papers as queries
from khumkan.isolation.rules.papers import initials
from khumkan.isolation.tests import hotel
from khumkan.isolation.tests.nursing import browser, in_bed, look, observed, press
from khumkan.isolation.views import papers as views
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
#: What tells of a disease, of where somebody was looked after, or of a test. Beginnings of words in English.
FORBIDDEN_ENGLISH = (
    *("covid", "corona", "virus", "infect", "disease", "ill", "sick", "hospital", "hospitel", "hotel", "isolat"),
    *("quarantin", "test", "swab", "positive", "specimen", "patient", "nurse", "doctor", "treat(?!\\s+the\\s+absence)"),
    *("symptom", "recover", "bed", "ward", "clinic", "medic", "health"),
)
FORBIDDEN_THAI = (
    *("โควิด", "โคโรนา", "ไวรัส", "เชื้อ", "โรค", "ป่วย", "โรงพยาบาล", "ฮอสพิเทล", "โรงแรม", "กักตัว", "ตรวจพบ", "ผลตรวจ"),
    *("ตัวอย่าง", "แพทย์", "พยาบาล", "รักษา", "อาการ", "หาย", "เตียง", "ยา ", "สุขภาพ"),
)


def gone(because: CareEnd = CareEnd.RECOVERED) -> Care:
    """Let somebody have left."""
    hotel.a_hotel(rooms=1)
    care = in_bed(days_ago=15)
    observed(care)
    discharges.confirm(care=care, because=because, by=hotel.OFFICE)
    stays.leave(stay=Stay.objects.get(care=care), by=hotel.OFFICE)
    return hotel.fresh(care)


def paper(kind: CertificateKind, care: Care | None = None) -> Certificate:
    """Return a paper of somebody who has left."""
    found = Certificate.objects.filter(care=care or gone(), kind=kind, revoked_at=None)
    return found.select_related("person", "care").get()


def said(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return every word that a paper hands to the typesetter; the template itself holds none."""
    kept: list[dict[str, Any]] = []
    monkeypatch.setattr(certificates, "render_pdf", lambda _template, data: kept.append(data) or b"")
    certificates.paper(certificate)
    (data,) = kept
    return json.dumps({name: value for name, value in data.items() if name != "qr"}, ensure_ascii=False)


def forbidden_in(text: str) -> list[str]:
    """Return the words of the lists that a text contains."""
    low = text.lower()
    english = [word for word in FORBIDDEN_ENGLISH if re.search(rf"\b{word}", low)]
    return english + [word for word in FORBIDDEN_THAI if word in low]


# What they say


def test_the_letter_for_the_employer_tells_of_no_disease_and_no_hospital(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = paper(CertificateKind.EMPLOYER)
    text = said(letter, monkeypatch)
    assert forbidden_in(text) == []
    assert letter.person.full_name in text
    assert letter.code in text


def test_control_the_list_finds_what_the_discharge_certificate_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same look at the other paper, which is for the person alone, finds words in both languages."""
    found = forbidden_in(said(paper(CertificateKind.DISCHARGE), monkeypatch))
    assert "isolat" in found
    assert "กักตัว" in found


def test_the_letter_says_the_same_whatever_the_reason_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who went at their own wish, or after a corrected result, cannot be told from who recovered, but by the days."""
    texts = []
    for because in (CareEnd.RECOVERED, CareEnd.OWN_WISH, CareEnd.ELSEWHERE):
        letter = paper(CertificateKind.EMPLOYER, gone(because))
        Certificate.objects.filter(pk=letter.pk).update(rest_until=None)
        letter.refresh_from_db()
        text = said(letter, monkeypatch)
        texts.append(text.replace(letter.code, "CODE").replace(letter.person.full_name, "NAME"))
    assert len(set(texts)) == 1


def test_the_words_of_the_template_are_all_handed_in() -> None:
    """Letters in the template outside of its code would escape the test of the words."""
    source = certificates.SHEET.read_text(encoding="utf-8")
    code = "\n".join(line for line in source.splitlines() if not line.startswith("//"))
    assert not re.search("[ก-๙]", code)
    assert forbidden_in(code) == []


def test_a_paper_is_in_both_languages_with_days_in_both_eras(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = paper(CertificateKind.EMPLOYER)
    Certificate.objects.filter(pk=letter.pk).update(from_on=date(2026, 11, 2), to_on=date(2026, 11, 12))
    letter.refresh_from_db()
    text = said(letter, monkeypatch)
    for words in ("2 พฤศจิกายน 2569", "2 November 2026", "12 พฤศจิกายน 2569", "หนังสือรับรอง", "excused", "ตั้งแต่", "From"):
        assert words in text


def glyphs_of(pdf: bytes) -> Iterator[str]:
    """Yield the characters that a drawn page can show, from the tables that make its letters copyable."""
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            text = zlib.decompress(packed)
        except zlib.error:
            continue
        for codes in re.findall(rb"<[0-9A-Fa-f]+> <([0-9A-Fa-f]+)>", text):
            yield bytes.fromhex(codes.decode()).decode("utf-16-be")


@pytest.mark.parametrize("kind", list(CertificateKind))
def test_a_paper_is_drawn_on_one_page_in_our_font(kind: CertificateKind) -> None:
    pdf = certificates.paper(paper(kind))
    assert pdf.startswith(b"%PDF-1.7")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert b"/StructTreeRoot" in pdf
    assert set(re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)", pdf)) <= {b"Sarabun-Regular", b"Sarabun-Bold"}
    letters = set("".join(glyphs_of(pdf)))
    assert set("สมหญิงใจดี") <= letters
    assert set("excused" if kind is CertificateKind.EMPLOYER else "certificate") <= letters


def test_the_text_in_a_paper_is_never_a_command() -> None:
    letter = paper(CertificateKind.EMPLOYER)
    letter.person.last_name = '#panic("x") $x$ *b* \\ = h'
    assert certificates.paper(letter).startswith(b"%PDF")


def test_the_code_in_the_picture_leads_to_the_public_page(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.KHUMKAN_ADDRESS = "https://help.example.go.th/"
    drawn: list[str] = []
    monkeypatch.setattr(certificates, "qr_svg", lambda text: drawn.append(text) or "")
    monkeypatch.setattr(certificates, "render_pdf", lambda *_: b"")
    letter = paper(CertificateKind.EMPLOYER)
    certificates.paper(letter)
    assert drawn == [f"https://help.example.go.th/papers/{letter.code}/"]


# Who gets them


def test_a_person_gets_the_own_papers_and_nobody_elses() -> None:
    own, other = paper(CertificateKind.DISCHARGE), paper(CertificateKind.DISCHARGE)
    client = sign_in(Client(), own.person_id)
    response = client.get(reverse("isolation:certificate_pdf", args=[own.code]))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    for code in (other.code, references.new("Z"), "nonsense"):
        assert client.get(reverse("isolation:certificate_pdf", args=[code])).status_code == 404


def test_staff_get_no_paper() -> None:
    own = paper(CertificateKind.DISCHARGE)
    for role in (Role.OFFICER, Role.AGENT, Role.NURSE):
        look(browser(role, scope=ScopeKind.NATIONAL), "certificate_pdf", own.code, status=404)


def test_a_revoked_paper_is_not_handed_out() -> None:
    own = paper(CertificateKind.EMPLOYER)
    client = sign_in(Client(), own.person_id)
    discharges.revoke(certificate=own, why="a wrong day", by=hotel.OFFICE)
    response = client.get(reverse("isolation:certificate_pdf", args=[own.code]), headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert not response.content.startswith(b"%PDF")


def test_the_list_on_the_persons_page_leads_to_pdfs_and_that_of_staff_to_the_check() -> None:
    care = gone()
    found = queries.papers_of(care.pk)
    mine = render_to_string("isolation/papers/_list.html", {"papers": found})
    theirs = render_to_string("isolation/papers/_list.html", {"papers": found, "staff": True})
    assert mine.count(".pdf") == 2
    assert theirs.count(".pdf") == 0
    assert theirs.count("/papers/") == 2
    assert render_to_string("isolation/papers/_list.html", {"papers": []}).strip()


# What anybody may check


def test_anybody_learns_kind_days_and_initials_and_nothing_more() -> None:
    known = paper(CertificateKind.DISCHARGE)
    client = Client()
    client.cookies["django_language"] = "en"
    page = look(client, "paper", known.code)
    assert "This paper is genuine and valid" in page
    assert "Discharge certificate" in page
    for private in (known.person.last_name, known.person.first_name, known.person.reference, known.care.reference):
        assert private not in page
    assert "ส. จ." in page


def test_valid_revoked_and_unknown_look_different_and_unknown_and_malformed_alike() -> None:
    known = paper(CertificateKind.EMPLOYER)
    client = Client()
    client.cookies["django_language"] = "en"
    valid = look(client, "paper", known.code)
    discharges.revoke(certificate=known, why="typed wrongly, sorry", by=hotel.OFFICE)
    revoked = look(client, "paper", known.code)
    assert "This paper was revoked" in revoked
    assert "typed wrongly" not in revoked
    unknown = [
        _main(look(client, "paper", code, status=404))
        for code in (references.new("Z"), "Z-22222-22223", "x", "ก", "'; --", known.care.reference)
    ]
    assert set(unknown) == {unknown[0]}
    assert "This code is not known" in unknown[0]
    assert "This paper is genuine and valid" in valid
    assert len({valid, revoked, unknown[0]}) == 3


def _main(page: str) -> str:
    return page.split("<main")[1].split("</main>")[0]


def test_a_code_is_read_however_it_is_typed() -> None:
    known = paper(CertificateKind.EMPLOYER)
    assert queries.check(known.code.lower().replace("-", " ")) == queries.check(known.code)
    assert queries.check(known.code) is not None


def test_trying_codes_is_slowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    client, known = Client(), paper(CertificateKind.EMPLOYER)
    few = views.Limit("paper.test", 2, 1, views.CHECKS.per)
    address = reverse("isolation:paper", args=[known.code])
    with monkeypatch.context() as patched:
        patched.setattr(views, "CHECKS", few)
        patched.setattr(views.throttle, "take", _without_durability(views.throttle.take))
        statuses = [client.get(address).status_code for _ in range(4)]
    assert statuses == [200, 200, 429, 429]


def _without_durability(take: Any) -> Any:
    return lambda limit, subject: take(limit, subject, durable=False)


@pytest.mark.parametrize(
    ("names", "letters"),
    [
        (("สมหญิง", "ใจดี"), "ส. จ."),
        (("เรณู", "แก้วมณี"), "ร. ก."),
        (("Aung", "kyaw Moe"), "A. K."),
        (("Suda", ""), "S."),
        (("", ""), ""),
        (("1", "-"), ""),
        (("เ", "ไ"), ""),
    ],
)
def test_initials(names: tuple[str, str], letters: str) -> None:
    assert initials(*names) == letters


# Officers


def test_an_officer_revokes_with_a_reason_and_issues_anew() -> None:
    known = paper(CertificateKind.EMPLOYER)
    client = browser(Role.OFFICER, "10", ScopeKind.PROVINCE)
    assert known.code in look(client, "papers")
    assert press(client, "office_paper", known.code, why="").status_code == 422
    press(client, "issue_again", known.code)
    assert Certificate.objects.filter(care=known.care_id, kind="employer").count() == 1
    press(client, "office_paper", known.code, why="a wrong day")
    known.refresh_from_db()
    assert known.revoked_why == "a wrong day"
    assert known.revoked_by == client.actor.id  # type: ignore[attr-defined]
    press(client, "issue_again", known.code)
    fresh = paper(CertificateKind.EMPLOYER, known.care)
    assert fresh.code != known.code
    assert (fresh.from_on, fresh.to_on, fresh.rest_until) == (known.from_on, known.to_on, known.rest_until)
    assert fresh.code in look(client, "office_paper", known.code)
    press(client, "issue_again", known.code)
    assert Certificate.objects.filter(care=known.care_id, kind="employer").count() == 2
    names = Event.objects.filter(about_kind="isolation.certificate").values_list("name", flat=True)
    assert set(names) == {"isolation.certificate_issued", "isolation.certificate_revoked"}


def test_an_officer_finds_a_paper_by_its_code_and_is_noted_only_where_a_name_is_shown() -> None:
    known, other = paper(CertificateKind.EMPLOYER), paper(CertificateKind.EMPLOYER)
    client = browser(Role.OFFICER, "10", ScopeKind.PROVINCE)
    page = look(client, "papers", query=f"?code={known.code.lower()}")
    assert known.code in page
    assert other.code not in page
    assert known.person.last_name not in page
    assert not Event.objects.filter(name="record.saw").exists()
    assert known.person.full_name in look(client, "office_paper", known.code)
    assert Event.objects.filter(name="record.saw", person_id=known.person_id).count() == 1
    assert "There is no paper that matches." in look(client, "papers", query="?code=Z-22222-22222")


def test_an_officer_of_another_province_finds_nothing() -> None:
    known = paper(CertificateKind.EMPLOYER)
    stranger = browser(Role.OFFICER, "50", ScopeKind.PROVINCE)
    assert known.code not in look(stranger, "papers")
    look(stranger, "office_paper", known.code, status=404)
    assert press(stranger, "office_paper", known.code, why="x").status_code == 404
    assert press(stranger, "issue_again", known.code).status_code == 404
    with pytest.raises(Missing):
        discharges.revoke(certificate=known, why="x", by=stranger.actor)  # type: ignore[attr-defined]
    known.refresh_from_db()
    assert known.revoked_at is None
    look(browser(Role.OFFICER, "10", ScopeKind.PROVINCE), "office_paper", known.code)


def test_revoking_twice_changes_nothing_and_needs_a_reason() -> None:
    known = paper(CertificateKind.EMPLOYER)
    with pytest.raises(Refused) as refusal:
        discharges.revoke(certificate=known, why="  ", by=hotel.OFFICE)
    assert refusal.value.code == "no_reason"
    discharges.revoke(certificate=known, why="a wrong day", by=hotel.OFFICE)
    discharges.revoke(certificate=known, why="another reason", by=hotel.OFFICE)
    known.refresh_from_db()
    assert known.revoked_why == "a wrong day"
    assert Event.objects.filter(name="isolation.certificate_revoked").count() == 1


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_pages_are_sound_in_both_languages(language: str) -> None:
    known = paper(CertificateKind.DISCHARGE)
    client = Client()
    client.cookies["django_language"] = language
    for code in (known.code, "Z-22222-22222"):
        assert_page_is_sound(client.get(reverse("isolation:paper", args=[code])))


def test_the_rest_at_home_stands_on_both_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    hotel.a_hotel(rooms=1)
    with time_machine.travel(clock.now() - timedelta(days=10)):
        care = in_bed(days_ago=0)
    observed(care)
    discharges.confirm(care=care, because=CareEnd.RECOVERED, by=hotel.OFFICE)
    stays.leave(stay=Stay.objects.get(care=care), by=hotel.OFFICE)
    for kind in CertificateKind:
        assert "Is to rest at home until" in said(paper(kind, care), monkeypatch)
