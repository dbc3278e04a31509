"""Substitutes come to a place with room that is theirs, and they and their employers are told; so are cancellations."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import actor, sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.messages.models import Message
from khumkan.registry.actions.employers import set_employer_contact
from khumkan.registry.models import Employer
from khumkan.registry.states import ContactKind
from khumkan.screening.actions import registrations, rounds, sessions
from khumkan.screening.actions.rounds.announcing import Arrangement
from khumkan.screening.models import Drawn, Registration, Round, RoundEmployer, Session
from khumkan.screening.queries import rounds as queries
from khumkan.screening.queries.sessions import still_booked
from khumkan.screening.rules import substitutes as rules
from khumkan.screening.rules.sampling import Design, SizeRule
from khumkan.screening.rules.substitutes import Ahead, Place
from khumkan.screening.states import RegistrationState, RoundState
from khumkan.screening.tests.drawing import OFFICE, a_round, an_employer, open_every_day, refused
from khumkan.screening.tests.registering import a_session, a_site
from khumkan.ui.testing import assert_page_is_sound

ONE = Design(rule=SizeRule.NUMBER, number=1, reserve=Decimal(1))
DAY = date(2021, 8, 2)


def test_pairs_are_of_one_list_in_the_order_of_the_draw() -> None:
    seats, ready = [("a", 1), ("a", 2), ("b", 3), ("c", 4)], [("a", 11), ("b", 12), ("b", 13)]
    assert rules.paired(seats, ready) == [(1, 11), (3, 12)]


@pytest.mark.parametrize(
    ("own", "seat", "place"),
    [
        (Place(1, at_workplace=False), Place(2, at_workplace=False), Place(1, at_workplace=False)),
        (Place(1, at_workplace=True), Place(2, at_workplace=False), Place(1, at_workplace=True)),
        (Place(None, at_workplace=False), Place(2, at_workplace=False), Place(2, at_workplace=False)),
        (Place(None, at_workplace=False), Place(2, at_workplace=True), Place(None, at_workplace=True)),
    ],
)
def test_nobody_is_sent_to_the_workplace_of_another_employer(own: Place, seat: Place, place: Place) -> None:
    assert rules.place_of(own, seat) == place


def test_no_session_is_given_more_people_than_it_has_room_for() -> None:
    for seed in range(200):
        random = Random(seed)
        ahead = [Ahead(n, random.randrange(3), DAY + timedelta(n), random.randrange(9)) for n in range(6)]
        people = {n: (random.randrange(3), random.randrange(1, 6)) for n in range(8)}
        chosen = rules.seated(people, ahead, day=None)
        for each in ahead:
            here = [people[group] for group, session in chosen.items() if session == each.session_id]
            assert {site for site, _ in here} <= {each.site_id}
            assert sum(count for _, count in here) <= each.free
    ahead = [Ahead(1, 7, DAY, 2), Ahead(2, 7, DAY + timedelta(1), 5)]
    assert rules.seated({1: (7, 2), 2: (7, 5), 3: (7, 1)}, ahead, day=None) == {1: 1, 2: 2}
    assert rules.seated({1: (7, 2)}, ahead, day=DAY + timedelta(1)) == {1: 2}


def one_of_two(*, at_workplace: bool) -> tuple[Round, Drawn, Drawn]:
    """Announce a round of two enterprises with one seat; return it with the drawn and a substitute of the other."""
    employers = [an_employer(15), an_employer(15)]
    for employer in employers:
        set_employer_contact(employer_id=employer.pk, kind=ContactKind.PHONE, address="+66812345678", by=OFFICE)
    made = a_round(employers, upto=RoundState.DRAWN, design=ONE)
    seat, substitute = Drawn.objects.filter(round=made).order_by("position")
    other = next(employer for employer in employers if employer.pk != seat.employer_id)
    if substitute.employer_id == seat.employer_id:
        person = other.employment.first().person
        Drawn.objects.filter(pk=substitute.pk).update(employer=other, person=person)
        substitute.refresh_from_db()
    announce(made, at_workplace=at_workplace)
    return made, seat, substitute


def announce(made: Round, *, at_workplace: bool) -> None:
    site = None
    if not at_workplace:
        site = a_site(works_on_holidays=True).pk
        open_every_day(site)
    days = {"first_day": made.first_day, "last_day": made.last_day}
    rounds.arrange(round=made, arrangement=Arrangement(site_id=site, per_day=100, **days), by=OFFICE)
    rounds.announce(round=made, by=OFFICE)


def declines(made: Round, drawn: Drawn) -> None:
    registrations.decline(registration=Registration.objects.get(round=made, person_id=drawn.person_id), by=OFFICE)


@pytest.mark.django_db
def test_a_substitute_is_tested_at_the_own_workplace_and_everybody_is_told() -> None:
    made, seat, substitute = one_of_two(at_workplace=True)
    declines(made, seat)
    with refused("no_day"):
        rounds.call_substitutes(round=made, by=OFFICE)
    rounds.call_substitutes(round=made, day=made.last_day, by=OFFICE)
    row = RoundEmployer.objects.get(round=made, employer_id=substitute.employer_id)
    theirs = RoundEmployer.objects.get(round=made, employer_id=seat.employer_id)
    assert row.at_workplace
    assert row.site is not None
    assert row.site.name_th == row.employer.name_th != theirs.site.name_th
    registration = Registration.objects.get(round=made, person_id=substitute.person_id)
    assert (registration.session.site, registration.session.day) == (row.site, made.last_day)
    assert Message.objects.filter(template="screening.round_called", person_id=substitute.person_id).count() == 1
    assert Message.objects.filter(template="screening.round_employer").count() == 2
    assert row.told_at is not None
    assert queries.untold(made) == []


@pytest.mark.django_db
def test_where_there_is_no_room_a_session_is_opened_or_the_officer_is_told() -> None:
    made, seat, substitute = one_of_two(at_workplace=False)
    declines(made, seat)
    session = Session.objects.get(round=made)
    sessions.change_places(session=session, places=0, by=OFFICE)
    with refused("no_room"):
        rounds.call_substitutes(round=made, by=OFFICE)
    assert not Registration.objects.filter(round=made, person_id=substitute.person_id).exists()
    rounds.call_substitutes(round=made, day=session.day, by=OFFICE)
    registration = Registration.objects.get(round=made, person_id=substitute.person_id)
    assert registration.state == RegistrationState.BOOKED
    assert registration.session_id != session.pk
    assert registration.session.site_id == session.site_id


@pytest.mark.django_db
def test_an_officer_calls_substitutes_from_the_page(client: Client) -> None:
    made, seat, substitute = one_of_two(at_workplace=False)
    declines(made, seat)
    officer = sign_in(client, user(Role.OFFICER))
    page = officer.get(reverse("screening:round", args=[made.reference]), {"lang": "en"})
    assert_page_is_sound(page)
    key = page.content.decode().split('name="form_key" value="')[1].split('"')[0]
    officer.post(reverse("screening:round_substitutes", args=[made.reference]), {"form_key": key})
    assert Registration.objects.filter(round=made, person_id=substitute.person_id, state="booked").exists()
    own = Employer.objects.get(pk=substitute.employer_id)
    employer = actor(Role.EMPLOYER, scope_kind=ScopeKind.EMPLOYER, key=own.pk)
    assert [visit.people for visit in queries.visits_of(employer)] == [1]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["th", "en"])
def test_an_employer_sees_and_is_told_that_a_testing_day_is_cancelled(client: Client, language: str) -> None:
    made, seat, _ = one_of_two(at_workplace=False)
    a_session(in_days=4, places=30)
    session = Session.objects.get(round=made)
    own = Employer.objects.get(pk=seat.employer_id)
    employer = sign_in(client, user(Role.EMPLOYER, scope_kind=ScopeKind.EMPLOYER, key=own.pk))
    here = reverse("screening:employer_visit", args=[own.reference, session.reference])
    word = {"th": "ยกเลิกวันตรวจนี้แล้ว", "en": "This testing day does not take place"}[language]
    assert word not in employer.get(here, {"lang": language}).content.decode()
    sessions.cancel_session(session=session, why="heat", by=OFFICE)
    assert Message.objects.filter(template="screening.round_employer_cancelled").count() == 1
    for each in still_booked(session.pk):
        registrations.rehouse(registration=each, by=OFFICE)
    now = Registration.objects.get(round=made, person_id=seat.person_id).session
    page = employer.get(here, {"lang": language})
    assert_page_is_sound(page)
    assert word in page.content.decode()
    assert str(now.site.name_th if language == "th" else now.site.name_en) in page.content.decode()
    assert_page_is_sound(employer.get(reverse("screening:employer_tests"), {"lang": language}))


@pytest.mark.django_db
def test_a_cancelled_round_stays_with_its_employers() -> None:
    made, seat, _ = one_of_two(at_workplace=False)
    employer = actor(Role.EMPLOYER, scope_kind=ScopeKind.EMPLOYER, key=seat.employer_id)
    assert [visit.is_cancelled for visit in queries.visits_of(employer)] == [False]
    rounds.cancel(round=made, by=OFFICE)
    assert [visit.is_cancelled for visit in queries.visits_of(employer)] == [True]
    rounds.end_registrations(round_id=made.pk, by=OFFICE)
    rounds.end_registrations(round_id=made.pk, by=OFFICE)
    assert Message.objects.filter(template="screening.round_employer_cancelled").count() == 1
    with clock.set_to(Session.objects.get(round=made).ends_at + timedelta(days=1)):
        assert [visit.is_cancelled for visit in queries.visits_of(employer)] == [True]
