"""A day at the site: who is on the list and who is not, rapid tests read twice, and the sum in the evening."""

from khumkan.screening.choices import Method
from khumkan.screening.models import SessionClose
from tests.journeys.town import Insured, Town
from tests.journeys.windows import Window

FIRST, SECOND = "First reading", "Second reading: look at the test again"


def comes_in(desk: Window, session: str, somebody: Insured) -> Window:
    """Find somebody on the list of the session and let them in."""
    desk.opens(f"/field/tests/{session}/").fills("Code, name or identity number", somebody.number).presses("Find")
    return desk.presses(somebody.name).presses("Check in").sees("Checked in")


def test_a_day_with_everything_that_happens_at_the_door(town: Town) -> None:
    session = town.given_a_session(method=Method.RAPID)
    tested, impostor, refuses, absent = (town.given_a_person(last=f"คนที่{number}") for number in range(4))
    for each in (tested, impostor, refuses, absent):
        town.given_a_place(each, session)
    walks_in = town.given_a_person("มาลี", "สุขใจ")
    desk = town.desk_of("swabber", width=390).opens("/field/").presses("Today").presses(town.stadium.name_th)
    desk.sees(tested.name, absent.name).is_sound()

    comes_in(desk, session.reference, tested).presses("Specimen taken")
    desk.picks("Not detected", under=FIRST).picks("Detected", under=SECOND).presses("Store the result")
    desk.does_not_see("The result is stored and the person is told.").is_sound()
    desk.picks("Not detected", under=FIRST).picks("Not detected", under=SECOND).presses("Store the result")
    desk.sees("The result is stored and the person is told.").is_sound()

    desk.opens(f"/field/tests/in/{impostor.registration().reference}/").unfolds("This person is not tested")
    desk.picks("Not the person on the list").presses("Note it").sees("Noted.").is_sound()
    desk.opens(f"/field/tests/in/{refuses.registration().reference}/").unfolds("This person is not tested")
    desk.picks("Refused the test").presses("Note it").sees("Noted.").is_sound()

    desk.opens(f"/field/tests/{session.reference}/").presses("Somebody came who is not on the list")
    desk.sees("Noted: somebody came who is not on the list.").is_sound()
    desk.presses("Take a walk-in").is_sound()
    desk.fills("Number", walks_in.number).picks("High risk of infection").presses("Take in").sees(walks_in.name)
    if desk.page.get_by_role("button", name=desk.said("Check in"), exact=True).count():
        desk.presses("Check in")
    desk.presses("Specimen taken").picks("Not detected", under=FIRST).picks("Not detected", under=SECOND)
    desk.presses("Store the result").sees("The result is stored and the person is told.").is_sound()

    desk.opens(f"/field/tests/{session.reference}/").presses("Close the session").is_sound()
    closes = desk.page.locator("main").get_by_role("button", name=desk.said("Close the session"))
    closes.click()
    desk.does_not_see("The session is closed. Everybody on the list is accounted for.").is_sound()
    town.when_the_session_is_over(session)
    closes.click()
    desk.sees("The session is closed. Everybody on the list is accounted for.").is_sound()
    closed = SessionClose.objects.get()
    assert closed.listed == closed.came + closed.no_show + closed.turned_away == 5
    assert (closed.came, closed.turned_away, closed.walk_ins) == (2, 1, 1)  # the impostor is not the person: no-show
    town.phone_of(tested).opens("/my/tests/").reads_answer("No infection was found").is_sound()
    town.phone_of(absent).opens("/my/tests/").sees("You have no test under way.").is_sound()


def test_somebody_booked_elsewhere_is_sent_there_without_being_named(town: Town) -> None:
    town.given_a_session()
    malee = town.given_a_person("มาลี", "สุขใจ")
    town.given_a_place(malee, town.given_a_session(town.market, in_days=1))
    desk = town.desk_of("swabber", width=390).opens(f"/field/tests/in/{malee.registration().reference}/")
    desk.sees("Not expected here", town.market.name_th).does_not_see(malee.name).is_sound()
