"""A positive test opens care by itself, a correction ends it; told twice, nothing happens twice."""

import pytest

from khumkan.isolation.models import Care
from khumkan.isolation.states import CareState
from khumkan.journeys import infected
from khumkan.kernel import clock
from khumkan.messages.models import Message
from khumkan.places.models import Site
from khumkan.record.inline import run_jobs
from khumkan.record.models import Event
from khumkan.registry.models import Person
from khumkan.screening.actions import results
from khumkan.screening.models import Case, Specimen
from khumkan.screening.tests.at_the_lab import a_laboratory, csv_file, lab_worker, people, specimens

pytestmark = pytest.mark.django_db


def report(laboratory: Site, specimen: Specimen, outcome: str, *, corrects: bool = False) -> None:
    rows = [(specimen.code, outcome, "yes" if corrects else "")]
    results.import_file(
        laboratory_id=laboratory.pk,
        file=csv_file(list(rows), "code,result,correction"),
        name="results.csv",
        by=lab_worker(laboratory),
    )


def a_positive(laboratory: Site, person: Person, *, days_ago: int = 0) -> Specimen:
    specimen = specimens(laboratory, persons=[person], hours_ago=24 * days_ago + 2)[0]
    report(laboratory, specimen, "positive")
    return specimen


def test_a_positive_opens_care_and_asks_once() -> None:
    laboratory, (person,) = a_laboratory(), people(1)
    a_positive(laboratory, person)
    run_jobs()
    care, case = Care.objects.get(), Case.objects.get()
    assert (care.person_id, care.case_id, care.state) == (person.pk, case.pk, CareState.ASKED)
    infected.cases_opened(list(Event.objects.filter(name="screening.case_opened")))
    assert Care.objects.count() == 1
    assert Message.objects.filter(person_id=person.pk, template="isolation.questions").count() == 1


def test_a_negative_opens_none() -> None:
    laboratory, (person,) = a_laboratory(), people(1)
    report(laboratory, specimens(laboratory, persons=[person])[0], "negative")
    run_jobs()
    assert not Care.objects.exists()


def test_a_correction_ends_the_care() -> None:
    laboratory, (person,) = a_laboratory(), people(1)
    specimen = a_positive(laboratory, person)
    run_jobs()
    report(laboratory, specimen, "negative", corrects=True)
    run_jobs()
    assert Care.objects.get().state == CareState.WITHDRAWN


def test_a_correction_that_comes_before_the_queue_opens_none() -> None:
    laboratory, (person,) = a_laboratory(), people(1)
    specimen = a_positive(laboratory, person)
    report(laboratory, specimen, "negative", corrects=True)
    run_jobs()
    assert not Care.objects.exists()


def test_days_are_counted_from_the_specimen_on_which_the_case_rests() -> None:
    laboratory, (person,) = a_laboratory(), people(1)
    first = a_positive(laboratory, person, days_ago=5)
    second = a_positive(laboratory, person, days_ago=1)
    run_jobs()
    report(laboratory, first, "negative", corrects=True)
    run_jobs()
    assert Care.objects.get().found_on == clock.bangkok(second.taken_at).date()
