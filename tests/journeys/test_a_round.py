"""A round at a factory: planned, frozen, drawn, announced, tested; and anybody can check the published draw."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from khumkan.kernel import clock
from khumkan.screening.choices import Outcome
from khumkan.screening.models import Drawn, Manifest, Registration, Round, Session
from khumkan.screening.states import RoundState
from tests.journeys.town import Insured, Town
from tests.journeys.windows import Window


def test_a_round_from_the_plan_to_the_answer(town: Town, tmp_path: Path) -> None:
    factory, people = town.given_a_factory(30)
    officer = town.desk_of("officer").opens("/office/").presses("Rounds").is_sound()
    officer.presses("Plan a round").is_sound()
    plans(officer, factory.name_th)
    freezes_and_draws(town, officer)
    announces(town, officer)
    drawn = [each for each in people if Registration.objects.filter(person=each.person).exists()]
    assert len(drawn) == Drawn.objects.filter(is_substitute=False).count() > 0

    sees_day_place_and_names(town, drawn, [each for each in people if each not in drawn])
    is_tested(town, drawn[0])
    answers = ("The test found the virus", "Detected", drawn[0].registration().get_state_display())
    employer = town.desk_of("personnel").opens("/employer/tests/")
    employer.page.locator("main a").first.click()
    employer.sees(drawn[0].name).does_not_see(*answers[:2]).is_sound()
    officer.opens(f"/office/tests/rounds/{Round.objects.get().reference}/").is_sound()
    anybody_can_check_the_draw(town, tmp_path)


def plans(officer: Window, factory: str) -> None:
    """Choose the factory; the preview beside the design equals the page that a button calculates."""
    today = clock.today()
    officer.fills("Name of the round", "โรงงานอาหาร ดินแดง")
    officer.fills_day("First day of testing", today).fills_day("Last day of testing", today + timedelta(days=3))
    officer.page.get_by_label(factory).check()
    officer.presses("Continue to the design").sees("What this draws").is_sound()
    with officer.page.expect_response(lambda response: "/design/preview/" in response.url):
        officer.fills("Share of the workers", "40")
    expect(officer.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    swapped = officer.page.locator("#preview").inner_text()
    officer.presses("Calculate")
    assert officer.page.locator("#preview").inner_text() == swapped
    officer.is_sound().presses("Keep this design").sees("Next: freeze the frame").is_sound()


def freezes_and_draws(town: Town, officer: Window) -> None:
    """What is public before the draw does not change with it."""
    officer.presses("Freeze the frame").sees("Next: draw").is_sound()
    row = Round.objects.get()
    public = town.phone_of().opens(f"/tests/draws/{row.reference}/").sees(row.frame_hash, row.seed_commitment)
    public.is_sound()
    officer.presses("Draw now").sees("Next: days and places, then announce").is_sound()
    town.when_the_queue_has_run()
    drawn = Round.objects.get()
    assert (drawn.frame_hash, drawn.seed_commitment) == (row.frame_hash, row.seed_commitment)


def announces(town: Town, officer: Window) -> None:
    """Give the factory its day, and tell everybody."""
    officer.page.reload()
    officer.selects("Place", str(town.stadium.pk))
    officer.fills_day("From", clock.today()).fills_day("To", clock.today())
    officer.presses("Set days and places").is_sound().presses("Announce").sees("Next: substitutes").is_sound()
    town.when_the_queue_has_run()
    assert Round.objects.get().state == RoundState.ANNOUNCED


def sees_day_place_and_names(town: Town, drawn: list[Insured], others: list[Insured]) -> None:
    """The employer reads whom to send where; the worker reads the same on the phone."""
    employer = town.desk_of("personnel").opens("/").presses("Testing days").sees(town.stadium.name_th).is_sound()
    employer.page.locator("main a").first.click()
    employer.sees(town.stadium.name_th, *(each.name for each in drawn)).is_sound()
    assert not any(each.name in employer.text.splitlines() for each in others)
    phone = town.phone_of(drawn[0]).opens("/my/tests/").sees("You have a place", town.stadium.name_th).is_sound()
    assert drawn[0].registration().reference in town.messages_to(drawn[0])
    phone.presses("Place, what to bring, and your code").sees("You were drawn at random at your workplace.").is_sound()


def is_tested(town: Town, somebody: Insured) -> None:
    """Check in, swab, box, result."""
    desk = town.desk_of("swabber", width=390)
    desk.opens(f"/field/tests/in/{somebody.registration().reference}/").presses("Check in").presses("Specimen taken")
    session = Session.objects.get(round__isnull=False)
    desk.opens(f"/field/tests/{session.reference}/box/").selects("Laboratory", town.laboratory.reference)
    desk.presses("Close the box")
    town.desk_of("lab").opens(f"/field/lab/box/{Manifest.objects.get().reference}/").presses("Receive")
    town.when_the_laboratory_reports([(somebody.specimen(), Outcome.POSITIVE)])
    town.phone_of(somebody).opens("/my/tests/").reads_answer("The test found the virus").is_sound()


def anybody_can_check_the_draw(town: Town, folder: Path) -> None:
    """Download the file as anybody, run the draw again without any network, and find one changed byte."""
    row = Round.objects.get()
    public = town.desk_of_nobody().opens("/tests/draws/").is_sound().presses(row.reference)
    public.sees(row.seed, row.file_hash).is_sound()
    with public.page.expect_download() as download:
        public.presses("Download the file")
    file = folder / "draw.jsonl.gz"
    download.value.save_as(file)
    published = ["--frame-hash", row.frame_hash, "--seed-commitment", row.seed_commitment]
    right = verifies(file, published)
    assert right.returncode == 0, right.stdout + right.stderr

    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    changed = folder / "changed.jsonl.gz"
    changed.write_bytes(content)
    assert verifies(changed, published).returncode != 0


def verifies(file: Path, published: list[str]) -> subprocess.CompletedProcess[str]:
    """Run the verifier in a process that knows no database."""
    command = [sys.executable, "-m", "khumkan.command", "draw", "verify", str(file), *published]
    return subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin"}, cwd=Path.cwd())
