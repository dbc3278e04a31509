"""A vaccination campaign of the town, a vaccinator's steps at a site, and checking a certificate alone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from uuid import uuid4

from django.utils.translation import override
from playwright.sync_api import expect

from khumkan.accounts.testing import actor_of
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.policies.actions import seed_phase
from khumkan.policies.models import Phase
from khumkan.simulation import staff
from khumkan.vaccination.actions import visits
from khumkan.vaccination.actions.presence import Sent
from khumkan.vaccination.actions.records import Needle
from khumkan.vaccination.choices import InjectedIn, Question, Vaccine
from khumkan.vaccination.models import Dose, Lot, PhaseDetail
from khumkan.vaccination.rules.visits import Vitals
from tests.journeys.town import OFFICE, Insured, Town, new_site
from tests.journeys.windows import Window

ROOT = Path(__file__).parents[2]
LICENCE = "4511200731"
FIELD = 390
#: Runs the command in a process that must not touch the network.
ALONE = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto"):
        raise SystemExit(f"asked the network: {event}")
sys.addaudithook(refuse)
from khumkan.command.main import main
main()
"""


@dataclass(frozen=True)
class Campaign:
    """A phase that is open, and two sites: `near` the factory, and `far` from it."""

    phase: Phase
    near: Site
    far: Site

    @property
    def title(self) -> str:
        """The phase as pages name it in Thai."""
        return self.phase.title_th


def given_a_campaign(town: Town) -> Campaign:
    """Open a phase for the town, with two sites that are open from eight to four and a vaccinator at each."""
    today = clock.today()
    phase = seed_phase(
        programme="vaccination",
        number=1,
        years="2021",
        title_th="ระยะที่ 1 กรุงเทพมหานคร",
        title_en="Phase 1, Bangkok",
        opens_on=today - timedelta(days=7),
        area_codes=["10"],
        by=OFFICE,
    )
    detail = {"vaccines": [Vaccine.SINOVAC], "sections": [33], "doses": 1_000}
    PhaseDetail.objects.create(phase=phase, lists_lock_on=today + timedelta(days=30), **detail)
    far = new_site("จุดฉีดตลาดบางนา", "Bang Na doses", "104702", 13.668, 100.604, kind=SiteKind.VACCINATION)
    for site in (town.doses, far):
        site.hours.update(opens=time(8), closes=time(16))
    member = staff.member("vaccinator_far", "นภา ใจเย็น", Role.VACCINATOR, "", scope_kind=ScopeKind.SITE, key=far.pk)
    town.staff["vaccinator_far"] = member.user
    return Campaign(phase, town.doses, far)


def number_of(window: Window, label: str) -> int:
    """Return the figure under this label."""
    figure = window.page.locator("main .kk-stat").filter(has=window.page.get_by_text(window.said(label), exact=True))
    return int(figure.locator(".kk-stat__figure").inner_text())


def at_step(desk: Window, step: str) -> Window:
    """Wait until the page is at this step; the steps after it stand there hidden."""
    expect(desk.page.locator(f"[data-step-area={step}]")).to_be_visible()
    return desk.is_sound()


def is_measured(desk: Window) -> None:
    """Weight, temperature and blood pressure."""
    desk.fills("Weight", "68.5").fills("Temperature", "36.6")
    desk.fills("Upper blood pressure", "124").fills("Lower blood pressure", "81").presses("Store")


def is_cleared(desk: Window) -> None:
    """The questions about health, all answered no, and the consent."""
    for question in Question:
        with override("en"):
            asked = str(question.label)
        desk.picks("No", under=asked)
    desk.picks("Yes", under="Does the person agree to this dose?").presses("Ready for the dose")


def is_injected(desk: Window, lot: Lot) -> None:
    """The lot on the vial, the arm, and who gives it."""
    desk.page.locator("[data-step-area=inject]").get_by_label(lot.number).check()
    desk.picks("Left upper arm").fills("Licence number of who gives the dose", LICENCE).presses("The dose was given")


def others_come_too(town: Town, people: Iterable[Insured], *, lot: Lot) -> None:
    """Let colleagues be vaccinated in the same way, without a browser, and leave half an hour later."""
    by, inside = actor_of(town.staff["vaccinator_far"]), []
    for each in people:
        dose = Dose.objects.select_related("session").get(person=each.person)
        assert dose.session is not None
        visit = visits.check_in(dose=dose, session=dose.session, sent=_sent(), by=by)
        vitals = Vitals(temperature=36, systolic=120, diastolic=80)  # type: ignore[arg-type]
        visits.measure(visit=visit, vitals=vitals, sent=_sent(), by=by)
        visits.clear(visit=visit, answers={"consent": "yes"}, sent=_sent(), by=by)
        now = clock.now()
        needle = Needle(lot=lot, injected_in=InjectedIn.LEFT_ARM, licence=LICENCE, given_at=now, client_key=uuid4())
        visits.inject(visit=visit, needle=needle, by=by)
        inside.append(visit)
    town.when_it_is(clock.now() + timedelta(minutes=31))
    for visit in inside:
        visits.leave(visit=visit, sent=_sent(), by=by)


def published(window: Window, name: str, folder: Path) -> Path:
    """Fetch a published file as whoever checks certificates does once a day."""
    file = folder / f"{name}.json"
    file.write_bytes(window.context.request.get(f"{window.address}/vaccination/{name}.json").body())
    return file


def checked_alone(text: str, *, keys: Path, revoked: Path) -> tuple[int, str]:
    """Check a certificate with two files alone: no network, no database, no settings.

    :returns: the code with which the command ended, and what it found.
    """
    command = ["certificate", "verify", text, "--keys", str(keys), "--revoked", str(revoked), "--json"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", ALONE, *command], env=environment, cwd=keys.parent, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[-1])["outcome"]


def _sent() -> Sent:
    return Sent(client_key=uuid4(), done_at=clock.now())
