"""Somebody calls: the hotline registers for them, and they can see later who looked, and why."""

from khumkan.kernel import clock
from tests.journeys.town import Town


def test_the_hotline_registers_a_caller_who_sees_who_looked(town: Town) -> None:
    town.given_a_session(in_days=1)
    town.given_a_session(town.market, in_days=2)
    malee = town.given_a_person("มาลี", "สุขใจ")
    desk = town.desk_of("agent", language="en").opens("/desk/").presses("Callers").is_sound()
    desk.fills("Number, telephone or reference", "081 999 9999").presses("Find")
    desk.sees("Nobody was found. Please compare number by number with the caller.").is_sound()
    desk.fills("Number, telephone or reference", malee.number).presses("Find").sees(malee.name).is_sound()

    desk.presses("Met somebody infected")
    desk.selects("When did you last meet the infected person?", clock.today().isoformat())
    desk.presses("Register").is_sound()  # without a reason
    desk.fills("Why do you do this for the person?", "caller has no smartphone").presses("Register")
    desk.sees(malee.name, "You have a place", town.stadium.name_en).is_sound()
    desk.presses("Give another place").is_sound()
    desk.page.get_by_label(town.market.name_en).check()
    desk.fills("Why do you do this for the person?", "works at night").presses("Take this place")
    desk.sees(town.market.name_en).is_sound()

    phone = town.phone_of(malee).opens("/my/").presses("Who looked").is_sound()
    phone.sees("caller has no smartphone", "works at night")
    auditor = town.desk_of("auditor").opens("/audit/").presses("Person").is_sound()
    auditor.opens(f"/audit/person/?reference={malee.person.reference}").sees("works at night").is_sound()


def test_an_officer_decides_nothing_for_people_of_other_provinces(town: Town) -> None:
    malee = town.given_a_person("มาลี", "สุขใจ")
    town.desk_of("swabber").opens(f"/desk/tests/{malee.person.reference}/").sees("There is no such page")
    town.desk_of("lab").opens(f"/desk/tests/{malee.person.reference}/").sees("There is no such page")
    town.desk_of("officer").opens(f"/desk/tests/{malee.person.reference}/").sees(malee.name).is_sound()
