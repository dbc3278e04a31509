"""Too many infected at one factory: the alert appears with its clock, disease control is told, the alert is closed."""

from khumkan.screening.choices import Outcome
from khumkan.screening.models import OutbreakAlert
from tests.journeys.town import Town


def test_an_outbreak_is_seen_told_and_closed(town: Town) -> None:
    factory, people = town.given_a_factory(12)
    specimens = town.given_swabs_in_the_laboratory(people, employer=factory)
    officer = town.desk_of("officer").opens("/office/").presses("Outbreaks")
    officer.sees("There is no outbreak at an enterprise of your provinces.").is_sound()

    outcomes = [Outcome.POSITIVE] * 3 + [Outcome.NEGATIVE] * 9
    town.when_the_laboratory_reports(list(zip(specimens, outcomes, strict=True)))
    officer.opens("/office/tests/alerts/").sees(factory.name_th, "Disease control not told yet").is_sound()
    officer.presses(factory.name_th).sees("Stop the clock").is_sound()
    officer.presses("Disease control is told").is_sound()  # without saying whom
    officer.fills("Whom did you tell, and what was agreed?", "สคร. 13 ปิดแผนกบรรจุ").presses("Disease control is told")
    officer.sees("Noted. The clock has stopped.", "สคร. 13").is_sound()
    officer.presses("Close the alert").sees("The alert is closed.").is_sound()
    assert OutbreakAlert.objects.get().closed_at

    officer.opens("/office/tests/").sees("Testing in figures").is_sound()
    employer = town.desk_of("personnel").opens("/employer/").is_sound()
    assert not any(each.name in employer.text for each in people)
    employer.opens("/office/tests/alerts/").sees("There is no such page")
