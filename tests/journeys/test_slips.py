"""What fingers and browsers do: press twice, go back, have no JavaScript. Nothing is done twice, nothing is lost."""

from khumkan.kernel import clock
from khumkan.screening.choices import Method, Outcome
from khumkan.screening.models import Registration
from tests.journeys.test_signing_in import comes_in_by_telephone
from tests.journeys.town import Town, lab_file
from tests.journeys.windows import Window


def fills_in(phone: Window) -> Window:
    """Answer the questions of somebody who feels ill, without sending them."""
    phone.opens("/my/tests/register/symptoms/").picks("Fever")
    return phone.selects("When did it begin?", clock.today().isoformat())


def test_a_double_click_registers_once(town: Town) -> None:
    town.given_a_session(in_days=1)
    somchai = town.given_a_person()
    phone = fills_in(town.phone_of(somchai))
    phone.page.get_by_role("button", name=phone.said("Register"), exact=True).dblclick()
    phone.sees("You have a place").is_sound()
    assert Registration.objects.count() == 1


def test_sending_the_same_page_twice_without_scripts_registers_once(town: Town) -> None:
    town.given_a_session(in_days=1)
    phone = fills_in(town.phone_of(town.given_a_person(), scripts=False))
    first = town.posts_the_form(phone)
    again = town.posts_the_form(phone)
    assert (first.url, first.status) == (again.url, again.status)
    assert Registration.objects.count() == 1


def test_the_back_button_does_no_harm(town: Town) -> None:
    town.given_a_session(in_days=1)
    phone = fills_in(town.phone_of(town.given_a_person())).presses("Register").sees("You have a place")
    mine = phone.path
    phone.goes_back().presses("Register")
    phone.page.wait_for_load_state()
    assert Registration.objects.count() == 1
    phone.is_untroubled()
    phone.opens(mine).sees("You have a place").is_sound()


def test_everything_works_without_scripts(town: Town) -> None:
    session = town.given_a_session()
    rapid = town.given_a_session(method=Method.RAPID)
    somchai, malee = town.given_a_person(), town.given_a_person("มาลี", "สุขใจ")
    phone = town.phone_of(scripts=False).opens("/").presses("My tests and results")
    comes_in_by_telephone(town, phone, somchai)
    fills_in(phone).presses("Register").sees("You have a place", town.stadium.name_th)
    phone.presses("Menu") if phone.page.get_by_role("button", name=phone.said("Menu")).is_visible() else None
    nowhere_else = "There is no other place with room near you at the moment. Please look again tomorrow, or call 1506."
    phone.presses("Change day or place").sees(nowhere_else)

    desk = town.desk_of("swabber", width=390, scripts=False).opens("/field/tests/")
    desk.fills("Code, name or identity number", somchai.registration().reference).presses("Find")
    desk.presses("Check in").presses("Specimen taken").sees(somchai.specimen().code)
    desk.opens(f"/field/tests/{session.reference}/box/").selects("Laboratory", town.laboratory.reference)
    desk.presses("Close the box")
    desk.opens(f"/field/tests/{rapid.reference}/walk-in/").fills("Number", malee.number)
    desk.picks("High risk of infection").presses("Take in").sees(malee.name)

    laboratory = town.desk_of("lab", scripts=False).opens("/field/lab/")
    laboratory.page.locator(".kk-work a, main ul a").last.click()
    laboratory.presses("Receive").sees("The box is received.")
    laboratory.opens(f"/field/lab/at/{town.laboratory.reference}/files/")
    content = lab_file([(somchai.specimen(), Outcome.NEGATIVE)])
    laboratory.field("File with results").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": content})
    laboratory.presses("Send")
    town.when_the_queue_has_run()
    laboratory.presses("Show how far it is now").sees("Every row was accepted.")
    phone.opens("/my/tests/").reads_answer("No infection was found")
