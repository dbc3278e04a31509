"""Which dose comes next, and for whom."""

from datetime import date

from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.rules.schedule import Due, Given, next_due, suits
from khumkan.vaccination.terms.schedules import ScheduleTerms

TODAY = date(2021, 8, 1)
TERMS = ScheduleTerms()


def test_a_first_dose_is_due_at_once_of_any_vaccine() -> None:
    assert next_due([], today=TODAY, terms=TERMS) == Due(1, None, TODAY, None)


def test_a_second_dose_follows_the_interval_of_its_vaccine() -> None:
    given = [Given(1, Vaccine.ASTRAZENECA, date(2021, 6, 7))]
    assert next_due(given, today=TODAY, terms=TERMS) == Due(
        2, Vaccine.ASTRAZENECA, date(2021, 8, 30), date(2021, 9, 27)
    )


def test_the_second_vaccine_is_the_first_in_the_terms_that_is_there() -> None:
    mixed = ScheduleTerms(
        intervals=(
            *(one for one in TERMS.intervals if one.first == Vaccine.ASTRAZENECA),
            TERMS.intervals[0],
        )
    )
    given = [Given(1, Vaccine.SINOVAC, TODAY)]
    due = next_due(given, today=TODAY, terms=mixed, there=[Vaccine.PFIZER])
    assert due is not None
    assert due.vaccine is Vaccine.SINOVAC  # nothing that follows is there: the terms' first is waited for


def test_after_the_last_dose_nothing_is_due() -> None:
    given = [Given(1, Vaccine.SINOVAC, TODAY), Given(2, Vaccine.SINOVAC, TODAY)]
    assert next_due(given, today=TODAY, terms=TERMS) is None


def test_who_is_too_young_or_of_unknown_age_gets_none() -> None:
    ages = {age: suits(Vaccine.ASTRAZENECA, age=age, terms=TERMS) for age in (17, 18, None)}
    assert ages == {17: False, 18: True, None: False}
    assert suits(Vaccine.PFIZER, age=12, terms=TERMS)
