"""S9: who of the staff is shown personal data is on record, page by page, and the record holds no personal value."""

import pytest

from khumkan import record
from khumkan.kernel.actors import ActorKind
from khumkan.record.models import Event
from khumkan.screening.documents import manifests as manifest_sheets
from tests.trust.sweep import send, sweep, taken_back

pytestmark = pytest.mark.xdist_group("who")
#: Pages of people about themselves and their own staff, where nobody of the staff looks.
SHOWING = frozenset({200, 422})


def test_each_page_that_shows_a_person_to_staff_says_so(everything):
    silent, showing = [], set()
    for seen in everything:
        if seen.visitor.actor.kind is not ActorKind.STAFF or seen.status not in SHOWING or not seen.shown:
            continue
        showing.add(seen.name)
        if seen.shown - seen.saw:
            silent.append(f"{seen.line}: {len(seen.shown - seen.saw)} of {len(seen.shown)} persons without a trace")
    assert not silent, "\n".join(silent)
    assert showing >= {
        "screening:field_session",
        "screening:arrival",
        "screening:waiting_list",
        "screening:waiting_one",
    }
    assert showing >= {
        "isolation:round_list",
        "isolation:bedside",
        "isolation:going_home_list",
        "isolation:office_paper",
    }
    assert showing >= {"screening:desk_person", "screening:employer_visit", "sign_in:ask_letter", "sign_in:requests"}


DOCUMENTS = frozenset({"answer_letter", "box_list", "label", "labels", "blank_labels"})


def test_documents_and_packed_files_are_read_too(world):
    """What is drawn or packed counts as shown: none of it passes unread."""
    names = frozenset({"isolation:certificate_pdf", *(f"screening:{name}" for name in (*DOCUMENTS, "draw_file"))})
    read = {(seen.name, seen.kind) for seen in sweep(world, names) if seen.status == 200}
    assert read == {
        *((f"screening:{name}", "application/pdf") for name in DOCUMENTS),
        ("isolation:certificate_pdf", "application/pdf"),
        ("screening:draw_file", "application/gzip"),
    }


def test_control_a_name_in_a_document_is_seen(world, monkeypatch):
    """A box list that also named the persons would be found, though a drawn page hides its letters."""
    usual = manifest_sheets.render_pdf
    named = [marked.person.last_name for marked in world.here.people.values()]
    monkeypatch.setattr(manifest_sheets, "render_pdf", lambda template, data: usual(template, {**data, "names": named}))
    found = [seen for seen in sweep(world, frozenset({"screening:box_list"})) if seen.shown - seen.saw]
    assert {seen.kind for seen in found} == {"application/pdf"}


def test_persons_and_strangers_are_shown_nobody(everything):
    """Neither somebody not signed in nor another insured person is ever shown anybody's data."""
    wrong = [seen.line for seen in everything if seen.visitor.actor.kind is ActorKind.PERSON and seen.shown]
    assert not wrong, "\n".join(wrong)


def test_the_record_holds_no_personal_value(everything, world):
    marks = {mark for marked in world.everybody.values() for mark in marked.marks}
    events = {seen.events for seen in everything if seen.events}
    assert len(events) > 30
    assert [mark for mark in marks if any(mark in text for text in events)] == []


def test_a_person_sees_who_looked(world):
    """From the page that a hotline agent opened to the person's own list."""
    marked = world.here.people["booked"]
    agent, person = world.visitor("agent"), world.visitor("booked_here")
    with taken_back():
        before = send(person.client, "GET", "/my/record/").content.decode()
        assert send(agent.client, "GET", f"/desk/tests/{marked.person.reference}/").status_code == 200
        after = send(person.client, "GET", "/my/record/").content.decode()
        saw = Event.objects.filter(name="record.saw", person_id=marked.person.pk, actor_id=agent.actor.id)
        assert saw.count() == 1
    assert rows_of(after) == rows_of(before) + 1


def rows_of(page):
    """Return how many rows the table of a page has below its head."""
    return page.count("<tr ") - page.count("<thead")


def test_control_a_page_that_forgets_is_found(world, monkeypatch):
    """With the writing of reads switched off, the same look is found to leave no trace."""
    monkeypatch.setattr(record, "saw", lambda **_: None)
    found = [seen for seen in sweep(world, frozenset({"screening:waiting_list"})) if seen.shown - seen.saw]
    assert found
