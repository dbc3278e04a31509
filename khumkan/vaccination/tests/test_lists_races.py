"""Two clerks at once, and a worker that is killed: a list is taken once, and never half."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from khumkan import policies
from khumkan.capacity.testing import broken, race, won
from khumkan.kernel import clock
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.vaccination.actions.lists import checking, sending, steps, taking
from khumkan.vaccination.actions.lists.sending import Sent
from khumkan.vaccination.models import Enrolment, ListFile, Listing, ListRow
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import ListFileState
from khumkan.vaccination.tasks.lists import check_list
from khumkan.vaccination.terms.lists import ListTerms
from khumkan.vaccination.terms.schedules import ScheduleTerms
from khumkan.vaccination.tests.hr import a_desk, csv_file

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
AT_ONCE = 5
KILLED = """
import sys, time
import django
if __name__ == "__main__":
    django.setup()
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    from khumkan.kernel.actors import Actor
    from khumkan.vaccination.actions.lists import {module}
    from khumkan.vaccination.models import ListFile
    def late(*args, **more):
        print("all written", flush=True)
        time.sleep(60)
    {module}.record.write = late
    {call}
"""


def ready(people=4):
    desk = a_desk(people)
    for terms in (ListTerms, ScheduleTerms):  # stored now, or the first to store them holds up the others
        policies.in_force(terms, on=clock.today())
    assert desk.roster.pk
    return desk


def sent_by_two_clerks(desk):
    contents = [csv_file(worker.row() for worker in desk.workers[:number]) for number in range(1, AT_ONCE)]
    jobs = [
        lambda content=content: sending.send_list(roster=desk.roster, sent=Sent(content=content), by=desk.by)
        for content in contents
    ]
    return race(jobs, threads=len(jobs))


def test_of_several_lists_at_once_one_is_kept_and_the_others_are_told():
    desk = ready()
    outcomes = sent_by_two_clerks(desk)
    assert (len(won(outcomes)), broken(outcomes)) == (1, [])
    assert {each.code for each in outcomes if isinstance(each, Exception)} == {"list_open"}
    assert ListFile.objects.count() == 1


def taken_by_many(desk):
    file = desk.send(csv_file(worker.row() for worker in desk.workers))
    return race([lambda: taking.take_list(file=file, by=desk.by) for _ in range(AT_ONCE)], threads=AT_ONCE)


def test_of_many_who_take_one_list_one_does():
    outcomes = taken_by_many(ready())
    assert (len(won(outcomes)), broken(outcomes)) == (1, [])
    assert Event.objects.filter(name="vaccination.list_taken").count() == 1
    assert Message.objects.filter(template="vaccination.invited").count() == Enrolment.objects.count() == 4


def test_without_the_lock_it_is_taken_more_than_once(monkeypatch):
    def unlocked(file_id):
        return ListFile.objects.select_related("roster__employer", "roster__phase").get(pk=file_id)

    def slow(*args, **kwargs):
        time.sleep(0.3)

    monkeypatch.setattr(steps, "hold", unlocked)
    monkeypatch.setattr(scopes, "check_is_of_employer", slow)
    taken_by_many(ready())
    assert Event.objects.filter(name="vaccination.list_taken").count() > 1


def waiting(desk, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE_BYTES", 10)
    content = csv_file(worker.row() for worker in desk.workers)
    return sending.send_list(roster=desk.roster, sent=Sent(content=content), by=desk.by)[0]


def test_two_workers_check_one_list_once(monkeypatch):
    file = waiting(ready(), monkeypatch)
    outcomes = race([lambda: checking.check_list(file.pk) for _ in range(2)], threads=2)
    assert broken(outcomes) == []
    assert ListRow.objects.count() == 4
    assert Event.objects.filter(name="vaccination.list_checked").count() == 1


def killed(folder, module, call):
    script = folder / "killed.py"
    script.write_text(KILLED.format(module=module, call=call), encoding="utf-8")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(settings.ROOT)}
    command = [sys.executable, str(script), str(connection.settings_dict["NAME"])]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=settings.ROOT)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"all written"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_a_worker_killed_before_the_last_word_leaves_a_list_that_waits(tmp_path, monkeypatch):
    file = waiting(ready(), monkeypatch)
    killed(tmp_path, "checking", f"checking.check_list({file.pk})")
    assert not ListRow.objects.exists()
    file.refresh_from_db()
    assert file.state == ListFileState.WAITING
    check_list.func(file_id=file.pk)  # the queue gives the job of a dead worker to another one
    file.refresh_from_db()
    assert (file.state, file.new) == (ListFileState.CHECKED, 4)


def test_a_clerk_cut_off_before_the_last_word_has_taken_nobody(tmp_path):
    desk = ready()
    file = desk.send(csv_file(worker.row() for worker in desk.workers))
    taken = f"taking.take_list(file=ListFile.objects.get(pk={file.pk}), by=Actor.system('test'))"
    killed(tmp_path, "taking", taken)
    assert (Listing.objects.count(), Enrolment.objects.count(), Message.objects.count()) == (0, 0, 0)
    assert taking.take_list(file=file, by=desk.by).state == ListFileState.TAKEN
    assert (Listing.objects.count(), Enrolment.objects.count()) == (4, 4)
