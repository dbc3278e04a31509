"""A case rests on the positive results that stand: it moves, weakens or ends with them."""

import pytest
from django.db.models import Sum

from khumkan.kernel import clock
from khumkan.record.inline import run_jobs
from khumkan.record.models import Event
from khumkan.screening.actions import results
from khumkan.screening.choices import Certainty, Method, Outcome
from khumkan.screening.models import Case, DailyFigure
from khumkan.screening.queries.laboratory import result_for_person
from khumkan.screening.states import SpecimenState
from khumkan.screening.tests.at_the_lab import (
    a_laboratory,
    a_session_today,
    csv_file,
    lab_worker,
    people,
    specimens,
    swabber,
)

pytestmark = pytest.mark.django_db


def report(laboratory, specimen, outcome, *, corrects=False):
    return results.import_file(
        laboratory_id=laboratory.pk,
        file=csv_file([(specimen.code, outcome, "yes" if corrects else "")], "code,result,correction"),
        name="results.csv",
        by=lab_worker(laboratory),
    )


def a_positive(laboratory, person, *, days_ago=0):
    specimen = specimens(laboratory, persons=[person], hours_ago=24 * days_ago + 2)[0]
    assert report(laboratory, specimen, "positive").accepted == 1
    return specimen


def a_rapid_positive(person):
    session = a_session_today(method=Method.RAPID)
    specimen = specimens(None, session=session, method=Method.RAPID, state=SpecimenState.TAKEN, persons=[person])[0]
    by = swabber(session.site)
    return results.read_rapid(specimen=specimen, first=Outcome.POSITIVE, second=Outcome.POSITIVE, by=by)


def test_a_case_stands_on_the_second_positive_when_the_first_is_corrected():
    laboratory, (person,) = a_laboratory(), people(1)
    first, second = a_positive(laboratory, person, days_ago=5), a_positive(laboratory, person, days_ago=1)
    report(laboratory, first, "negative", corrects=True)
    case = Case.objects.get()
    assert (case.withdrawn_at, case.result.specimen, case.certainty) == (None, second, Certainty.CONFIRMED)
    assert case.found_on == clock.bangkok(second.taken_at).date()
    assert Event.objects.filter(name="screening.case_recounted", person_id=person.pk).count() == 1
    told = {each.code: each.case_reference for each in result_for_person(person.pk)}
    assert told == {first.code: "", second.code: case.reference}
    report(laboratory, second, "negative", corrects=True)
    assert Case.objects.get().withdrawn_at is not None


def test_a_correction_of_the_second_positive_leaves_the_case_as_it_was():
    laboratory, (person,) = a_laboratory(), people(1)
    first, second = a_positive(laboratory, person, days_ago=5), a_positive(laboratory, person, days_ago=1)
    report(laboratory, second, "negative", corrects=True)
    case = Case.objects.get()
    assert (case.withdrawn_at, case.result.specimen) == (None, first)
    assert not Event.objects.filter(name="screening.case_recounted").exists()


def test_a_positive_of_another_illness_carries_no_case():
    laboratory, (person,) = a_laboratory(), people(1)
    first, second = a_positive(laboratory, person, days_ago=200), a_positive(laboratory, person)
    report(laboratory, first, "negative", corrects=True)
    old, new = Case.objects.order_by("found_on")
    assert old.withdrawn_at is not None
    assert (new.withdrawn_at, new.result.specimen) == (None, second)


def test_a_case_is_probable_again_when_the_test_that_confirmed_it_is_corrected():
    laboratory, (person,) = a_laboratory(), people(1)
    rapid = a_rapid_positive(person)
    confirming = a_positive(laboratory, person)
    assert Case.objects.get().certainty == Certainty.CONFIRMED
    report(laboratory, confirming, "negative", corrects=True)
    case = Case.objects.get()
    assert (case.certainty, case.withdrawn_at, case.result) == (Certainty.PROBABLE, None, rapid)
    assert Event.objects.filter(name="screening.case_recounted").count() == 1


def test_one_file_that_corrects_one_and_finds_another_keeps_one_case():
    laboratory, (person,) = a_laboratory(), people(1)
    first = a_positive(laboratory, person, days_ago=3)
    second = specimens(laboratory, persons=[person])[0]
    content = csv_file([(first.code, "negative", "yes"), (second.code, "positive", "")], "code,result,correction")
    results.import_file(laboratory_id=laboratory.pk, file=content, name="r.csv", by=lab_worker(laboratory))
    case = Case.objects.get()
    assert (case.withdrawn_at, case.result.specimen) == (None, second)


def test_the_figures_follow_a_case_to_the_specimen_on_which_it_rests():
    laboratory, (person,) = a_laboratory(), people(1)
    first, second = a_positive(laboratory, person, days_ago=5), a_positive(laboratory, person, days_ago=1)
    report(laboratory, first, "negative", corrects=True)
    run_jobs()  # only now, when the case rests on the second already
    counted = dict(DailyFigure.objects.order_by().values_list("day").annotate(cases=Sum("cases")))
    days = [clock.bangkok(each.taken_at).date() for each in (first, second)]
    assert {day: counted[day] for day in days} == {days[0]: 0, days[1]: 1}
