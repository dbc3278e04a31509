"""The person's own page, and the hotline's: every face of it, what it offers, and what it must not."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from khumkan.accounts.models import User
from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.messages.models import Message
from khumkan.places.models import Province
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState
from khumkan.record.models import Event
from khumkan.registry.models import Person
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.actions import booking, visits, willing
from khumkan.vaccination.choices import Decided, Vaccine, WaitingBecause
from khumkan.vaccination.models import Dose, Enrolment, Session
from khumkan.vaccination.queries import offers
from khumkan.vaccination.states import DoseState, EnrolmentState
from khumkan.vaccination.tests.country import (
    OFFICE,
    a_person,
    a_session,
    a_site,
    booked,
    herself,
    invited,
    sent,
    vaccinated,
    waiting,
)

pytestmark = pytest.mark.django_db
MINE = "/my/vaccination/"
BECAUSE = {"because": "caller has no smartphone"}


def page(client: Client, path: str = MINE) -> str:
    """Fetch a page, check it, and return its English text."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    assert_page_is_sound(answer)
    return answer.content.decode()


def of(person: Person) -> Client:
    """Return the telephone of a person."""
    return english(sign_in(Client(), person.pk))


def english(client: Client) -> Client:
    """Let a browser speak English."""
    client.get("/about/", {"lang": "en"})
    return client


def ahead(**more: object) -> Session:
    """Return a session far enough ahead that its date can still be changed at any hour of today."""
    return a_session(day=clock.today() + timedelta(days=2), **more)  # type: ignore[arg-type]


def a_date() -> Dose:
    """Return a dose with a date that can still be changed."""
    return booked(session=ahead())


def send(client: Client, path: str, **form: object) -> int:
    return client.post(path, {**form, "form_key": uuid4().hex}).status_code


def test_somebody_on_no_list_reads_how_to_come_onto_one() -> None:
    client = of(a_person())
    assert "You are on no list" in page(client)
    assert client.get(f"{MINE}refuse/").status_code == 404


def test_who_is_invited_reads_who_listed_them_and_decides() -> None:
    enrolment = invited()
    client = of(enrolment.person)
    assert str(enrolment.employer) in page(client)
    assert send(client, f"{MINE}confirm/", near="home") == 302
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.near_home, enrolment.decided_by) == ("confirmed", True, Decided.LINK)
    assert "You are in the queue" in page(client)


def test_an_answer_without_a_place_is_asked_again() -> None:
    enrolment = invited()
    assert send(of(enrolment.person), f"{MINE}confirm/", near="") == 422
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.INVITED


def test_who_declines_can_change_their_mind() -> None:
    enrolment = invited()
    client = of(enrolment.person)
    assert "Nobody asks you why" in page(client, f"{MINE}refuse/")
    assert send(client, f"{MINE}refuse/") == 302
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.DECLINED
    assert "I want to be vaccinated after all" in page(client)
    assert send(client, f"{MINE}confirm/", near="work") == 302


@pytest.mark.parametrize("because", [one for one in WaitingBecause if one])
def test_every_reason_to_wait_is_a_sentence(because: WaitingBecause) -> None:
    dose = waiting()
    Dose.objects.filter(pk=dose.pk).update(waiting_because=because)
    told = page(of(dose.person))
    lead = re.findall(r'govuk-body-l">(.*?)</p>', told, re.DOTALL)[0].strip()
    assert lead.endswith(".")
    has_turn = because is not WaitingBecause.INTERVAL  # whoever waits for the right time waits for nobody before them
    assert ("Nobody: you are next" in told) is has_turn


def test_who_waits_reads_the_turn_and_about_how_long() -> None:
    for _ in range(3):
        waiting()
    dose = waiting()
    told = page(of(dose.person))
    assert "About 1 to 5 persons" in told
    assert "We cannot say yet" in told  # no places are planned
    a_session(places=8)
    assert "About 3 to 6 days" in page(of(dose.person))


def test_a_date_comes_with_place_code_and_way() -> None:
    dose = a_date()
    assert dose.session is not None
    told = page(of(dose.person))
    for words in (dose.reference, "Show the way", dose.session.site.name_en, "What to bring", "Change day or place"):
        assert words in told
    assert f"destination={dose.session.site.latitude:.6f},{dose.session.site.longitude:.6f}" in told.replace(
        "&amp;", "&"
    )


def test_a_person_changes_the_date_on_the_page() -> None:
    dose, other = a_date(), a_session(site=a_site(north=0.02))
    client = of(dose.person)
    assert other.reference in page(client, f"{MINE}change/")
    assert send(client, f"{MINE}change/", session=other.reference) == 302
    dose.refresh_from_db()
    assert dose.session == other
    assert send(client, f"{MINE}change/", session=other.reference) == 422  # has it already
    assert send(client, f"{MINE}change/", session="") == 422
    assert send(client, f"{MINE}change/", session="J-22222-22222") == 404
    assert send(client, f"{MINE}change/", session="J\0") == 404


def test_a_full_session_is_refused_in_words_and_nothing_changes() -> None:
    dose, full = a_date(), a_session(places=1)
    booked(session=full)
    client = of(dose.person)
    answer = client.post(f"{MINE}change/", {"session": full.reference, "form_key": uuid4().hex})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{MINE}change/?taken")
    shown = client.get(answer.headers["Location"])
    assert "This place has just been taken. You keep your date." in shown.content.decode()
    assert_page_is_sound(shown)
    assert Dose.objects.get(pk=dose.pk).session == dose.session
    assert Message.objects.filter(template="vaccination.moved").count() == 0


def test_late_or_often_changed_dates_are_for_the_hotline() -> None:
    dose = a_date()
    assert dose.session is not None
    with time_machine.travel(dose.session.starts_at - timedelta(hours=1)):
        client = of(dose.person)
        assert "too late to change the date here" in page(client)
        assert "too late" in page(client, f"{MINE}change/")
    Dose.objects.filter(pk=dose.pk).update(changes_left=0)
    assert "as often as possible" in page(of(dose.person))


def test_giving_a_date_back() -> None:
    dose = a_date()
    client = of(dose.person)
    assert "keep your turn" in page(client, f"{MINE}give-back/")
    assert send(client, f"{MINE}give-back/") == 302
    dose.refresh_from_db()
    assert (dose.state, dose.waiting_because) == (DoseState.WAITING, WaitingBecause.GAVE_BACK)
    assert "no date to give back" in page(client, f"{MINE}give-back/")
    assert "no date at the moment" in page(client, f"{MINE}change/")


def test_after_the_dose_the_page_says_what_was_given_and_what_comes() -> None:
    dose = a_date()
    assert dose.session is not None
    came_at = dose.session.starts_at
    with time_machine.travel(came_at):
        made = vaccinated(dose)
        assert "You are at the vaccination site" in page(of(dose.person)), "is observed"
    with time_machine.travel(came_at + timedelta(minutes=31)):
        assert made.visit is not None
        visits.leave(visit=made.visit, sent=sent(), by=OFFICE)
        told = page(of(dose.person))
        assert made.lot_number in told
        assert "Dose 2 of 2" in told
        assert "too early for your next dose" in told
        assert "You were vaccinated" in told.split("What happened so far")[1]
        Dose.objects.filter(number=2).update(state=DoseState.CANCELLED, waiting_because="")
        Enrolment.objects.update(state=EnrolmentState.COMPLETED)
        assert "You are vaccinated" in page(of(dose.person))


def test_the_page_says_by_which_rule_the_turn_has_come_or_why_not_yet() -> None:
    client = of(waiting().person)
    told = page(client)
    assert "of the vaccination programme is open" in told
    assert "The phase is open in the whole of this area." in told
    Phase.objects.update(state=PhaseState.PAUSED)
    told = page(client)
    assert "of the vaccination programme is open" not in told
    assert "No phase is open in this area yet." in told


def test_the_page_costs_the_same_however_much_happened(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    dose = a_date()
    for _ in range(4):
        booking.give_back(dose=dose, because=WaitingBecause.SITE_CLOSED, by=OFFICE)
        booked(dose)
    client = of(dose.person)
    client.get(MINE)
    with django_assert_max_num_queries(20):
        client.get(MINE)


def test_offers_are_near_with_room_and_suit() -> None:
    dose = a_date()
    near, far = a_session(site=a_site(north=0.02)), a_session(site=a_site(north=0.1))
    full = a_session(places=1, site=a_site(north=0.015))
    booked(session=full)
    other = a_session(vaccine=Vaccine.PFIZER, site=a_site(north=0.012))
    a_session(site=a_site(north=3))  # 330 km away
    enrolment = Enrolment.objects.get(pk=dose.enrolment_id)
    found = [one.session_id for one in offers.offers_for(dose, enrolment)]
    assert found == [other.pk, near.pk, far.pk]
    Dose.objects.filter(pk=dose.pk).update(vaccine=Vaccine.ASTRAZENECA)
    dose.refresh_from_db()
    assert [one.session_id for one in offers.offers_for(dose, enrolment)] == [near.pk, far.pk]
    dose.due_from = near.day + timedelta(days=1)
    assert offers.offers_for(dose, enrolment) == []


def test_one_day_shows_every_hour() -> None:
    dose, site = a_date(), a_site(north=0.02)
    first, second = a_session(site=site), a_session(site=site)
    enrolment = Enrolment.objects.get(pk=dose.enrolment_id)
    assert [one.session_id for one in offers.offers_for(dose, enrolment)] == [first.pk]
    assert [one.session_id for one in offers.offers_for(dose, enrolment, on=first.day)] == [first.pk, second.pk]
    told = page(of(dose.person), f"{MINE}change/?day={first.day.isoformat()}")
    assert second.reference in told
    assert "no room near you" in page(of(dose.person), f"{MINE}change/?day={first.day + timedelta(days=3)}")


def test_somebody_without_coordinates_is_offered_the_province() -> None:
    dose, other = a_date(), a_session()
    Enrolment.objects.filter(pk=dose.enrolment_id).update(work_area="", province_code="10")
    enrolment = Enrolment.objects.get(pk=dose.enrolment_id)
    Province.objects.update(latitude=None, longitude=None)
    assert [one.session_id for one in offers.offers_for(dose, enrolment)] == [other.pk]


# The hotline


@pytest.fixture
def agent() -> User:
    return user(Role.AGENT)


def desk_of(member: User) -> Client:
    """Return the browser of a member of staff."""
    return english(sign_in(Client(), member))


def test_the_hotline_does_for_a_caller_what_the_caller_could_do(agent: User) -> None:
    enrolment = invited()
    person, desk = enrolment.person, f"/desk/vaccination/{enrolment.person.reference}/"
    client = desk_of(agent)
    assert person.full_name in page(client, desk)
    assert send(client, f"{desk}confirm/", near="home") == 422  # nobody said why
    assert send(client, f"{desk}confirm/", near="home", **BECAUSE) == 302
    dose = booked(enrolment.doses.get())
    other = a_session()
    assert send(client, f"{desk}change/", session=other.reference, **BECAUSE) == 302
    dose.refresh_from_db()
    assert (dose.session, dose.changes_left) == (other, 2)
    assert send(client, f"{desk}near/", near="work", **BECAUSE) == 302
    assert send(client, f"{desk}give-back/", **BECAUSE) == 302
    assert send(client, f"{desk}refuse/", **BECAUSE) == 302
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.WITHDRAWN
    acts = Event.objects.filter(on_behalf_of=person.pk, because=BECAUSE["because"]).values_list("name", flat=True)
    assert set(acts) >= {f"vaccination.{what}" for what in ("confirmed", "moved", "wish_changed", "waits_again")}
    assert Event.objects.filter(name="record.saw", person_id=person.pk).exists()


def test_whoever_is_on_no_list_has_nothing_to_be_changed(agent: User) -> None:
    person = a_person()
    client = desk_of(agent)
    assert "on no list" in page(client, f"/desk/vaccination/{person.reference}/")
    assert client.get(f"/desk/vaccination/{person.reference}/confirm/").status_code == 404


def test_the_list_of_calls_names_nobody(agent: User) -> None:
    dose = waiting()
    Dose.objects.filter(pk=dose.pk).update(call_after=clock.now(), misses=1, waiting_because=WaitingBecause.MISSED)
    client = desk_of(agent)
    listed = page(client, "/desk/vaccination/")
    assert dose.reference in listed
    assert dose.person.first_name not in listed
    assert (
        client.get(f"/desk/vaccination/call/{dose.reference}/")
        .headers["Location"]
        .endswith(f"/desk/vaccination/{dose.person.reference}/")
    )
    assert send(client, f"/desk/vaccination/{dose.person.reference}/called/", answered="yes") == 302
    assert dose.reference not in page(client, "/desk/vaccination/")


def test_only_who_decides_gives_dates_again(agent: User) -> None:
    dose = waiting()
    Dose.objects.filter(pk=dose.pk).update(misses=2, waiting_because=WaitingBecause.MISSED)
    desk = f"/desk/vaccination/{dose.person.reference}/"
    assert "we give no new one by itself" in page(of(dose.person))
    assert "Give dates again" not in page(desk_of(agent), desk)
    assert send(desk_of(agent), f"{desk}again/", **BECAUSE) == 404
    officer = user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="50")
    assert send(desk_of(officer), f"{desk}again/", **BECAUSE) == 404
    supervisor = desk_of(user(Role.SUPERVISOR))
    assert "Give dates again" in page(supervisor, desk)
    assert send(supervisor, f"{desk}again/", **BECAUSE) == 302
    dose.refresh_from_db()
    assert (dose.misses, dose.waiting_because) == (1, WaitingBecause.NEXT_PLAN)
    assert "we give no new one by itself" not in page(of(dose.person))


def test_the_card_of_the_first_page_says_what_is_next() -> None:
    enrolment = invited()
    client = of(enrolment.person)
    assert "Do you want the Covid vaccination?" in page(client, "/my/")
    willing.confirm(enrolment=enrolment, how=Decided.LINK, by=herself(enrolment.person))
    assert "You are in the queue for a date" in page(client, "/my/")
    dose = booked(enrolment.doses.get())
    assert dose.session is not None
    assert dose.session.site.name_en in page(client, "/my/")
