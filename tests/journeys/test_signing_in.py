"""The doors for real: persons by number and code, staff by invitation, password and authenticator app."""

import re
from datetime import timedelta

import pyotp

from khumkan.accounts.actions.grants import add
from khumkan.accounts.actions.users import create_user
from khumkan.kernel import clock
from khumkan.kernel.actors import Grant, Role
from khumkan.simulation.staff import BY
from tests.journeys.town import Insured, Town
from tests.journeys.windows import Window

PASSWORD = "ข้าวเหนียว มะม่วง สุกงอม"


def comes_in_by_telephone(town: Town, phone: Window, somebody: Insured) -> None:
    """Type number and code in at the door, wherever it stands."""
    phone.fills("Number", somebody.number).presses("Send me a code")
    phone.fills("Code", last_code(town, somebody)).presses("Continue")


def last_code(town: Town, somebody: Insured) -> str:
    """Read the newest code on the inbox page."""
    found = re.search(r"\b\d{6,8}\b", town.messages_to(somebody).split(somebody.phone[-4:], 1)[1])
    assert found
    return found[0]


def test_a_person_signs_in_by_number_and_code_and_changes_the_language(town: Town) -> None:
    somchai = town.given_a_person()
    phone = town.phone_of().opens("/").is_sound()
    phone.presses("My tests and results").is_sound()
    phone.fills("Number", "1 2345 67890 12 3").presses("Send me a code").is_sound()
    phone.fills("Number", somchai.number).presses("Send me a code").is_sound()

    code = last_code(town, somchai)
    phone.fills("Code", "111111" if code != "111111" else "222222").presses("Continue")
    phone.sees("This code is not right. Check the message and try once more.").is_sound()
    phone.fills("Code", code).presses("Continue").sees("Your services").is_sound()

    phone.page.get_by_role("link", name="English").click()
    phone.language = "en"
    phone.sees("Your services", "Register, see your appointment and your result.").is_sound()
    phone.presses("My tests").sees("You have no test under way.").is_sound()
    phone.presses("Your sign-in").is_sound()
    phone.presses("Sign out").opens("/my/tests/").sees("Send me a code")


def test_staff_use_their_invitation_and_come_back_with_password_and_app(town: Town) -> None:
    invited = create_user(username="somsri", name="สมศรี มั่นคง", by=BY)
    add(user=invited.user, grant=Grant(Role.AGENT), by=BY)
    desk = town.desk_of_nobody().opens("/").presses("For enterprises and staff").is_sound()
    desk.presses("I have an invitation code").is_sound()
    desk.fills("User name", "somsri").fills("Invitation code", invited.code)
    desk.fills("New password", PASSWORD).fills("New password once more", PASSWORD).presses("Continue")

    desk.sees("Set up your authenticator app").unfolds("I cannot scan the picture").is_sound()
    app = pyotp.TOTP(desk.page.locator(".kk-reference, .kk-long").first.inner_text().replace(" ", ""))
    desk.fills("The six digits that the app shows now", app.at(clock.now())).presses("Continue")
    desk.sees("Your recovery codes").is_sound().presses("I have kept them: continue").sees("Hotline").is_sound()

    desk.presses("Sign out").opens("/desk/tests/").sees("Sign in for staff")
    desk.fills("User name", "somsri").fills("Password", "wrong words here").presses("Continue")
    desk.sees("User name or password is not right. Check both and try once more.").is_sound()
    desk.fills("User name", "somsri").fills("Password", PASSWORD).presses("Continue")
    desk.sees("Prove that it is you").fills("Code", "000000").presses("Continue").is_sound()
    next_code = app.at(clock.now() + timedelta(seconds=30))  # this one was used
    desk.fills("Code", next_code).presses("Continue").sees("Find a person").is_sound()


def test_a_stranger_learns_nothing_and_a_role_opens_no_other_pages(town: Town) -> None:
    phone = town.phone_of(town.given_a_person())
    for path in ("/office/tests/", "/field/lab/", "/desk/tests/", "/audit/", "/employer/"):
        phone.opens(path).sees("There is no such page").is_sound()
    nobody = town.phone_of()
    nobody.opens("/my/tests/").sees("Send me a code")
    nobody.opens("/office/tests/").sees("Sign in for staff")
