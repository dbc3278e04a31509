"""R6 on the real pages of vaccination: ten clicks of one button at the same moment have one effect and one answer."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from khumkan import policies
from khumkan.accounts.testing import sign_in, user
from khumkan.capacity.testing import race
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.record.models import Event
from khumkan.vaccination.terms.lists import ListTerms
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.terms.schedules import ScheduleTerms
from khumkan.vaccination.terms.visits import VisitTerms
from khumkan.vaccination.tests import country
from khumkan.vaccination.tests.hr import a_desk, csv_file

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CLICKS = 10


@dataclass(frozen=True)
class Button:
    """One button of a real page.

    :param done: the event that is written when it is done.
    """

    cookies: dict[str, str]
    path: str
    fields: dict[str, str]
    done: str

    def press(self, key: str = "") -> HttpResponse:
        """Press it as a browser does, in a browser of its own."""
        client = Client(raise_request_exception=False)
        client.cookies.load(self.cookies)
        return client.post(self.path, {**self.fields, "form_key": key or uuid.uuid4().hex})

    def effects(self) -> int:
        """Return how often it was done."""
        return Event.objects.filter(name=self.done).count()


def signed_in(who: object) -> dict[str, str]:
    browser = sign_in(Client(), who)  # type: ignore[arg-type]
    return {name: morsel.value for name, morsel in browser.cookies.items()}


def changes_a_date() -> Button:
    in_two_days = clock.today() + timedelta(days=2)
    dose, to = country.booked(session=country.a_session(day=in_two_days)), country.a_session(day=in_two_days)
    path = reverse("vaccination:change_date")
    return Button(signed_in(dose.person_id), path, {"session": to.reference}, "vaccination.moved")


def gives_a_date_back() -> Button:
    dose = country.booked()
    return Button(signed_in(dose.person_id), reverse("vaccination:give_back"), {}, "vaccination.waits_again")


def confirms() -> Button:
    person = country.invited().person_id
    return Button(signed_in(person), reverse("vaccination:confirm"), {"near": "home"}, "vaccination.confirmed")


def checks_in() -> Button:
    dose = country.booked()
    assert dose.session is not None
    session = country.goes_on(dose.session)
    nurse = user(Role.VACCINATOR, scope_kind=ScopeKind.SITE, key=session.site_id)
    path = reverse("vaccination:field_step", args=[dose.reference, "check_in"])
    return Button(signed_in(nurse), path, {"client_key": str(uuid.uuid4())}, "vaccination.arrived")


def breaks_a_dose() -> Button:
    session = country.a_session(places=9)
    nurse = user(Role.VACCINATOR, scope_kind=ScopeKind.SITE, key=session.site_id)
    fields = {"what": "broken", "lot": str(session.lot_id), "doses": "1", "to_site": "", "note": ""}
    path = reverse("vaccination:field_doses", args=[session.site.reference])
    return Button(signed_in(nurse), path, fields, "vaccination.stock_broken")


def takes_a_list() -> Button:
    desk = a_desk(3)
    file = desk.send(csv_file(worker.row() for worker in desk.workers))
    clerk = user(Role.EMPLOYER, scope_kind=ScopeKind.EMPLOYER, key=desk.employer.pk)
    path = reverse("vaccination:take_list", args=[file.reference])
    return Button(signed_in(clerk), path, {}, "vaccination.list_taken")


def calls_a_session_off() -> Button:
    session = country.a_session()
    officer = user(Role.OFFICER)
    path = reverse("vaccination:call_off_session", args=[session.reference])
    return Button(signed_in(officer), path, {"why": "too hot"}, "vaccination.session_cancelled")


BUTTONS: tuple[Callable[[], Button], ...] = (
    changes_a_date, gives_a_date_back, confirms, checks_in, breaks_a_dose, takes_a_list, calls_a_session_off,
)  # fmt: skip


@pytest.fixture(autouse=True)
def terms() -> None:
    """Store the terms now, or the first who needs them holds up the others."""
    for each in (ListTerms, PlanningTerms, ScheduleTerms, VisitTerms):
        policies.in_force(each, on=clock.today())


@pytest.mark.parametrize("made", BUTTONS, ids=lambda made: made.__name__)
def test_ten_clicks_have_one_effect_and_one_answer(made: Callable[[], Button]) -> None:
    button, key = made(), uuid.uuid4().hex
    before = button.effects()
    answers = race([partial(button.press, key)] * CLICKS, threads=CLICKS)
    assert [each for each in answers if isinstance(each, Exception)] == []
    said = {(each.status_code, each.content, each.get("Location", "")) for each in answers}  # type: ignore[union-attr]
    assert len(said) == 1
    assert {status for status, *_ in said} == {302}
    assert button.effects() == before + 1


def test_control_ten_clicks_under_keys_of_their_own_have_more_than_one_effect() -> None:
    button = breaks_a_dose()
    race([button.press] * CLICKS, threads=CLICKS)
    assert button.effects() > 1
