"""Mending a list, taking it, locking it, and changing it by request."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.registry.models import Person
from khumkan.vaccination.actions import willing
from khumkan.vaccination.actions.lists import adding, checking, locking, mending, requests, sending, taking
from khumkan.vaccination.actions.lists.sending import Worker as Typed
from khumkan.vaccination.choices import Decided
from khumkan.vaccination.models import Enrolment, Listing, ListRequest, PhaseDetail, Roster
from khumkan.vaccination.queries import lists as queries
from khumkan.vaccination.states import EnrolmentState, ListFileState, RequestState, RosterState
from khumkan.vaccination.tests.country import OFFICE, OFFICER, an_employer, herself, hr_of
from khumkan.vaccination.tests.hr import a_desk, a_worker, counts, csv_file, verdicts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@contextmanager
def refuses(code):
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.code == code


def sent(desk, *rows):
    return desk.send(csv_file(rows))


def listed(desk):
    return set(Listing.objects.filter(roster=desk.roster, state="listed").values_list("person_id", flat=True))


def typed(worker, **values):
    person = worker.person
    usual = {"id_number": worker.number, "first_name": person.first_name, "last_name": person.last_name}
    return Typed(**{**usual, "birth_date": person.birth_date, **values})


def locked(desk):
    PhaseDetail.objects.update(lists_lock_on=clock.today())
    assert desk.roster.pk
    locking.lock_due(by=OFFICE)
    return desk.roster


def test_taking_lists_invites_and_tells_everybody_once():
    desk = a_desk(3)
    stranger = a_worker(None)
    file = taking.take_list(file=sent(desk, *(each.row() for each in desk.workers), stranger.row()), by=desk.by)
    assert file.state == ListFileState.TAKEN
    assert listed(desk) == {each.person.pk for each in desk.workers}
    assert set(Enrolment.objects.values_list("state", flat=True)) == {EnrolmentState.INVITED}
    assert Message.objects.filter(template="vaccination.invited").count() == 3
    assert Event.objects.filter(name="vaccination.list_taken").get().data == {"people": 3, "removed": 0}
    with refuses("list_not_open"):
        taking.take_list(file=file, by=desk.by)


def test_a_list_without_a_good_row_is_not_taken():
    desk = a_desk(1)
    with refuses("nothing_to_take"):
        taking.take_list(file=sent(desk, a_worker(None).row()), by=desk.by)


def test_a_mended_row_is_checked_again():
    desk = a_desk(1)
    worker = desk.workers[0]
    file = sent(desk, worker.row(number="123", first="กนกวรรณ", last="ศรีสุข"))
    assert verdicts(file) == {2: ("refused", "number_length")}
    still = mending.mend_row(file=file, row_number=2, values={"id_number": worker.number}, by=desk.by)
    assert (still.verdict, still.code) == ("refused", "other_person")
    values = {"first_name": worker.person.first_name, "last_name": "ใจดี"}
    good = mending.mend_row(file=file, row_number=2, values=values, by=desk.by)
    assert (good.verdict, good.person_id) == ("new", worker.person.pk)
    assert good.mended_at
    file.refresh_from_db()
    assert counts(file) == (1, 1, 0, 0, 0, 0, 0)


def test_a_row_that_is_made_a_double_is_one_and_a_double_that_is_left_alone_counts():
    desk = a_desk(2)
    one, two = desk.workers
    file = sent(desk, one.row(), one.row(), two.row())
    assert verdicts(file) == {2: ("new", ""), 3: ("doubled", "same_in_file"), 4: ("new", "")}
    assert file.rows.get(row_number=3).opened()[1] == {"row": 2}
    mending.leave_out(file=file, row_number=2, by=desk.by)
    assert verdicts(file) == {2: ("refused", "left_out"), 3: ("new", ""), 4: ("new", "")}
    values = {"id_number": one.number, "first_name": one.person.first_name}
    mending.mend_row(file=file, row_number=4, values=values, by=desk.by)
    assert verdicts(file)[4] == ("doubled", "same_in_file")
    file.refresh_from_db()
    assert counts(file) == (3, 1, 0, 0, 0, 1, 1)


def test_who_is_asked_about_is_taken_when_accepted_and_not_when_rejected():
    desk = a_desk(0)
    near, lost = a_worker(desk.employer, first="มาลี"), a_worker(desk.employer, first="ประยุทธ")
    file = sent(desk, near.row(last="ใจดีย์"), lost.row(number="1.1E+12"))
    assert counts(file) == (2, 0, 0, 0, 2, 0, 0)
    with refuses("nothing_to_take"):
        taking.take_list(file=file, by=desk.by)
    assert mending.accept_row(file=file, row_number=3, by=desk.by).verdict == "new"
    rejected = mending.reject_row(file=file, row_number=2, by=desk.by)
    assert (rejected.verdict, rejected.code, rejected.person_id) == ("refused", "look_rejected", None)
    with refuses("row_decided"):
        mending.accept_row(file=file, row_number=2, by=desk.by)
    taking.take_list(file=file, by=desk.by)
    assert listed(desk) == {lost.person.pk}


def test_what_was_decided_outlives_a_change_of_the_register():
    desk = a_desk(2)
    near = a_worker(desk.employer, first="มาลี")
    one, two = desk.workers
    file = sent(desk, one.row(), two.row(), near.row(last="ใจดีย์"), one.row(number=""))
    mending.accept_row(file=file, row_number=4, by=desk.by)
    mending.leave_out(file=file, row_number=5, by=desk.by)
    Person.objects.filter(pk=two.person.pk).update(died_on=clock.today())
    again = taking.take_list(file=file, by=desk.by)
    assert again.state == ListFileState.CHECKED
    assert listed(desk) == set()
    assert verdicts(again) == {
        2: ("new", ""), 3: ("refused", "ask_office"), 4: ("new", ""), 5: ("refused", "left_out"),
    }  # fmt: skip
    assert taking.take_list(file=again, by=desk.by).state == ListFileState.TAKEN
    assert listed(desk) == {one.person.pk, near.person.pk}


def test_a_list_that_replaces_takes_off_who_is_missing_and_nobody_whose_row_has_a_fault():
    desk = a_desk(4)
    stays, missing, wrong, dropped = desk.workers
    taking.take_list(file=sent(desk, *(each.row() for each in desk.workers)), by=desk.by)
    willing.confirm(
        enrolment=Enrolment.objects.get(person=missing.person), how=Decided.LINK, by=herself(missing.person)
    )
    file = desk.send(csv_file([stays.row(), wrong.row(branch="99"), dropped.row()]), replaces=True)
    assert [each.person_id for each in queries.missing_in(file)] == [missing.person.pk]
    mending.leave_out(file=file, row_number=4, by=desk.by)
    assert {each.person_id for each in queries.missing_in(file)} == {missing.person.pk, dropped.person.pk}
    assert taking.take_list(file=file, by=desk.by).removed == 2
    assert listed(desk) == {stays.person.pk, wrong.person.pk}
    enrolment = Enrolment.objects.get(person=missing.person)
    assert enrolment.state == EnrolmentState.CONFIRMED  # the wish is the person's own
    assert enrolment.doses.get().state == "waiting"


def test_a_list_that_does_not_replace_takes_nobody_off():
    desk = a_desk(2)
    taking.take_list(file=sent(desk, *(each.row() for each in desk.workers)), by=desk.by)
    taking.take_list(file=sent(desk, desk.workers[0].row()), by=desk.by)
    assert len(listed(desk)) == 2


def test_one_list_at_a_time_and_a_dropped_one_leaves_nothing():
    desk = a_desk(2)
    file = sent(desk, desk.workers[0].row())
    with refuses("list_open"):
        sent(desk, desk.workers[1].row())
    sending.drop_list(file=file, by=desk.by)
    assert not file.rows.exists()
    with refuses("list_not_open"):
        taking.take_list(file=file, by=desk.by)
    with refuses("state_moved_on"):
        sending.drop_list(file=file, by=desk.by)
    assert sent(desk, desk.workers[1].row()).new == 1


def test_one_person_is_taken_at_once_and_asked_about_when_not_sure():
    desk = a_desk(0)
    worker = a_worker(desk.employer, first="มาลี")
    assert adding.add_worker(roster=desk.roster, worker=typed(worker), by=desk.by).state == ListFileState.TAKEN
    with refuses("listed_already"):
        adding.add_worker(roster=desk.roster, worker=typed(worker), by=desk.by)
    other = a_worker(desk.employer, first="ประยุทธ")
    kept = adding.add_worker(roster=desk.roster, worker=typed(other, last_name="ใจดีย์"), by=desk.by)
    assert (kept.state, kept.look) == (ListFileState.CHECKED, 1)
    assert listed(desk) == {worker.person.pk}


def test_a_long_list_waits_sealed_for_the_queue(monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE_BYTES", 10)
    desk = a_desk(1)
    content = csv_file([desk.workers[0].row()])
    kept, _is_new = sending.send_list(roster=desk.roster, sent=sending.Sent(content=content), by=desk.by)
    assert kept.state == ListFileState.WAITING
    assert desk.workers[0].number.encode() not in bytes(kept.content_sealed)
    done = checking.check_list(kept.pk)
    assert (done.state, done.new, done.content_sealed) == (ListFileState.CHECKED, 1, None)
    assert checking.check_list(kept.pk) == done  # a second run changes nothing


def test_cells_stand_sealed_in_the_table():
    desk = a_desk(1)
    row = sent(desk, desk.workers[0].row()).rows.get()
    assert desk.workers[0].number.encode() not in bytes(row.sealed)
    assert row.opened()[0][0] == desk.workers[0].number


@pytest.mark.parametrize("act", ["take_list", "drop_list", "mend_row", "accept_row", "leave_out"])
def test_another_employer_s_list_does_not_exist(act):
    desk, other = a_desk(1), hr_of(an_employer())
    file = sent(desk, desk.workers[0].row())
    more = {} if act in ("take_list", "drop_list") else {"row_number": 2}
    more |= {"values": {}} if act == "mend_row" else {}
    module = {"take_list": taking, "drop_list": sending}.get(act, mending)
    with pytest.raises(Missing):
        getattr(module, act)(file=file, by=other, **more)
    with pytest.raises(Missing):
        queries.file_for(other, file.reference)
    with pytest.raises(Missing):
        sending.send_list(roster=desk.roster, sent=sending.Sent(content=b"x"), by=other)


def test_lists_lock_on_their_day_and_an_officer_gives_more_time():
    desk = a_desk(2)
    file = sent(desk, desk.workers[0].row())
    assert locking.lock_due(by=OFFICE) == 0
    roster = locked(desk)
    assert (roster.state, Event.objects.filter(name="vaccination.roster_locked").count()) == (RosterState.LOCKED, 1)
    for act in (lambda: taking.take_list(file=file, by=desk.by), lambda: sent(desk, desk.workers[1].row())):
        with refuses("roster_locked"):
            act()
    with refuses("day_out_of_range"):
        locking.reopen(roster=roster, until=clock.today() - DAY, by=OFFICER)
    locking.reopen(roster=roster, until=clock.today() + DAY, by=OFFICER)
    assert locking.lock_due(by=OFFICE) == 0
    assert taking.take_list(file=file, by=desk.by).state == ListFileState.TAKEN
    Roster.objects.update(reopened_until=clock.today() - DAY)
    assert locking.lock_due(by=OFFICE) == 1


def test_before_the_queue_has_locked_it_a_list_is_locked_already():
    desk = a_desk(1)
    assert desk.roster.state == RosterState.OPEN
    PhaseDetail.objects.update(lists_lock_on=clock.today())
    with refuses("roster_locked"):
        sent(desk, desk.workers[0].row())


def test_before_the_queue_has_locked_it_a_list_is_changed_by_request_already():
    desk = a_desk(2)
    one, two = desk.workers
    taking.take_list(file=sent(desk, one.row()), by=desk.by)
    with refuses("roster_open"):
        requests.ask_to_add(roster=desk.roster, worker=typed(two), why="new", by=desk.by)
    PhaseDetail.objects.update(lists_lock_on=clock.today())
    with refuses("roster_locked"):
        requests.take_off(roster=desk.roster, person=one.person, by=desk.by)
    assert requests.ask_to_add(roster=desk.roster, worker=typed(two), why="new", by=desk.by)


def test_a_locked_list_is_changed_by_request():
    desk = a_desk(2)
    one, two = desk.workers
    taking.take_list(file=sent(desk, one.row()), by=desk.by)
    with refuses("roster_open"):
        requests.ask_to_add(roster=desk.roster, worker=typed(two), why="new", by=desk.by)
    roster = locked(desk)
    with refuses("no_reason"):
        requests.ask_to_add(roster=roster, worker=typed(two), why=" ", by=desk.by)
    with refuses("not_employed"):
        requests.ask_to_add(roster=roster, worker=typed(a_worker(None)), why="new", by=desk.by)
    with refuses("listed_already"):
        requests.ask_to_add(roster=roster, worker=typed(one), why="new", by=desk.by)
    add = requests.ask_to_add(roster=roster, worker=typed(two), why="started work on Monday", by=desk.by)
    with refuses("asked_already"):
        requests.ask_to_add(roster=roster, worker=typed(two), why="again", by=desk.by)
    remove = requests.ask_to_remove(roster=roster, person=one.person, why="left us", by=desk.by)
    assert listed(desk) == {one.person.pk}
    requests.decide(request=add, accept=True, why="", by=OFFICER)
    with refuses("no_reason"):
        requests.decide(request=remove, accept=False, why="", by=OFFICER)
    requests.decide(request=remove, accept=True, why="", by=OFFICER)
    with refuses("state_moved_on"):
        requests.decide(request=remove, accept=False, why="no", by=OFFICER)
    assert listed(desk) == {two.person.pk}
    assert set(ListRequest.objects.values_list("state", flat=True)) == {RequestState.ACCEPTED}


def test_only_officers_of_the_province_decide():
    desk = a_desk(1)
    roster = locked(desk)
    asked = requests.ask_to_add(roster=roster, worker=typed(desk.workers[0]), why="new", by=desk.by)
    far = Actor(ActorKind.STAFF, 9, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "20")}))
    near = Actor(ActorKind.STAFF, 9, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "10")}))
    for by in (far, desk.by):
        with pytest.raises(Missing):
            requests.decide(request=asked, accept=True, why="", by=by)
        with pytest.raises(Missing):
            locking.reopen(roster=roster, until=clock.today(), by=by)
    assert not queries.requests_for(far).exists()
    assert [each.pk for each in queries.requests_for(near)] == [asked.pk]
    assert requests.decide(request=asked, accept=True, why="", by=near).state == RequestState.ACCEPTED


def test_numbers_are_told_and_not_of_so_few_that_they_would_tell_who():
    desk = a_desk(6)
    taking.take_list(file=sent(desk, *(each.row() for each in desk.workers[:4])), by=desk.by)
    assert queries.figures_of(desk.roster) is None
    taking.take_list(file=sent(desk, *(each.row() for each in desk.workers[4:])), by=desk.by)
    first, second, *_rest = Enrolment.objects.order_by("pk")
    willing.confirm(enrolment=first, how=Decided.LINK, by=herself(first.person))
    willing.refuse(enrolment=second, how=Decided.LINK, by=herself(second.person))
    figures = queries.figures_of(desk.roster)
    assert (figures.listed, figures.invited, figures.confirmed, figures.declined) == (6, 4, 1, 1)
    assert (figures.booked, figures.given) == (0, 0)
