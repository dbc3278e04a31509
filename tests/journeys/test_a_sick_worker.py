"""The way of somebody who feels ill: from the phone to the swab, the laboratory and the answer."""

import pytest

from khumkan.kernel import clock
from khumkan.screening.choices import Outcome
from khumkan.screening.models import Manifest
from tests.journeys.town import Insured, Town, lab_file
from tests.journeys.windows import Window

FOUND, NOT_FOUND = "The test found the virus", "No infection was found"


def registers(phone: Window) -> None:
    """Press through the few questions of somebody who feels ill."""
    phone.opens("/").presses("My tests").is_sound()
    phone.presses("Register for a test").is_sound()
    phone.presses("I feel ill").is_sound()
    phone.picks("Fever").picks("Loss of smell or taste")
    phone.selects("When did it begin?", clock.today().isoformat()).presses("Register")


def test_the_nearest_place_is_given_and_can_be_changed(town: Town) -> None:
    town.given_a_session(town.stadium, in_days=1)
    town.given_a_session(town.market, in_days=1)
    somchai = town.given_a_person()
    phone = town.phone_of(somchai)

    registers(phone)
    phone.sees("You have a place", town.stadium.name_th, "Show this code at the entrance").is_sound()
    phone.presses("Change day or place").is_sound()
    phone.page.get_by_label(town.market.name_th).check()
    phone.presses("Take this place").sees("You have a place", town.market.name_th).is_sound()

    told = town.messages_to(somchai)
    assert town.stadium.name_th in told
    assert town.market.name_th in told


@pytest.mark.parametrize(
    ("outcome", "words"),
    [(Outcome.NEGATIVE, NOT_FOUND), (Outcome.POSITIVE, FOUND)],
)
def test_a_worker_with_symptoms_is_swabbed_and_reads_the_result(town: Town, outcome: Outcome, words: str) -> None:
    town.given_a_session()
    somchai = town.given_a_person()
    phone = town.phone_of(somchai)
    registers(phone)

    is_checked_in_by_qr_and_swabbed(town, somchai)
    phone.opens("/my/tests/").sees("The laboratory is testing").is_sound()
    assert not phone.has_heading(FOUND)
    assert not phone.has_heading(NOT_FOUND)
    the_box_reaches_the_laboratory(town)
    sends_a_file(town, somchai, outcome)

    told = town.messages_to(somchai)
    assert somchai.registration().reference in told
    assert "ผลการตรวจของคุณออกแล้ว" in told
    assert not any(phone.said(each) in told for each in (FOUND, NOT_FOUND, "Detected", "Not detected")), (
        "a message tells the result"
    )
    phone.opens("/my/tests/").reads_answer(words).is_sound()
    phone.opens(f"/my/tests/{somchai.registration().reference}/").reads_answer(words).is_sound()


def is_checked_in_by_qr_and_swabbed(town: Town, somebody: Insured) -> None:
    """The scanner at the door types what the code on the phone says."""
    desk = town.desk_of("swabber", width=390)
    desk.opens("/").presses("Today").is_sound()
    desk.fills("Code, name or identity number", somebody.registration().reference).presses("Find")
    desk.sees(somebody.name).is_sound()
    desk.presses("Check in").sees("Checked in").is_sound()
    desk.presses("Specimen taken").sees(somebody.specimen().code).is_sound()
    label = desk.context.request.get(f"{town.address}/field/tests/label/{somebody.specimen().code}.pdf")
    assert label.ok
    assert label.body().startswith(b"%PDF")


def the_box_reaches_the_laboratory(town: Town) -> None:
    """A box is closed at the site and received with everything in it."""
    desk = town.desk_of("swabber", width=390)
    desk.opens("/field/tests/").presses(town.stadium.name_th)
    desk.page.locator("main a[href$='/box/']").click()
    desk.selects("Laboratory", town.laboratory.reference)
    desk.presses("Close the box").sees("The box is closed. Print its list and put it inside.").is_sound()

    laboratory = town.desk_of("lab")
    laboratory.opens("/").presses("Laboratory").sees("On its way").is_sound()
    laboratory.presses(Manifest.objects.get().reference)
    laboratory.sees("Receive this box").is_sound()
    laboratory.presses("Receive").sees("The box is received.", "In the laboratory").is_sound()


def sends_a_file(town: Town, somebody: Insured, outcome: Outcome) -> None:
    """The laboratory sends its file; the page shows by itself how it ended, as a page loaded afresh does."""
    laboratory = town.desk_of("lab")
    laboratory.opens("/field/lab/").presses("Send a file with results").is_sound()
    content = lab_file([(somebody.specimen(), outcome)])
    laboratory.field("File with results").set_input_files(
        {"name": "ผลตรวจ.csv", "mimeType": "text/csv", "buffer": content}
    )
    laboratory.presses("Send").sees("The file is stored and is being read. You may leave this page.").is_sound()
    town.when_the_queue_has_run()
    laboratory.sees("Rows in the file", "Every row was accepted.")
    swapped = laboratory.main
    laboratory.page.reload()
    assert swapped == laboratory.main
    laboratory.is_sound()
