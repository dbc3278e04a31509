"""From a rapid test to a bed tonight, and home with a certificate: each step by whoever takes it, in a window."""

from datetime import timedelta

from khumkan.isolation.choices import CareEnd
from khumkan.isolation.models import Bed, Care, Certificate, Observation, Run, Stay
from khumkan.isolation.states import CareState, PickupState, StayState
from khumkan.kernel import clock
from khumkan.screening.choices import Method
from khumkan.screening.models import Session
from tests.journeys.test_a_site_day import FIRST, SECOND, comes_in
from tests.journeys.town import Insured, Town
from tests.journeys.windows import Window

#: Days from the specimen until somebody may go who was not severely ill, by the terms in force today.
DAYS = 10
FIELD = 390


def test_a_worker_who_tests_positive_sleeps_in_a_hospitel_tonight(town: Town) -> None:
    session = town.given_a_session(method=Method.RAPID)
    somchai = town.given_a_person()
    town.given_a_place(somchai, session)

    the_rapid_test_finds_the_virus(town, somchai, session)
    answers_the_questions(town, somchai)
    has_a_bed_that_nobody_gave_by_hand(town, somchai)
    is_fetched_and_let_in(town, somchai)
    is_looked_at(town, somchai, temperature="37.2", spo2="97")
    reports_how_it_goes(town, somchai)

    for _ in range(2):
        town.when_days_have_passed(DAYS // 2)
        is_looked_at(town, somchai, temperature="36.6", spo2="98")

    goes_home(town, somchai)
    has_papers_that_anybody_can_check(town, somchai)
    the_bed_is_free_again(town)


def the_rapid_test_finds_the_virus(town: Town, somebody: Insured, session: Session) -> None:
    """The team reads the test twice; nobody else does anything, and care is open."""
    desk = town.desk_of("swabber", width=FIELD)
    comes_in(desk, session.reference, somebody).presses("Specimen taken")
    desk.picks("Detected", under=FIRST).picks("Detected", under=SECOND).presses("Store the result")
    desk.sees("The result is stored and the person is told.")
    told = town.messages_to(somebody)
    assert care_of(somebody).reference in told
    assert care_of(somebody).state == CareState.ASKED


def answers_the_questions(town: Town, somebody: Insured) -> None:
    """On a phone, in three minutes; what follows is said at once."""
    phone = own_care(town, somebody).is_sound()
    phone.presses("Answer the questions").is_sound()
    phone.picks("None of these", under="Do you have one of these now?")
    phone.picks("Cough, runny nose or sore throat", under="What else do you feel?")
    phone.picks("None of these", under="Do you have one of these illnesses?")
    phone.fills("How many others live in your home?", "3")
    phone.picks("No", under="Do you have a room that only you use?")
    phone.picks("No", under="If your health allows it: do you agree to be looked after at home?")
    phone.fills("Temperature", "37.4").fills("Oxygen in the blood, at rest", "97")
    phone.presses("Send my answers").sees("We are looking for a bed for you", "A hospitel suits you.").is_sound()


def has_a_bed_that_nobody_gave_by_hand(town: Town, somebody: Insured) -> None:
    """The queue runs, and the phone says where."""
    told = town.messages_to(somebody)
    assert town.hotel.site.name_th in told
    stay = stay_of(somebody)
    assert (stay.state, stay.site_id) == (StayState.HELD, town.hotel.pk)
    phone = own_care(town, somebody)
    phone.sees("A bed is held for you", town.hotel.site.name_th, "Show this code at the front desk").is_sound()


def own_care(town: Town, somebody: Insured) -> Window:
    """Go from the first page to what stands about oneself."""
    phone = town.phone_of(somebody).opens("/").presses("My care")
    phone.page.locator(f"main a[href='/my/care/{care_of(somebody).reference}/']").click()
    return phone


def is_fetched_and_let_in(town: Town, somebody: Insured) -> None:
    """An officer plans the drive, the driver fetches, the front desk compares the document and lets in."""
    officer = town.desk_of("officer").opens("/").presses("Drives").is_sound()
    officer.presses(town.hotel.site.name_th).is_sound()
    officer.fills("Vehicle", "นข 1506").fills("Starts at", f"{clock.bangkok(clock.now()):%H:%M}")
    officer.presses("Plan this drive").sees(somebody.name, "To be picked up").is_sound()

    driver = town.desk_of("driver", width=FIELD).opens("/").presses("Drives").is_sound()
    driver.presses(town.hotel.site.name_th).does_not_see(somebody.name).is_sound()
    driver.presses("I drive now").sees(somebody.name).is_sound()
    driver.presses("Picked up").sees("In the vehicle").is_sound()
    phone = own_care(town, somebody)
    phone.sees("You are on the way.").is_sound()

    desk = town.desk_of("front_desk", width=FIELD).opens("/").presses("Arrivals").sees(somebody.name).is_sound()
    desk.fills("Code, name or identity number", care_of(somebody).reference).presses("Find")
    desk.sees(somebody.name, stay_of(somebody).bed.label).is_sound()
    desk.fills("Belongings kept at the desk", "กระเป๋าหนึ่งใบ").presses("Check in").sees("Checked in.").is_sound()
    assert stay_of(somebody).state == StayState.ADMITTED
    driver.opens(f"/field/drives/{Run.objects.get().reference}/").presses("The drive is over").is_sound()
    assert Run.objects.get().pickups.get().state == PickupState.DELIVERED


def is_looked_at(town: Town, somebody: Insured, *, temperature: str, spo2: str) -> None:
    """The nurse's round: the list, the bedside, two values, the next person."""
    before = Observation.objects.filter(care=care_of(somebody)).count()
    nurse = at_the_bedside(town, somebody)
    nurse.fills("Temperature", temperature).fills("Oxygen in the blood, at rest", spo2)
    nurse.picks("Yes", under="Medicine taken as ordered?").presses("Save, then the next person").is_sound()
    assert Observation.objects.filter(care=care_of(somebody)).count() == before + 1


def at_the_bedside(town: Town, somebody: Insured) -> Window:
    """Open the person from the list of the round."""
    nurse = town.desk_of("nurse", width=FIELD).opens("/").presses("Nurses’ rounds").is_sound()
    nurse.page.locator(f"main a[href='/field/rounds/{care_of(somebody).reference}/']").click()
    return nurse.sees(somebody.name).is_sound()


def reports_how_it_goes(town: Town, somebody: Insured) -> None:
    """The person tells values as well, and the nurse sees that it was the person."""
    phone = own_care(town, somebody)
    phone.sees(town.hotel.site.name_th, stay_of(somebody).bed.label).is_sound()
    phone.presses("Report how I am").is_sound()
    phone.fills("Temperature", "36.9").fills("Oxygen in the blood, at rest", "98")
    phone.page.locator("main form button[type=submit]").last.click()
    phone.page.wait_for_url(f"**/my/care/{care_of(somebody).reference}/")
    at_the_bedside(town, somebody).sees("36.9")
    assert Observation.objects.filter(care=care_of(somebody), told_by="person").count() == 1


def goes_home(town: Town, somebody: Insured) -> None:
    """The terms propose, the nurse confirms, the front desk lets out."""
    nurse = town.desk_of("nurse", width=FIELD).opens("/").presses("Going home").is_sound()
    nurse.page.locator(f"main a[href='/field/going-home/{care_of(somebody).reference}/']").click()
    nurse.sees(somebody.name).is_sound().presses("May go home").is_sound().presses("Confirm").is_sound()
    assert stay_of(somebody).state == StayState.LEAVING, "the bed is not free before the person has left"
    phone = own_care(town, somebody)
    phone.sees("You may go home").is_sound()

    desk = town.desk_of("front_desk", width=FIELD).opens("/").presses("Leaving and cleaning").is_sound()
    desk.page.locator(f"main a[href='/field/arrivals/{care_of(somebody).reference}/']").click()
    desk.sees("กระเป๋าหนึ่งใบ").is_sound().presses("Has left").is_sound()
    care = care_of(somebody)
    assert (care.state, care.ended_because) == (CareState.DISCHARGED, CareEnd.RECOVERED)


def has_papers_that_anybody_can_check(town: Town, somebody: Insured) -> None:
    """Two papers on the phone; a stranger checks the code of the certificate and learns little."""
    phone = own_care(town, somebody).is_sound()
    papers = {each.kind: each for each in Certificate.objects.filter(care=care_of(somebody))}
    assert set(papers) == {"discharge", "employer"}
    for paper in papers.values():
        link = phone.page.locator(f"main a[href*='{paper.code}']").get_attribute("href")
        file = phone.context.request.get(f"{town.address}{link}")
        assert file.ok
        assert file.body().startswith(b"%PDF")
    stranger = town.desk_of_nobody().opens(f"/papers/{papers['discharge'].code}/")
    stranger.sees("This paper is genuine and valid").does_not_see(somebody.name, town.hotel.site.name_th).is_sound()
    assert papers["discharge"].to_on - papers["discharge"].from_on == timedelta(days=DAYS)
    mistyped = papers["discharge"].code[:-1]
    town.desk_of_nobody().opens(f"/papers/{mistyped}/").sees("This code is not known").is_sound()


def the_bed_is_free_again(town: Town) -> None:
    """It is cleaned first; then the officer's board shows every bed of the hotel free."""
    officer = town.desk_of("officer").opens("/").presses("Beds")
    beds = Bed.objects.filter(room__facility=town.hotel).count()
    assert counts(officer, town) == {"free": beds - 1, "cleaning": 1}
    desk = town.desk_of("front_desk", width=FIELD).opens("/field/arrivals/leaving/")
    desk.presses("Is clean").sees("No bed is being cleaned.").is_sound()
    officer.page.reload()
    assert counts(officer, town) == {"free": beds, "cleaning": 0}
    officer.is_sound()


def counts(officer: Window, town: Town) -> dict[str, int]:
    """Return free beds of the hotel, and those being cleaned, as the board shows them."""
    row = officer.page.locator("main table tbody tr").filter(has_text=town.hotel.site.name_th).first
    table = row.locator("xpath=ancestor::table")
    heads = [each.strip() for each in table.locator("thead th").all_inner_texts()]
    cells = [each.strip() for each in row.locator("th, td").all_inner_texts()]
    shown = dict(zip(heads, cells, strict=True))
    return {"free": int(shown[officer.said("Free")]), "cleaning": int(shown[officer.said("Being cleaned")])}


def care_of(somebody: Insured) -> Care:
    """The care of somebody."""
    return Care.objects.get(person=somebody.person)


def stay_of(somebody: Insured) -> Stay:
    """The stay of somebody who has had one bed."""
    return Stay.objects.select_related("bed").get(person=somebody.person)
