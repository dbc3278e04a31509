"""Somebody infected names whom they met; that person follows the link of the SMS, signs in and registers."""

import re

from khumkan.kernel import clock
from khumkan.screening.choices import Ground, Outcome
from tests.journeys.test_signing_in import comes_in_by_telephone
from tests.journeys.town import Town


def test_a_contact_follows_the_link_and_registers(town: Town) -> None:
    somchai, malee = town.given_a_person(), town.given_a_person("มาลี", "สุขใจ")
    [specimen] = town.given_swabs_in_the_laboratory([somchai])
    town.given_a_session(in_days=1)
    town.when_the_laboratory_reports([(specimen, Outcome.POSITIVE)])

    infected = town.phone_of(somchai).opens("/my/tests/").reads_answer("The test found the virus")
    infected.presses("Name people whom you met").is_sound()
    infected.fills("Name", "มาลี").fills("Telephone number", malee.phone)
    infected.fills_day("When did you last meet?", clock.today()).presses("Invite")
    infected.sees("Thank you. We have sent an invitation. You can name somebody else.").is_sound()

    told = town.messages_to(malee)
    assert "สมชาย" not in told
    link = re.search(r"/c/[\w-]+/", told)
    assert link, told

    phone = town.phone_of().opens(link[0])
    phone.sees("You are invited to a test").does_not_see("สมชาย").is_sound()
    phone.presses("Sign in and register")
    comes_in_by_telephone(town, phone, malee)
    phone.sees("You are invited to a test").is_sound()
    phone.presses("Register").sees("You have a place", town.stadium.name_th).does_not_see("สมชาย").is_sound()
    assert malee.registration().ground == Ground.CONTACT

    phone.opens(link[0]).presses("Sign in and register")
    phone.sees("This invitation was used already. You find your test under “My tests”.").is_sound()
