"""Results one at a time: rapid, by hand, released by a second person, corrected."""

import pytest

from khumkan.kernel import clock
from khumkan.kernel.errors import Missing
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.screening.actions import pools, results
from khumkan.screening.choices import Certainty, Method, Outcome
from khumkan.screening.models import Case, CustodyStep, Registration, Result
from khumkan.screening.queries.laboratory import result_for_person
from khumkan.screening.rules.results import Answer
from khumkan.screening.states import RegistrationState, ResultState, SpecimenState
from khumkan.screening.tests.at_the_lab import (
    a_laboratory,
    a_session_today,
    lab_worker,
    people,
    refuses,
    registered,
    specimens,
    swabber,
)

pytestmark = pytest.mark.django_db


def told(template: str) -> int:
    return Message.objects.filter(template=template).count()


def test_a_result_by_hand_is_believed_when_a_second_person_releases_it():
    laboratory = a_laboratory()
    specimen = specimens(laboratory)[0]
    entered = results.enter_by_hand(specimen=specimen, outcome=Outcome.POSITIVE, by=lab_worker(laboratory, 1))
    assert entered.state == ResultState.ENTERED
    assert not Case.objects.exists()
    assert told("screening.result_ready") == 0

    with refuses("release_needs_second"):
        results.release(result=entered, by=lab_worker(laboratory, 1))
    results.release(result=entered, by=lab_worker(laboratory, 2))

    specimen.refresh_from_db()
    case = Case.objects.get()
    assert specimen.state == SpecimenState.RESULTED
    assert specimen.registration.__class__.objects.get(pk=specimen.registration_id).state == RegistrationState.ANSWERED
    assert case.certainty == Certainty.CONFIRMED
    assert told("screening.result_ready") == 1
    assert Event.objects.filter(name="screening.result_released").count() == 1
    assert Event.objects.filter(name="screening.case_opened", person_id=specimen.person_id).count() == 1


def test_the_database_refuses_a_release_by_the_one_who_entered(django_user_model):
    from django.db import IntegrityError, transaction

    laboratory = a_laboratory()
    entered = results.enter_by_hand(
        specimen=specimens(laboratory)[0], outcome=Outcome.NEGATIVE, by=lab_worker(laboratory, 1)
    )
    with pytest.raises(IntegrityError, match="two_persons"), transaction.atomic():
        Result.objects.filter(pk=entered.pk).update(state="released", released_by=1, released_at=clock.now())


def test_another_laboratory_sees_nothing():
    laboratory, other = a_laboratory(), a_laboratory()
    specimen = specimens(laboratory)[0]
    with pytest.raises(Missing):
        results.enter_by_hand(specimen=specimen, outcome=Outcome.NEGATIVE, by=lab_worker(other))


def test_a_rejected_result_can_be_entered_anew():
    laboratory = a_laboratory()
    specimen = specimens(laboratory)[0]
    entered = results.enter_by_hand(specimen=specimen, outcome=Outcome.POSITIVE, by=lab_worker(laboratory, 1))
    results.reject(result=entered, by=lab_worker(laboratory, 1))
    again = results.enter_by_hand(specimen=specimen, outcome=Outcome.NEGATIVE, by=lab_worker(laboratory, 1))
    results.release(result=again, by=lab_worker(laboratory, 2))
    assert list(Result.objects.order_by("pk").values_list("state", flat=True)) == ["rejected", "released"]


def test_a_correction_takes_the_case_back_and_tells_the_person():
    laboratory = a_laboratory()
    specimen = specimens(laboratory)[0]
    for outcome in (Outcome.POSITIVE, Outcome.NEGATIVE):
        entered = results.enter_by_hand(specimen=specimen, outcome=outcome, by=lab_worker(laboratory, 1))
        results.release(result=entered, by=lab_worker(laboratory, 2))
        specimen.refresh_from_db()
    case = Case.objects.get()
    assert case.withdrawn_at is not None
    assert told("screening.result_corrected") == 1
    shown = result_for_person(specimen.person_id)[0]
    assert (shown.answer, shown.corrected, shown.case_reference) == (Answer.NEGATIVE, True, "")
    assert list(Result.objects.order_by("pk").values_list("state", flat=True)) == ["superseded", "released"]


def test_the_same_result_again_is_no_correction():
    laboratory = a_laboratory()
    specimen = specimens(laboratory)[0]
    entered = results.enter_by_hand(specimen=specimen, outcome=Outcome.NEGATIVE, by=lab_worker(laboratory, 1))
    results.release(result=entered, by=lab_worker(laboratory, 2))
    with refuses("same_before"):
        results.enter_by_hand(specimen=specimen, outcome=Outcome.NEGATIVE, by=lab_worker(laboratory, 1))


def test_a_rapid_test_is_read_twice():
    session = a_session_today(method=Method.RAPID)
    specimen = specimens(None, session=session, method=Method.RAPID, state=SpecimenState.TAKEN, hours_ago=0)[0]
    by = swabber(session.site)
    with refuses("readings_differ"):
        results.read_rapid(specimen=specimen, first=Outcome.POSITIVE, second=Outcome.NEGATIVE, by=by)
    assert not Result.objects.exists()
    results.read_rapid(specimen=specimen, first=Outcome.POSITIVE, second=Outcome.POSITIVE, by=by)
    assert Case.objects.get().certainty == Certainty.PROBABLE
    assert result_for_person(specimen.person_id)[0].answer == Answer.PROBABLE
    with refuses("read_before"):
        results.read_rapid(specimen=specimen, first=Outcome.NEGATIVE, second=Outcome.NEGATIVE, by=by)


def test_a_laboratory_test_confirms_the_probable_case_and_opens_no_second():
    laboratory = a_laboratory()
    person = people(1)
    session = a_session_today(method=Method.RAPID)
    rapid = specimens(None, session=session, method=Method.RAPID, state=SpecimenState.TAKEN, persons=person)[0]
    results.read_rapid(specimen=rapid, first=Outcome.POSITIVE, second=Outcome.POSITIVE, by=swabber(session.site))
    pcr = specimens(laboratory, persons=person)[0]
    entered = results.enter_by_hand(specimen=pcr, outcome=Outcome.POSITIVE, by=lab_worker(laboratory, 1))
    results.release(result=entered, by=lab_worker(laboratory, 2))
    assert Case.objects.get().certainty == Certainty.CONFIRMED


def test_a_negative_pool_answers_for_all_its_members():
    laboratory = a_laboratory()
    members = specimens(laboratory, 5)
    by = lab_worker(laboratory)
    pool = pools.make_pool(laboratory_id=laboratory.pk, codes=[each.code for each in members], by=by)
    pools.result_pool(pool=pool, first=Outcome.NEGATIVE, second=Outcome.NEGATIVE, by=by)
    assert Result.objects.filter(source="pool", outcome="negative", state="released").count() == 5
    assert Registration.objects.filter(state=RegistrationState.ANSWERED).count() == 5
    assert told("screening.result_ready") == 5


@pytest.mark.parametrize("outcome", [Outcome.POSITIVE, Outcome.INVALID])
def test_any_other_pool_sends_every_member_to_a_single_test(outcome):
    laboratory = a_laboratory()
    members = specimens(laboratory, 3)
    by = lab_worker(laboratory)
    pool = pools.make_pool(laboratory_id=laboratory.pk, codes=[each.code for each in members], by=by)
    pools.result_pool(pool=pool, first=outcome, second=outcome, by=by)
    assert not Result.objects.exists()
    assert {each.state for each in pool.members.all()} == {SpecimenState.RECEIVED}
    with refuses("pool_twice"):
        pools.make_pool(laboratory_id=laboratory.pk, codes=[each.code for each in members], by=by)
    assert CustodyStep.objects.filter(specimen=members[0]).count() == 2


def test_a_pool_has_a_largest_size_and_known_members():
    laboratory = a_laboratory()
    by = lab_worker(laboratory)
    with refuses("pool_large"):
        pools.make_pool(laboratory_id=laboratory.pk, codes=[each.code for each in specimens(laboratory, 6)], by=by)
    foreign = specimens(a_laboratory(), 2)
    with refuses("pool_unknown"):
        pools.make_pool(laboratory_id=laboratory.pk, codes=[each.code for each in foreign], by=by)


def test_the_persons_page_costs_the_same_for_one_test_and_for_ten(django_assert_max_num_queries):
    laboratory = a_laboratory()
    person = people(1)
    for count in (1, 10):
        while Result.objects.count() < count:
            made = specimens(laboratory, persons=person)[0]
            entered = results.enter_by_hand(specimen=made, outcome=Outcome.POSITIVE, by=lab_worker(laboratory, 1))
            results.release(result=entered, by=lab_worker(laboratory, 2))
        with django_assert_max_num_queries(7):
            assert len(result_for_person(person[0].pk)) == count


def test_registered_people_without_a_specimen_have_nothing_to_read():
    session = a_session_today()
    listed = registered(session)[0]
    assert result_for_person(listed.person_id) == []
