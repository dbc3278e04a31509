"""The pages of a site on a phone, and steps that come in batches."""

import json
import uuid
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import actor_of, sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.record.models import Event
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.actions import standby
from khumkan.vaccination.choices import DoorOutcome, Question
from khumkan.vaccination.models import DoorNote, Dose, Injection, Session, SiteDay, SiteLot, StandBy, Visit, VisitStep
from khumkan.vaccination.states import DoseState, VisitState
from khumkan.vaccination.tests.country import OFFICE, a_session, a_site, booked, goes_on, waiting

pytestmark = pytest.mark.django_db
VITALS = {"weight": "60.5", "temperature": "36.6", "systolic": "121", "diastolic": "79"}
ANSWERS = {**dict.fromkeys(Question.values, "no"), "consent": "yes", "doctor": ""}


class Browser:
    """Somebody who works, with a phone."""

    def __init__(self, role: Role, scope: ScopeKind = ScopeKind.NATIONAL, key: str | int = "") -> None:
        self.member = user(role, scope_kind=scope, key=key)
        self.client = sign_in(Client(), self.member)

    @property
    def actor(self) -> Actor:
        return actor_of(self.member)

    def look(self, name: str, *args: object, status: int = 200, **query: object) -> str:
        answer = self.client.get(reverse(f"vaccination:{name}", args=args), query)
        assert answer.status_code == status
        if status == 200 and answer["Content-Type"].startswith("text/html"):
            assert_page_is_sound(answer)
        return answer.content.decode()

    def press(self, name: str, *args: object, **data: object) -> HttpResponse:
        fields = {"form_key": uuid.uuid4().hex, "client_key": uuid.uuid4().hex, **data}
        return self.client.post(reverse(f"vaccination:{name}", args=args), fields, follow=True)

    def says(self, name: str, *args: object, **data: object) -> str:
        return self.press(name, *args, **data).content.decode()

    def saw(self, page: str) -> set[int]:
        events = Event.objects.filter(name="record.saw", actor_id=self.member.pk, data__page=f"vaccination:{page}")
        return set(events.values_list("person_id", flat=True))

    def sends(self, *steps: dict[str, object]) -> list[str]:
        answer = self.client.post(
            reverse("vaccination:field_sync"), json.dumps({"steps": steps}), content_type="application/json"
        )
        assert answer.status_code == 200
        return [one["outcome"] for one in answer.json()["steps"]]


def nurse(session: Session) -> Browser:
    return Browser(Role.VACCINATOR, ScopeKind.SITE, session.site_id)


@pytest.fixture(autouse=True)
def english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


def a_day(*, places: int = 3) -> tuple[Session, Dose]:
    session = a_session(places=places)
    dose = booked(session=session)
    return goes_on(session), dose


def test_a_vaccinator_of_one_site_is_led_to_it_and_of_none_told_so() -> None:
    session, _ = a_day()
    answer = nurse(session).client.get(reverse("vaccination:field_vaccination"))
    assert answer["Location"] == reverse("vaccination:field_day", args=[session.site.reference])
    assert "no vaccination site yet" in Browser(Role.VACCINATOR, ScopeKind.SITE, 0).look("field_vaccination")
    a_session()
    assert str(session.site) in Browser(Role.VACCINATOR).look("field_vaccination")


def test_all_steps_by_plain_forms() -> None:
    session, dose = a_day()
    desk, at = nurse(session), session.site.reference
    assert dose.person.full_name in desk.look("field_day", at)
    assert desk.saw("field_day") == {dose.person_id}
    found = desk.press("field_day", at, wanted=dose.reference)
    assert found.redirect_chain[-1][0] == reverse("vaccination:field_person", args=[dose.reference])
    assert "Checked in." in desk.says("field_step", dose.reference, "check_in")
    assert "Health questions" in desk.says("field_step", dose.reference, "measure", **VITALS)
    assert "Give the dose" in desk.says("field_step", dose.reference, "clear", **ANSWERS)
    assert session.lot is not None
    needle = {"lot": session.lot_id, "injected_in": "left_arm", "licence": "4511200731"}
    assert "time of observation runs" in desk.says("field_step", dose.reference, "inject", **needle)
    assert "minutes left" in desk.look("field_day", at)
    assert "not over yet" in desk.says("field_step", dose.reference, "leave")
    Visit.objects.update(observe_until=clock.now())
    assert "May leave" in desk.look("field_day", at)
    assert "Has left." in desk.says("field_step", dose.reference, "leave")
    assert Injection.objects.get().lot_id == session.lot_id
    assert "Next dose" in desk.look("field_person", dose.reference) or "next dose is due" in desk.look(
        "field_person", dose.reference
    )


def test_the_licence_of_the_dose_before_stands_ready_for_who_wrote_it_and_for_nobody_else() -> None:
    session, dose = a_day()
    other = booked(waiting(), session=session)
    desk, colleague = nurse(session), nurse(session)
    needle = {"lot": session.lot_id, "injected_in": "left_arm", "licence": "4511200731"}
    assert "4511200731" not in desk.look("field_person", other.reference)
    for step, data in (("check_in", {}), ("measure", VITALS), ("clear", ANSWERS), ("inject", needle)):
        desk.press("field_step", dose.reference, step, **data)
    ready = desk.look("field_person", other.reference)
    assert 'value="4511200731"' in ready
    assert "Change it when somebody else gives this one." in ready
    assert "4511200731" not in colleague.look("field_person", other.reference)


def test_a_list_that_renews_itself_is_one_look_for_a_quarter_of_an_hour() -> None:
    session, dose = a_day()
    desk, address = nurse(session), reverse("vaccination:field_day", args=[session.site.reference])
    seen = Event.objects.filter(name="record.saw", actor_id=desk.member.pk, person_id=dose.person_id)
    for _ in range(3):
        desk.client.get(address, headers={"HX-Request": "true"})
    assert seen.count() == 1
    desk.client.get(address)
    assert seen.count() == 2
    other = booked(waiting(), session=session)
    desk.client.get(address, headers={"HX-Request": "true"})
    assert other.person_id in desk.saw("field_day")


def test_what_is_wrong_is_said_at_its_field() -> None:
    session, dose = a_day()
    desk = nurse(session)
    desk.press("field_step", dose.reference, "check_in")
    for wrong, words in (
        ({**VITALS, "temperature": "366"}, "between 33 and 43"),
        ({**VITALS, "diastolic": "130"}, "below the upper"),
        ({**VITALS, "systolic": ""}, "Please fill in"),
    ):
        answer = desk.press("field_step", dose.reference, "measure", **wrong)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert_page_is_sound(answer)
    assert not VisitStep.objects.filter(state=VisitState.MEASURED).exists()


def test_an_answer_that_speaks_against_it_says_so() -> None:
    session, dose = a_day()
    desk = nurse(session)
    desk.press("field_step", dose.reference, "check_in")
    desk.press("field_step", dose.reference, "measure", **VITALS)
    ill = desk.press("field_step", dose.reference, "clear", **{**ANSWERS, "fever": "yes"})
    assert ill.status_code == 422
    assert "Not today" in ill.content.decode()
    allergic = desk.press("field_step", dose.reference, "clear", **{**ANSWERS, "allergy": "yes"})
    assert "A doctor has to decide first" in allergic.content.decode()
    decided = desk.says("field_step", dose.reference, "clear", **{**ANSWERS, "allergy": "yes", "doctor": "Dr. Anong"})
    assert "Give the dose" in decided


def test_a_high_pressure_rests_and_is_measured_again() -> None:
    session, dose = a_day()
    desk = nurse(session)
    desk.press("field_step", dose.reference, "check_in")
    high = desk.says("field_step", dose.reference, "measure", **{**VITALS, "systolic": "175"})
    assert "measure again from" in high
    assert "Health questions" not in high
    assert "Health questions" in desk.says("field_step", dose.reference, "measure", **VITALS)


def test_the_lot_is_one_that_is_there_and_what_is_scanned_agrees() -> None:
    session, dose = a_day()
    desk, other = nurse(session), a_session(places=1)
    desk.press("field_step", dose.reference, "check_in")
    desk.press("field_step", dose.reference, "measure", **VITALS)
    desk.press("field_step", dose.reference, "clear", **ANSWERS)
    assert session.lot is not None
    assert other.lot is not None
    where = {"injected_in": "left_arm", "licence": "1"}
    said = desk.says("field_step", dose.reference, "inject", lot=session.lot_id, lot_number=other.lot.number, **where)
    assert "another lot than the one you chose" in said
    assert "does not know this lot" in desk.says("field_step", dose.reference, "inject", lot_number="X-1", **where)
    assert "Choose the lot" in desk.says("field_step", dose.reference, "inject", **where)
    assert "only 0 doses" in desk.says("field_step", dose.reference, "inject", lot_number=other.lot.number, **where)
    assert "runs." in desk.says("field_step", dose.reference, "inject", lot_number=session.lot.number.lower(), **where)


def test_somebody_of_another_site_is_not_found_and_nothing_is_written() -> None:
    session, dose = a_day()
    stranger = Browser(Role.VACCINATOR, ScopeKind.SITE, a_site().pk)
    stranger.look("field_day", session.site.reference, status=404)
    stranger.look("field_person", dose.reference, status=404)
    assert stranger.press("field_step", dose.reference, "check_in").status_code == 404
    assert stranger.sends(step_of(dose, "check_in")) == ["refused"]
    assert Dose.objects.get(pk=dose.pk).state == DoseState.BOOKED


def test_who_is_not_on_the_list_is_told_what_to_do_and_written_down() -> None:
    session, _ = a_day()
    desk, at = nurse(session), session.site.reference
    assert "on no list yet" in desk.says("field_day", at, wanted="1101700203450")
    key = uuid.uuid4().hex
    for _ in range(2):
        desk.press(
            "field_door", at, act="note", outcome="not_on_list", words="", wanted="1101700203450", client_key=key
        )
    assert DoorNote.objects.get().outcome == DoorOutcome.NOT_ON_LIST
    assert "At the door today" in desk.look("field_door", at)


def test_who_is_booked_elsewhere_is_told_where_and_may_take_what_is_left() -> None:
    session, expected = a_day(places=2)
    desk, at = nurse(session), session.site.reference
    other = booked()
    assert other.session is not None
    page = desk.says("field_day", at, wanted=other.reference)
    assert str(other.session.site) in page
    assert "Let in for a dose that is left" in page
    assert desk.saw("field_door") == {other.person_id}
    desk.press("field_door", at, act="let_in", wanted=other.reference)
    assert Visit.objects.get(dose=other).session_id == session.pk
    full = desk.says("field_day", at, wanted=waiting().reference)
    assert "All doses here are for people who are expected" in full
    mismatch = {"act": "note", "outcome": "mismatch", "words": ""}
    desk.press("field_door", at, wanted=expected.reference, **mismatch)
    assert DoorNote.objects.get(outcome="mismatch").dose_id == expected.pk
    assert Dose.objects.get(pk=expected.pk).state == DoseState.BOOKED


def step_of(dose: Dose, step: str, **fields: object) -> dict[str, object]:
    made = {"dose": dose.reference, "step": step, "client_key": str(uuid.uuid4()), "done_at": clock.now().isoformat()}
    return {**made, **fields}


def test_a_batch_is_taken_in_its_order_and_once() -> None:
    session, dose = a_day()
    desk = nurse(session)
    assert session.lot is not None
    batch = [
        step_of(dose, "check_in"),
        step_of(dose, "measure", **VITALS),
        step_of(dose, "clear", **ANSWERS),
        step_of(dose, "inject", lot=session.lot_id, injected_in="left_arm", licence="4511200731"),
    ]
    assert desk.sends(*batch) == ["taken"] * 4
    assert desk.sends(*batch) == ["taken_before"] * 4
    assert Injection.objects.count() == 1
    assert VisitStep.objects.count() == 4


def test_a_refused_step_stands_in_the_way_of_the_same_person_only() -> None:
    session, dose = a_day()
    other = booked(waiting(), session=session_again(session))
    desk = nurse(session)
    outcomes = desk.sends(
        step_of(dose, "check_in"),
        step_of(dose, "measure", **{**VITALS, "temperature": "366"}),
        step_of(dose, "clear", **ANSWERS),
        step_of(other, "check_in"),
        step_of(other, "leave"),
        step_of(other, "measure", **VITALS),
    )
    assert outcomes == ["taken", "wrong", "waits", "taken", "refused", "waits"]


def session_again(session: Session) -> Session:
    """Let a session that goes on be booked once more, as if it had not begun."""
    Session.objects.filter(pk=session.pk).update(ends_at=clock.now() + timedelta(minutes=40))
    session.refresh_from_db()
    return session


def test_what_is_no_batch_is_refused_whole() -> None:
    session, dose = a_day()
    desk, address = nurse(session), reverse("vaccination:field_sync")
    for body in ("", "[1]", '{"steps": 3}', json.dumps([step_of(dose, "check_in")] * 201)):
        assert desk.client.post(address, body, content_type="application/json").status_code == 400
    odd = [{"dose": dose.reference, "step": "no_such", "client_key": str(uuid.uuid4())}, {"client_key": "no key"}, {}]
    answer = desk.client.post(address, {"steps": json.dumps(odd)})
    assert [one["outcome"] for one in answer.json()["steps"]] == ["refused"] * 3
    assert not Visit.objects.exists()


def test_the_stand_bys_are_called_and_let_in() -> None:
    session, _ = a_day()
    desk, at = nurse(session), session.site.reference
    made = standby.ask(dose=waiting(), site=session.site, day=clock.today(), by=OFFICE)
    assert made.person.full_name not in desk.look("field_stand_bys", at)  # nobody is named before being called
    assert "Called." in desk.says("field_stand_bys", at)
    assert made.person.full_name in desk.look("field_stand_bys", at)
    assert desk.saw("field_stand_bys") == {made.person_id}
    desk.press("field_stand_bys", at, came=made.pk)
    assert StandBy.objects.get().came is True
    assert "Nobody is on the list" in desk.says("field_stand_bys", at)


def test_doses_come_go_and_are_held() -> None:
    session, _ = a_day()
    desk, at = nurse(session), session.site.reference
    change = {"lot": session.lot_id, "to_site": "", "note": ""}
    assert "Choose the site" in desk.says("field_doses", at, what="sent_on", doses="1", **change)
    assert "Stored." in desk.says("field_doses", at, what="broken", doses="1", **change)
    assert "only 2 doses" in desk.says("field_doses", at, what="broken", doses="9", **change)
    assert "why the count" in desk.says("field_doses", at, what="counted", doses="1", **change)
    assert "Stored." in desk.says("field_warmth", at, celsius="9.5")
    assert "Do not give lot" in desk.look("field_day", at)
    office = Browser(Role.OFFICER, ScopeKind.PROVINCE, "10")
    assert "9.5 °C" in office.look("office_doses")
    row = SiteLot.objects.exclude(held_at=None).get()
    assert office.press("office_held", row.pk, decision="release", why="").status_code == 422
    office.press("office_held", row.pk, decision="release", why="the maker allows it")
    assert "Do not give lot" not in desk.look("field_day", at)
    assert "site" in office.look("office_doses", format="csv").lower()


def test_the_day_is_closed_and_read() -> None:
    session, dose = a_day()
    desk, at, today = nurse(session), session.site.reference, clock.today().isoformat()
    employer = dose.enrolment.employer
    assert employer is not None
    desk.press("field_step", dose.reference, "check_in")
    assert "still at the site" in desk.says("field_close", at, today)
    desk.press("field_step", dose.reference, "turn_back", because="unwell")
    Session.objects.filter(pk=session.pk).update(ends_at=clock.now())
    assert "Had a date" in desk.says("field_close", at, today)
    assert SiteDay.objects.count() == 1
    desk.look("field_close", at, "yesterday", status=404)
    desk.look("field_close", at, "2020-01-01", status=404)
    office = Browser(Role.OFFICER, ScopeKind.PROVINCE, "10")
    assert str(session.site) in office.look("office_days")
    assert str(employer) in office.look("office_day", at, today)
    assert "Does not feel well today" in office.look("office_days", format="csv")
    assert "Nothing looks odd" in office.look("office_oddities")
    hr = Browser(Role.EMPLOYER, ScopeKind.EMPLOYER, employer.pk)
    for page in (hr.look("employer_days"), hr.look("employer_days", format="csv")):
        assert str(session.site) in page
        assert "well" not in page
        assert "Turned back" not in page
    Browser(Role.OFFICER, ScopeKind.PROVINCE, "50").look("office_day", at, today, status=404)
