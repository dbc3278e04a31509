"""An employer's first page: rounds, lists, vaccination days, loans and filings; never the health of a single person."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from khumkan.accounts import testing
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.loans.actions import certificates, covenants, deciding
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.loans.tests import covenanted, lender
from khumkan.record import write
from khumkan.registry.models import Employer
from khumkan.screening.actions import rounds
from khumkan.screening.states import RoundState
from khumkan.screening.tests import drawing
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.models import ListFile, PhaseDetail, Roster
from khumkan.vaccination.queries import employer_dates
from khumkan.vaccination.rules.lists import LEAST_FOR_NUMBERS
from khumkan.vaccination.tests import country
from khumkan.web.under_way import employer as under_way
from khumkan.web.under_way.thing import Thing

pytestmark = pytest.mark.django_db
OFFICE = Actor.system("test")
NOTHING = "Nothing waits for your enterprise"
#: What a page may ask of an enterprise with a round, a list, an application, a loan and a filing that is due.
MOST_QUERIES = 20


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let sentences be read in the language in which the tests are written."""
    with translation.override("en"):
        yield


def browser(*employers: Employer) -> Client:
    member = testing.user(Role.EMPLOYER, scope_kind=ScopeKind.EMPLOYER, key=employers[0].pk)
    for other in employers[1:]:
        testing.grant(member, Role.EMPLOYER, scope_kind=ScopeKind.EMPLOYER, key=other.pk)
    return testing.sign_in(Client(), member)


def page_of(*employers: Employer, view: str = "web:employer", lang: str = "en") -> str:
    response = browser(*employers).get(f"{reverse(view)}?lang={lang}")
    assert response.status_code == 200
    assert_page_is_sound(response)
    return response.text


def things_of(employer: Employer) -> list[Thing]:
    by = country.hr_of(employer)
    return under_way.of_employer(by, under_way.enterprises_of(by))


def that_filed(**fields: object) -> Employer:
    """Make an employer with nothing to file."""
    return lender.an_employer(**fields)  # type: ignore[arg-type]


def named(things: list[Thing], title: str) -> Thing:
    return next(thing for thing in things if thing.title == title)


def test_an_employer_with_nothing_under_way_reads_that() -> None:
    page = page_of(that_filed())

    assert NOTHING in page
    assert reverse("loans:employer_loans") in page
    assert "What happened" not in page


def test_the_month_that_is_late_and_the_one_that_is_due_are_asked_for() -> None:
    employer = country.an_employer()
    this = clock.today().replace(day=1)

    things = things_of(employer)
    assert [thing.title for thing in things] == ["Monthly filing"]
    assert things[0].asks

    covenanted.counted(employer, {months_before(this, 3): 10, months_before(this, 1): 10})
    (late,) = things_of(employer)
    assert "was due on" in late.said
    assert "was due on" in page_of(employer)

    covenanted.counted(employer, {months_before(this, 2): 10})
    assert things_of(employer) == []


def test_a_testing_day_says_when_where_and_how_many_and_not_who() -> None:
    own, other = drawing.an_employer(30), drawing.an_employer(30)
    made = drawing.a_round([own, other], upto=RoundState.ANNOUNCED)

    page = page_of(own)
    assert "Testing day" in page
    assert "See whom to send" in page
    assert "A round of tests was announced" in page
    assert str(other) not in page
    assert [thing.title for thing in things_of(country.an_employer())] == ["Monthly filing"]

    rounds.cancel(round=made, by=OFFICE)
    assert "does not take place" in page_of(own)


def test_nothing_is_told_of_a_round_before_it_is_announced() -> None:
    own = drawing.an_employer(30)
    drawing.a_round([own], upto=RoundState.DRAWN)

    page = page_of(own)

    assert "See whom to send" not in page
    assert "A round of tests" not in page


def test_a_vaccination_list_is_asked_for_then_corrected_until_it_is_locked() -> None:
    employer = that_filed(subdistrict_code="102601", district_code="1026")
    phase = country.a_phase()
    PhaseDetail.objects.filter(phase=phase).update(lists_lock_on=clock.today() + timedelta(days=5))
    assert "Name your people for" in named(things_of(employer), "Vaccination list").said

    roster = country.a_roster(employer)
    thing = named(things_of(employer), "Vaccination list")
    assert (thing.asks, "You can correct it until" in thing.said) == (False, True)

    now = clock.now()
    ListFile.objects.create(
        reference="VL-TEST", roster=roster, state="checked", source="file", file_hash="x" * 64, file_bytes=1,
        sent_at=now, checked_at=now,
    )  # fmt: skip
    thing = named(things_of(employer), "Vaccination list")
    assert (thing.asks, thing.href) == (True, reverse("vaccination:list_file", args=["VL-TEST"]))

    Roster.objects.filter(pk=roster.pk).update(state="locked", locked_at=now)
    assert [each.title for each in things_of(employer)] == []


def test_of_few_people_with_a_date_nothing_is_said() -> None:
    employer = that_filed()
    roster, session = country.a_roster(employer), country.a_session(places=8)
    for _ in range(LEAST_FOR_NUMBERS - 1):
        country.booked(country.waiting(roster=roster), session=session)
    by = country.hr_of(employer)
    assert employer_dates.coming_days(by) == []

    last = country.booked(country.waiting(roster=roster), session=session)

    assert [(each.day, each.people) for each in employer_dates.coming_days(by)] == [(session.day, LEAST_FOR_NUMBERS)]
    page = page_of(employer)
    assert f"{LEAST_FOR_NUMBERS} of your people have a date" in page
    assert last.person.first_name not in page
    assert employer_dates.coming_days(country.hr_of(that_filed())) == []


def test_an_application_says_whose_move_it_is() -> None:
    phase = lender.a_phase()
    bank = lender.a_bank(phase=phase)
    draft = lender.drafted(phase=phase, bank=bank)
    assert named(things_of(draft.employer), "Application for a loan").asks

    sent = lender.sent(phase=phase, bank=bank)
    assert not named(things_of(sent.employer), "Application for a loan").asks
    assert "The bank looks at it" in page_of(sent.employer)
    assert "You sent an application for a loan" in page_of(sent.employer)

    deciding.return_(application=sent, why="ขอสำเนาบัญชี", by=lender.banker(bank))
    assert "The bank needs something from you" in page_of(sent.employer)

    approved = lender.approved(phase=phase, bank=bank)
    assert "Reserved until" in page_of(approved.employer)


def test_a_certificate_waits_for_an_application() -> None:
    phase, employer = lender.a_phase(), that_filed()
    certificates.issue(employer=employer, phase_id=phase.pk, by=lender.hr_of(employer))

    page = page_of(employer)

    assert "You can apply at a bank with it until" in page
    assert "You got a certificate of establishment status" in page


@pytest.mark.parametrize(
    ("insured", "said", "asks"),
    [
        ({1: 120}, "you keep enough workers", False),
        ({1: 100}, "you are close to the line", True),
        ({1: 90}, "workers are missing", True),
    ],
)
def test_a_loan_says_how_its_workers_stand(insured: dict[int, int], said: str, asks: bool) -> None:
    this = first_of(clock.today())
    signed = months_before(this, 2).replace(day=10)
    employer = that_filed(workers=0)
    loan = covenanted.a_loan(baseline=120, signed_on=signed, employer=employer)
    covenanted.counted(employer, {months_before(this, back): count for back, count in insured.items()})
    covenants.judge_all(by=covenanted.SYSTEM)

    thing = named(things_of(employer), "Workers under your loan")

    assert said in thing.said
    assert thing.asks is asks
    assert thing.href == reverse("loans:own_covenant", args=[loan.reference])


def test_another_employer_reads_nothing_of_it() -> None:
    phase = lender.a_phase()
    sent = lender.sent(phase=phase, bank=lender.a_bank(phase=phase))
    other = that_filed()

    page = page_of(other)

    assert NOTHING in page
    assert sent.reference not in page
    assert str(sent.employer) not in page
    assert "You sent an application" not in page_of(other, view="web:employer_happened")
    assert "You sent an application" in page_of(sent.employer, view="web:employer_happened")
    assert str(sent.employer) in page_of(other, sent.employer)


def test_what_happened_to_people_is_not_told_to_their_employer() -> None:
    employer = that_filed()
    roster = country.a_roster(employer)
    enrolment = country.invited(roster=roster)
    write("vaccination.declined", by=OFFICE, about=roster, person_id=enrolment.person_id)
    write("vaccination.roster_reopened", by=OFFICE, about=roster)

    page = page_of(employer, view="web:employer_happened")

    assert "The office gave you more time" in page
    assert "do not want" not in page
    assert enrolment.person.first_name not in page


def test_a_busy_enterprise_costs_no_more_than_the_budget() -> None:
    phase = lender.a_phase()
    approved = lender.approved(phase=phase, bank=lender.a_bank(phase=phase))
    country.a_roster(approved.employer)
    client = browser(approved.employer)
    client.get(reverse("web:employer"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("web:employer")).status_code == 200

    assert len(asked) <= MOST_QUERIES


def test_the_page_reads_in_thai() -> None:
    assert "ไม่มีเรื่องค้าง" in page_of(that_filed(), lang="th")
