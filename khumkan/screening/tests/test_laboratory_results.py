"""Results one at a time: rapid, by hand, released by a second person, corrected."""

import pytest
from django.db import IntegrityError, transaction

from khumkan.accounts.testing import actor
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.messages.models import Message
from khumkan.record.inline import run_jobs
from khumkan.record.models import Event
from khumkan.screening.actions import pools, results
from khumkan.screening.choices import Certainty, Ground, Method, Outcome
from khumkan.screening.models import Case, CustodyStep, Registration, Result
from khumkan.screening.queries.corrections import waiting_for
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
from khumkan.screening.tests.registering import BANGKOK, a_session

pytestmark = pytest.mark.django_db


def officer(province):
    return actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=province, user_id=31)


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
    pools.read_pool(pool=pool, outcome=Outcome.NEGATIVE, by=by)
    pools.read_pool(pool=pool, outcome=Outcome.NEGATIVE, by=by)  # once more by the same person is still one reading
    assert not Result.objects.exists()
    pools.read_pool(pool=pool, outcome=Outcome.NEGATIVE, by=lab_worker(laboratory, 22))
    assert set(Result.objects.values_list("entered_by", "released_by")) == {(21, 22)}
    assert Result.objects.filter(source="pool", outcome="negative", state="released").count() == 5
    assert Registration.objects.filter(state=RegistrationState.ANSWERED).count() == 5
    assert told("screening.result_ready") == 5


@pytest.mark.parametrize("outcome", [Outcome.POSITIVE, Outcome.INVALID])
def test_any_other_pool_sends_every_member_to_a_single_test(outcome):
    laboratory = a_laboratory()
    members = specimens(laboratory, 3)
    by = lab_worker(laboratory)
    pool = pools.make_pool(laboratory_id=laboratory.pk, codes=[each.code for each in members], by=by)
    pools.read_pool(pool=pool, outcome=outcome, by=by)
    pools.read_pool(pool=pool, outcome=outcome, by=lab_worker(laboratory, 22))
    assert not Result.objects.exists()
    assert {each.state for each in pool.members.all()} == {SpecimenState.RECEIVED}
    with refuses("pool_twice"):
        pools.make_pool(laboratory_id=laboratory.pk, codes=[each.code for each in members], by=by)
    assert CustodyStep.objects.filter(specimen=members[0]).count() == 2


def test_two_readings_of_a_pool_that_differ_answer_nobody():
    laboratory = a_laboratory()
    members = specimens(laboratory, 3)
    first, second = lab_worker(laboratory, 21), lab_worker(laboratory, 22)
    pool = pools.make_pool(laboratory_id=laboratory.pk, codes=[each.code for each in members], by=first)
    pools.read_pool(pool=pool, outcome=Outcome.POSITIVE, by=first)
    with refuses("pool_readings_differ"):
        pools.read_pool(pool=pool, outcome=Outcome.NEGATIVE, by=second)
    assert not Result.objects.exists()
    pools.read_pool(pool=pool, outcome=Outcome.NEGATIVE, by=first)
    assert pools.read_pool(pool=pool, outcome=Outcome.NEGATIVE, by=second).outcome == Outcome.NEGATIVE
    with refuses("pool_done"):
        pools.read_pool(pool=pool, outcome=Outcome.NEGATIVE, by=first)


@pytest.mark.parametrize("source", ["pool", "site", "hand"])
def test_the_database_refuses_an_answer_by_one_person_alone(source):
    laboratory = a_laboratory()
    one = {"state": "released", "source": source, "entered_by": 1, "released_by": 1, "released_at": clock.now()}
    entered = results.enter_by_hand(
        specimen=specimens(laboratory)[0], outcome=Outcome.NEGATIVE, by=lab_worker(laboratory, 1)
    )
    before = results.enter_by_hand(
        specimen=specimens(laboratory)[0], outcome=Outcome.NEGATIVE, by=lab_worker(laboratory, 1)
    )
    with pytest.raises(IntegrityError, match="two_persons"), transaction.atomic():
        Result.objects.filter(pk=entered.pk).update(supersedes=before, **one)
    Result.objects.filter(pk=entered.pk).update(supersedes=before, **one | {"released_by": 2})


def a_rapid_result(outcome, persons=None):
    session = a_session_today(method=Method.RAPID)
    specimen = specimens(None, session=session, method=Method.RAPID, state=SpecimenState.TAKEN, persons=persons)[0]
    results.read_rapid(specimen=specimen, first=outcome, second=outcome, by=swabber(session.site, 11))
    return session, specimen


def test_a_rapid_result_is_corrected_by_one_and_released_by_another():
    session, specimen = a_rapid_result(Outcome.POSITIVE)
    one, two = swabber(session.site, 11), swabber(session.site, 12)
    with refuses("readings_differ"):
        results.correct_rapid(specimen=specimen, first=Outcome.NEGATIVE, second=Outcome.POSITIVE, by=one)
    with refuses("same_before"):
        results.correct_rapid(specimen=specimen, first=Outcome.POSITIVE, second=Outcome.POSITIVE, by=one)
    entered = results.correct_rapid(specimen=specimen, first=Outcome.NEGATIVE, second=Outcome.NEGATIVE, by=one)
    assert Case.objects.get().withdrawn_at is None
    with refuses("release_needs_second"):
        results.release(result=entered, by=one)
    for stranger in (swabber(a_session_today().site, 13), lab_worker(a_laboratory()), officer("50")):
        with pytest.raises(Missing):
            results.release(result=entered, by=stranger)
    assert list(waiting_for(two)) == list(waiting_for(officer(BANGKOK))) == [entered]
    assert list(waiting_for(swabber(a_session_today().site, 13))) == list(waiting_for(officer("50"))) == []
    results.release(result=entered, by=two)
    assert Case.objects.get().withdrawn_at is not None
    assert told("screening.result_corrected") == 1
    assert result_for_person(specimen.person_id)[0].answer == Answer.NEGATIVE
    assert list(Result.objects.order_by("pk").values_list("state", flat=True)) == ["superseded", "released"]


def test_an_officer_releases_or_throws_away_a_correction():
    session, specimen = a_rapid_result(Outcome.NEGATIVE)
    wrong = {"specimen": specimen, "first": Outcome.POSITIVE, "second": Outcome.POSITIVE}
    entered = results.correct_rapid(**wrong, by=swabber(session.site))
    results.reject(result=entered, by=officer(BANGKOK))
    assert result_for_person(specimen.person_id)[0].answer == Answer.NEGATIVE
    results.release(result=results.correct_rapid(**wrong, by=swabber(session.site)), by=officer(BANGKOK))
    assert Case.objects.get().certainty == Certainty.PROBABLE


def test_a_rapid_test_that_was_not_read_or_is_invalid_has_nothing_to_correct_and_is_repeated():
    session = a_session_today(method=Method.RAPID)
    unread = specimens(None, session=session, method=Method.RAPID, state=SpecimenState.TAKEN)[0]
    right = {"first": Outcome.NEGATIVE, "second": Outcome.NEGATIVE, "by": swabber(session.site)}
    with refuses("nothing_to_correct"):
        results.correct_rapid(specimen=unread, **right)
    session, invalid = a_rapid_result(Outcome.INVALID)
    with refuses("spoiled"):
        results.correct_rapid(specimen=invalid, **right | {"by": swabber(session.site)})
    a_session(method=Method.RAPID)
    run_jobs()
    follow = Registration.objects.get(follows=invalid.registration_id)
    assert (follow.ground, follow.method) == (Ground.REPEAT, Method.RAPID)


def test_a_corrected_rapid_test_leaves_a_confirmed_case_on_its_laboratory_test():
    laboratory, person = a_laboratory(), people(1)
    session, rapid = a_rapid_result(Outcome.POSITIVE, person)
    pcr = specimens(laboratory, persons=person)[0]
    entered = results.enter_by_hand(specimen=pcr, outcome=Outcome.POSITIVE, by=lab_worker(laboratory, 1))
    results.release(result=entered, by=lab_worker(laboratory, 2))
    corrected = results.correct_rapid(
        specimen=rapid, first=Outcome.NEGATIVE, second=Outcome.NEGATIVE, by=swabber(session.site, 1)
    )
    results.release(result=corrected, by=swabber(session.site, 2))
    case = Case.objects.get()
    assert (case.certainty, case.withdrawn_at, case.result.specimen) == (Certainty.CONFIRMED, None, pcr)


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
