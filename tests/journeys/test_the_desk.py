"""The hotline's desk: a reference is enough for the date, and a call that ends in a bed."""

from khumkan.hotline.choices import Closed, Reason
from khumkan.hotline.models import Case
from khumkan.hotline.states import CaseState
from khumkan.isolation.models import Stay
from khumkan.isolation.states import StayState
from khumkan.screening.choices import Method
from tests.journeys.test_a_night_in_a_hospitel import is_fetched_and_let_in, the_rapid_test_finds_the_virus
from tests.journeys.town import Insured, Town
from tests.journeys.windows import Window


def test_a_caller_with_only_a_reference_learns_the_date(town: Town) -> None:
    """Day and place are told to whoever reads the reference out; nothing else before it is sure who calls."""
    session = town.given_a_session(in_days=1)
    malee = town.given_a_person("มาลี", "สุขใจ")
    registration = town.given_a_place(malee, session)

    desk = town.desk_of("agent", language="en").opens("/desk/").presses("Callers")
    desk.fills("Number, telephone or reference", registration.reference.lower()).presses("Find")
    desk.sees(malee.name, town.stadium.name_en, "say day and place, and nothing else").is_sound()
    desk.does_not_see(malee.number, malee.phone, "Messages to the person")

    desk.presses("Where is my registration?").is_sound()
    desk.sees("Read out the day, the hour and the place, or why there is none yet.")
    desk.presses("Open the case").sees("Where is my registration?", "What to do").is_sound()
    desk.unfolds("Close the case").picks("Answered at once").presses("Close it")
    desk.sees("The case is closed.").is_sound()
    case = Case.objects.get(person=malee.person)
    assert (case.state, case.closed_because) == (CaseState.DONE, Closed.ANSWERED)
    desk.opens("/desk/").presses("Callers").fills("Number, telephone or reference", case.reference).presses("Find")
    desk.sees("Case closed", "What was done")

    phone = town.phone_of(malee, language="en").opens("/my/").presses("Who looked")
    phone.sees("Opened a case for you at the hotline").is_sound()


def test_a_mother_who_cannot_find_a_bed_calls_and_sleeps_in_one_tonight(town: Town) -> None:
    session = town.given_a_session(method=Method.RAPID)
    mother = town.given_a_person("สมศรี", "ใจดี")
    town.given_a_place(mother, session)
    the_rapid_test_finds_the_virus(town, mother, session)

    desk = town.desk_of("agent", language="en").opens("/desk/").presses("Callers")
    desk.fills("Number, telephone or reference", mother.phone).presses("Find").sees(mother.name)
    says_who_she_is(desk, mother)
    desk.presses("Tested positive and has no bed").is_sound()
    desk.fills("Note", "lives with two children").presses("Open the case").sees(
        "Closes itself with", "A bed"
    ).is_sound()
    case = Case.objects.get(person=mother.person)
    assert (case.reason, case.state) == (Reason.NO_BED, CaseState.OPEN)

    desk.presses("Open the file (Person)")
    answers_for_her(desk)
    told = town.messages_to(mother)
    assert town.hotel.site.name_th in told
    assert case.reference in told, "the case closed itself, and she was told"
    case.refresh_from_db()
    assert (case.state, case.closed_because, case.closed_by) == (CaseState.DONE, Closed.HAPPENED, None)
    desk.opens(f"/desk/cases/{case.reference}/").sees("Case closed", "It happened").is_sound()

    is_fetched_and_let_in(town, mother)
    assert Stay.objects.get(person=mother.person).state == StayState.ADMITTED
    desk.opens(f"/desk/file/{mother.person.reference}/").sees("In a bed").is_sound()


def says_who_she_is(desk: Window, somebody: Insured) -> None:
    """A wrong answer tells nobody anything; the right ones open the file."""
    desk.presses("Make sure who is calling").is_sound()
    desk.presses("Compare").sees("That does not match the register.").is_sound()
    born = somebody.person.birth_date
    assert born is not None
    desk.fills("When were you born? Day, month and year", f"{born:%d%m}{born.year + 543}")
    desk.fills("What are the last four digits of your identity number?", somebody.number[-4:])
    desk.fills("What are the last four digits of the telephone that you gave us?", somebody.phone[-4:])
    desk.presses("Compare").sees(somebody.name, "You made sure who is calling.").is_sound()


def answers_for_her(desk: Window) -> None:
    """The agent reads the questions out; a bed is looked for at once."""
    desk.presses("Answer the questions about health").is_sound()
    desk.picks("None of these", under="Do you have one of these now?")
    desk.picks("Cough, runny nose or sore throat", under="What else do you feel?")
    desk.picks("None of these", under="Do you have one of these illnesses?")
    desk.fills("How many others live in your home?", "2")
    desk.picks("No", under="Do you have a room that only you use?")
    desk.picks("No", under="If your health allows it: do you agree to be looked after at home?")
    desk.fills("Temperature", "37.4").fills("Oxygen in the blood, at rest", "97")
    desk.fills("Why do you do this for the person?", "caller has no smartphone")
    desk.presses("Send the answers")
