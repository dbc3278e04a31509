"""From an employer's messy list to a vaccinated worker whose certificate anybody checks without a network.

One site is closed on the way. Each step is taken by whoever takes it, in a window of their own.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.cose import Signer
from khumkan.messages.models import Message
from khumkan.places.models import Site
from khumkan.vaccination.actions import willing
from khumkan.vaccination.choices import Decided
from khumkan.vaccination.models import Dose, Enrolment, Injection, Lot, SiteDay
from khumkan.vaccination.rules import certificates
from khumkan.vaccination.states import DoseState, VisitState
from tests.journeys.codes import code_on
from tests.journeys.town import Insured, Town
from tests.journeys.vaccination_day import (
    FIELD,
    Campaign,
    at_step,
    checked_alone,
    given_a_campaign,
    is_cleared,
    is_injected,
    is_measured,
    number_of,
    others_come_too,
    published,
)
from tests.journeys.vaccination_list import Factory, given_a_factory_with_names, messy, refused_rows
from tests.journeys.windows import Window

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUM = (
    "%(all)s rows = %(new)s new + %(changed)s changed + %(unchanged)s unchanged + %(look)s to look at + %(refused)s "
    "not taken + %(doubled)s twice. No row is lost."
)
ELSEWHERE = (
    "The office does not know this person as working for you this month. "
    "Is the number right, and is the person in your monthly filing?"
)
#: Says no, says nothing, does not come; everybody else of the list wants it and comes.
DECLINES, SILENT, ABSENT = "thana", "kitti", ("somsak", "chai")
LOT = "SV2021-07"


@pytest.mark.timeout(900)
def test_a_worker_on_a_messy_list_is_vaccinated_although_the_site_closes(town: Town, tmp_path: Path) -> None:
    factory, campaign = given_a_factory_with_names(town), given_a_campaign(town)
    somchai = factory.workers["somchai"]

    the_employer_names_its_workers(town, factory, campaign)
    each_decides_for_themselves(town, factory, campaign)
    the_office_gives_everybody_a_date(town, factory, campaign)
    the_site_is_closed_and_everybody_moved(town, somchai, campaign)
    is_vaccinated_step_by_step(town, somchai, campaign)
    has_a_certificate_that_verifies_alone(town, somchai, tmp_path)
    others_come_too(town, [factory.workers[name] for name in came(factory)], lot=the_lot())
    one_that_is_revoked_or_forged_does_not(town, somchai, factory.workers["wichai"], tmp_path)
    the_day_adds_up(town, factory, campaign)
    the_second_dose_has_a_date_by_itself(town, somchai)
    who_never_answered_has_no_date(town, factory)


# The employer


def the_employer_names_its_workers(town: Town, factory: Factory, campaign: Campaign) -> None:
    """Two by hand, of whom one is taken off again; then everybody in the office's template, filled in badly."""
    hr = town.desk_of("personnel").opens("/").presses("Vaccination lists").is_sound().presses(campaign.title).is_sound()
    for name in ABSENT:
        is_added_by_hand(hr, factory.workers[name])
    hr.presses("Who is on the list").is_sound()
    hr.page.locator("main tbody tr").filter(has_text=factory.workers["chai"].name).get_by_role("link").last.click()
    hr.is_sound().presses("Take off").is_sound()
    hr.sees("Taken off your list. What the person wants, and the date, stay as they are.")

    template = downloaded(hr, "Excel")
    hr.presses("Send a file").is_sound()
    list_file = {"name": "รายชื่อพนักงาน.xlsx", "mimeType": XLSX, "buffer": messy(template, factory)}
    hr.field("File with your list").set_input_files(list_file)  # type: ignore[arg-type]
    hr.presses("Send and check").is_sound()
    hr.sees(SUM, all=14, new=5, changed=1, unchanged=1, look=2, refused=4, doubled=1)
    near_matches_are_looked_at(hr, factory)
    the_faults_are_read_and_one_is_put_right(hr, factory)
    assert not Enrolment.objects.filter(person=factory.workers["somchai"].person).exists(), "nothing is half taken"

    hr.presses("Put %(count)s person on the list", count=9)
    hr.sees("%(count)d person was put on your list.", count=9).is_sound()
    assert set(Enrolment.objects.values_list("person", flat=True)) == {each.id for each in factory.workers.values()}


def is_added_by_hand(hr: Window, worker: Insured) -> None:
    """One person, typed in."""
    hr.presses("One person").is_sound().fills("Number of the document", worker.number)
    hr.fills("First name", worker.person.first_name).fills("Last name", worker.person.last_name)
    hr.fills_day("Date of birth", worker.person.birth_date).presses("Check and add")
    hr.sees("On your list now. The person is told by the office.")


def near_matches_are_looked_at(hr: Window, factory: Factory) -> None:
    """A name that was mistyped, and a number that the spreadsheet has shortened: both sides are read, then decided."""
    mistyped, shortened = factory.workers["wichai"], factory.workers["prayut"]
    hr.sees("นาย วิชย ศรีสวัสด์", mistyped.name, "1.1010E+12", shortened.name)
    for row, worker, why in (
        (4, mistyped, "The number and the date of birth are right, but the name is written differently."),
        (
            3,
            shortened,
            "The number is not right, but one of your employees has this date of birth and the same or nearly the same "
            "name.",
        ),
    ):
        of_row(hr, row).sees("Your list says", "The office has", worker.name, worker.number[-4:], why).is_sound()
        hr.does_not_see(shortened.number)
        hr.presses("It is this person").sees("Noted: it is this person.").is_sound()


def the_faults_are_read_and_one_is_put_right(hr: Window, factory: Factory) -> None:
    """Each refused row says why, in Thai; a day that does not exist is corrected here, the others are downloaded."""
    hr.presses("Cannot be taken").is_sound()
    hr.sees(ELSEWHERE).sees("The vaccine of this phase is given from the age of %(age)d.", age=18)
    hr.sees("The identity number is not right: one of its digits was mistyped.", "31/02/2524")
    of_row(hr, 9).is_sound().fills("Date of birth", "25/12/2524").presses("Check again")
    hr.sees("The row is in order now.").is_sound()
    hr.sees(SUM, all=14, new=8, changed=1, unchanged=1, look=0, refused=3, doubled=1)
    rows = refused_rows(downloaded(hr, "Download the rows that are not taken, with the reasons (Excel)"))
    assert [row[-2] for row in rows] == ["12", "13", "14", "15"]
    assert hr.said("The same person as in row %(row)d.", row=2) == rows[0][-1]
    assert [rows[1][1], rows[1][-1]] == [factory.stranger.number, hr.said(ELSEWHERE)]


def of_row(hr: Window, number: int) -> Window:
    """Open a row from the table."""
    hr.page.locator(f"main table a[href$='/rows/{number}/']").click()
    return hr


def downloaded(window: Window, words: str) -> bytes:
    """Press a link and return the file."""
    with window.page.expect_download() as download:
        window.presses(words)
    return Path(download.value.path()).read_bytes()


# The workers


def each_decides_for_themselves(town: Town, factory: Factory, campaign: Campaign) -> None:
    """By the link of the message; the employer reads how many, and neither who nor why."""
    somchai, declines = factory.workers["somchai"], factory.workers[DECLINES]
    assert "/my/vaccination/" in town.messages_to(somchai)
    phone = my_vaccination(town, somchai).sees("The choice is yours alone.", factory.employer.name_th).is_sound()
    phone.presses("Yes, I want to be vaccinated").sees("You are in the queue for a date").is_sound()
    phone = my_vaccination(town, declines)
    phone.presses("No, I do not want it").is_sound().presses("I do not want to be vaccinated")
    phone.sees("You said that you do not want the vaccination").is_sound()
    for name in (*came(factory), *ABSENT):
        each = factory.workers[name]
        enrolment = Enrolment.objects.get(person=each.person)
        willing.confirm(enrolment=enrolment, how=Decided.LINK, by=Actor.person(each.id))

    hr = town.desk_of("personnel").opens("/").presses("Vaccination lists").presses(campaign.title).is_sound()
    shown = [number_of(hr, label) for label in ("On your list", "Want the vaccination", "Do not want it")]
    assert shown == [10, 8, 1]
    assert number_of(hr, "Have not answered") == 1
    hr.does_not_see(*(each.name for each in factory.workers.values()))
    hr.presses("Who is on the list").sees(declines.name).is_sound()
    hr.does_not_see("Do not want it", "Want the vaccination", "Have not answered")


def my_vaccination(town: Town, somebody: Insured) -> Window:
    """Go from the first page of a phone to the own vaccination."""
    return town.phone_of(somebody).opens("/").presses("My vaccination")


def came(factory: Factory) -> list[str]:
    """Everybody who comes, besides the one whose way is followed."""
    return [name for name in factory.workers if name not in ("somchai", DECLINES, SILENT, *ABSENT)]


# The office


def the_office_gives_everybody_a_date(town: Town, factory: Factory, campaign: Campaign) -> None:
    """Doses, days and a plan; its figures are read, another officer approves, and everybody is told."""
    somchai, today = factory.workers["somchai"], clock.today()
    head = town.desk_of("minister").opens("/").presses("Vaccination").is_sound()
    head.presses("Doses not kept for a session yet").is_sound().presses("Enter a lot").is_sound()
    head.fills("Number of the lot", LOT).picks("Sinovac").fills("Doses", "300").fills_day("Arrives on", today)
    head.fills_day("Last day on which it may be given", today + timedelta(days=90)).presses("Enter the lot").sees(LOT)
    the_days_are_open(town, campaign)

    is_planned_and_approved(town, waits=0, dated=8, site=campaign.near)
    told = town.messages_to(somchai)
    assert campaign.near.name_th in told
    phone = my_vaccination(town, somchai).sees(campaign.near.name_th, "Show this code at the entrance").is_sound()
    assert code_on(phone.page) == coming(somchai).reference
    assert not Dose.objects.filter(person=factory.workers[DECLINES].person).exists()


def the_days_are_open(town: Town, campaign: Campaign) -> None:
    """Both sites offer their places for four weeks."""
    today = clock.today()
    officer = town.desk_of("officer").opens("/").presses("Vaccination").presses("People booked").is_sound()
    officer.presses("Open days").is_sound().picks(campaign.near.name_th).picks(campaign.far.name_th).picks("Sinovac")
    officer.fills_day("First day", today + timedelta(days=2)).fills_day("Last day", today + timedelta(days=28))
    officer.fills("Places of each site a day", "80").presses("Open these days")
    hours = 27 * 8 * 2
    officer.sees("%(count)s sessions were opened. They can be booked once doses are kept for them.", count=hours)
    officer.is_sound()


def is_planned_and_approved(town: Town, *, waits: int, dated: int, site: Site | None = None) -> None:
    """One officer asks for a plan, the queue computes it, another one reads its figures and approves."""
    today = clock.today()
    officer = town.desk_of("officer").opens("/").presses("Vaccination").presses("Make a plan").is_sound()
    officer.selects("Area", "10").fills_day("First day", today + timedelta(days=2))
    officer.fills_day("Last day", today + timedelta(days=26)).presses("Compute the plan")
    officer.sees("Stop this plan").is_sound()
    town.when_the_queue_has_run()
    officer.opens(officer.path).sees("You asked for this plan. Another officer has to approve it.").is_sound()
    assert (number_of(officer, "Get a date"), number_of(officer, "Go on waiting")) == (dated, waits)
    before = Dose.objects.filter(state=DoseState.BOOKED).count()

    second = town.desk_of("second").opens("/").presses("Vaccination").is_sound()
    second.page.locator(f"main a[href='{officer.path}']").click()
    second.sees(site.name_th if site else officer.said("Where")).is_sound()
    assert Dose.objects.filter(state=DoseState.BOOKED).count() == before, "a proposal books nobody"
    second.presses("Approve: book these people and tell them")
    second.sees("The plan is approved. People are booked now, and each is told.").is_sound()
    town.when_the_queue_has_run()
    assert Dose.objects.filter(state=DoseState.BOOKED).count() == before + dated


def the_site_is_closed_and_everybody_moved(town: Town, somchai: Insured, campaign: Campaign) -> None:
    """In one action, after reading how many are concerned; each is told once, and stands at the other site."""
    first = clock.today() + timedelta(days=1)
    officer = town.desk_of("officer").opens("/").presses("Vaccination").presses("People booked").is_sound()
    officer.page.locator("main ul a").filter(has_text=campaign.near.name_th).click()
    officer.is_sound().fills_day("First closed day", first).fills_day("Last closed day", first + timedelta(days=9))
    officer.fills("Why?", "น้ำท่วม").presses("Show who is concerned").is_sound()
    officer.sees("%(count)s person has a date there on these days.", count=8)
    officer.presses("Close the site and move these people")
    officer.sees("Everybody concerned is moved or waits for the next plan, and is told once.").is_sound()
    town.when_the_queue_has_run()
    officer.opens(officer.path).sees("A site was closed", campaign.far.name_th).is_sound()

    told = town.messages_to(somchai)
    assert told.count(campaign.far.name_th) == 1
    moved = Message.objects.filter(template="vaccination.moved").values_list("person_id", flat=True)
    assert len(moved) == len(set(moved)) == 8
    phone = my_vaccination(town, somchai).sees(campaign.far.name_th).is_sound()
    phone.does_not_see(campaign.near.name_th)


# The site


def is_vaccinated_step_by_step(town: Town, somchai: Insured, campaign: Campaign) -> None:
    """On a phone: in by the code, measured, asked, vaccinated, observed for half an hour and not less, home."""
    session = coming(somchai).session
    assert session is not None
    code = code_on(my_vaccination(town, somchai).page)
    town.when_it_is(session.starts_at - timedelta(minutes=20))
    desk = town.desk_of("vaccinator_far", width=FIELD).opens("/").presses("Vaccination today").is_sound()
    desk.presses("Doses and refrigerator").is_sound().picks("Received").selects("Lot", str(the_lot().pk))
    desk.fills("How many doses?", "20").presses("Store").sees("May be given").is_sound()

    town.when_it_is(session.starts_at + timedelta(minutes=2))
    desk = town.desk_of("vaccinator_far", width=FIELD).opens("/").presses("Vaccination today")
    desk.fills("Code, name or identity number", code).presses("Find").sees(somchai.name)
    at_step(desk, "check_in").presses("Check in")
    is_measured(at_step(desk, "measure"))
    is_cleared(at_step(desk, "clear"))
    is_injected(at_step(desk, "inject"), the_lot())
    at_step(desk, "leave").presses("Let leave").sees("The time of observation is not over yet.").is_sound()
    my_vaccination(town, somchai).sees("You were vaccinated. Please stay seated until the staff say that you may go.")

    town.when_it_is(clock.now() + timedelta(minutes=31))
    desk = town.desk_of("vaccinator_far", width=FIELD).opens("/").presses("Vaccination today").presses(somchai.name)
    at_step(desk, "leave").presses("Let leave")
    desk.page.wait_for_url("**/field/vaccination/at/**")
    given = Injection.objects.select_related("dose__enrolment").get(person=somchai.person)
    assert (given.lot_number, given.site) == (LOT, campaign.far)
    assert [step.state for step in given.visit.steps.order_by("pk")] == [
        VisitState.ARRIVED,
        VisitState.MEASURED,
        VisitState.CLEARED,
        VisitState.INJECTED,
        VisitState.LEFT,
    ]


# The certificate


def has_a_certificate_that_verifies_alone(town: Town, somchai: Insured, folder: Path) -> None:
    """The code on the phone and the two published files are enough; on paper it is a PDF of both languages."""
    town.when_the_queue_has_run()
    phone = certificate_of(town, somchai).is_sound()
    name = phone.said("Get the PDF")
    link = phone.page.locator("main a").filter(has_text=name).get_attribute("href")
    assert phone.context.request.get(f"{town.address}{link}").body().startswith(b"%PDF")
    files = {name: published(phone, name, folder) for name in ("keys", "revoked")}
    assert checked_alone(code_on(phone.page), **files) == (0, "valid")


def one_that_is_revoked_or_forged_does_not(town: Town, somchai: Insured, other: Insured, folder: Path) -> None:
    """An officer revokes a colleague's; somebody writes another name into a genuine one, or changes a letter."""
    town.when_the_queue_has_run()
    genuine, revoked = (code_on(certificate_of(town, each).page) for each in (somchai, other))
    officer = town.desk_of("officer").opens("/").presses("Records of doses").is_sound()
    officer.fills("Identity number, telephone number or reference", other.number).presses("Find").is_sound()
    officer.presses("Dose %(number)s: %(vaccine)s", number=1, vaccine="Sinovac").is_sound()
    officer.page.locator("main a[href^='/office/vaccination/certificates/']").click()
    officer.is_sound().fills("Why?", "พิมพ์ชื่อผิด").presses("Revoke")
    officer.sees("Revoked. Whoever checks it is told that it does not hold.").is_sound()

    files = {name: published(officer, name, folder) for name in ("keys", "revoked")}
    keys = certificates.keys_in(files["keys"].read_text())
    told = certificates.check(genuine, keys=keys, revoked=(), now=clock.now()).content
    assert told is not None
    forger = Signer.of(b"\x07" * 32)
    forged = certificates.as_text(certificates.signed(replace(told, name="นางสาวใครก็ได้"), forger))
    changed = genuine[:-9] + ("A" if genuine[-9] != "A" else "B") + genuine[-8:]
    found = [checked_alone(each, **files) for each in (genuine, revoked, forged, changed)]
    assert found == [(0, "valid"), (1, "revoked"), (1, "unknown_key"), (1, "forged")]
    anybody = town.desk_of_nobody().opens("/").presses("Check a vaccination certificate").is_sound()
    said = ("Genuine and valid", "Revoked: it does not hold", "Not genuine")
    for text, words in zip((genuine, revoked, changed), said, strict=True):
        anybody.page.locator("main textarea").fill(text)
        anybody.presses("Check").sees(words).is_sound()


def certificate_of(town: Town, somebody: Insured) -> Window:
    """Go from the first page of a phone to the certificate."""
    phone = my_vaccination(town, somebody).presses("Certificate, and how you feel").is_sound()
    return phone.presses("Show").sees("Vaccination certificate")


# The day, and what follows


def the_day_adds_up(town: Town, factory: Factory, campaign: Campaign) -> None:
    """Listed, booked and came, for the site and for the employer; two did not come."""
    day = clock.today()
    town.when_it_is(clock.day_span(day)[0] + timedelta(hours=16, minutes=30))
    desk = town.desk_of("vaccinator_far", width=FIELD).opens("/").presses("Vaccination today").presses("Close the day")
    desk.is_sound().page.locator("main").get_by_role("button", name=desk.said("Close the day")).click()
    desk.sees("The day is closed. Who did not come is told.").is_sound()
    closed = SiteDay.objects.get(site=campaign.far)
    assert (closed.booked, closed.came, closed.vaccinated, closed.no_show) == (8, 6, 6, 2)
    assert (closed.received, closed.given, closed.left) == (20, 6, 14)

    officer = town.desk_of("officer").opens("/").presses("Vaccination days").presses(campaign.far.name_th).is_sound()
    row = officer.page.locator("main tbody tr").filter(has_text=factory.employer.name_th)
    cells = dict(zip(heads(officer), row.locator("th, td").all_inner_texts(), strict=True))
    hr = town.desk_of("personnel").opens("/").presses("Vaccination days").sees(campaign.far.name_th).is_sound()
    own = dict(zip(heads(hr), hr.page.locator("main tbody tr th, main tbody tr td").all_inner_texts(), strict=True))
    for shown in (cells, own):
        numbers = [shown[hr.said(name)] for name in ("On the list", "Had a date", "Came", "Did not come")]
        assert numbers == ["10", "8", "6", "2"]
    hr.does_not_see(*(each.name for each in factory.workers.values()))


def heads(window: Window) -> list[str]:
    """Return the headings of the table."""
    return [each.strip() for each in window.page.locator("main thead th").all_inner_texts()]


def the_second_dose_has_a_date_by_itself(town: Town, somchai: Insured) -> None:
    """Nobody asks for it: it is due by the interval, and the next plan gives day and place."""
    due = coming(somchai)
    assert (due.number, due.state) == (2, DoseState.WAITING)
    is_planned_and_approved(town, waits=0, dated=8)
    dose = coming(somchai)
    assert dose.session is not None
    assert due.due_from <= dose.session.day <= (due.due_until or dose.session.day)
    assert dose.reference in town.messages_to(somchai)
    phone = my_vaccination(town, somchai).sees("You have a date", dose.session.site.name_th).is_sound()
    assert code_on(phone.page) == dose.reference


def who_never_answered_has_no_date(town: Town, factory: Factory) -> None:
    """The control: on the same list, by the same two plans, and nobody decided for them."""
    silent = factory.workers[SILENT]
    assert not Dose.objects.filter(person=silent.person).exists()
    my_vaccination(town, silent).sees("Do you want the Covid vaccination?").is_sound()


def coming(somebody: Insured) -> Dose:
    """The dose that is still to come."""
    return Dose.objects.coming().select_related("session__site").get(person=somebody.person)


def the_lot() -> Lot:
    """The lot of the campaign."""
    return Lot.objects.get(number=LOT)
