"""The situation centre of the demonstration is alive: counted, with a report, news to one district, alarms taken on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from khumkan.kernel import clock, references
from khumkan.messages.models import Message
from khumkan.simulation import situation, staff
from khumkan.situation.models import Alarm, Announcement, Counting, Sending, SituationReport
from khumkan.situation.queries.announcements import news
from khumkan.situation.rules.targets import Target
from khumkan.situation.states import AlarmState, AnnouncementState
from khumkan.situation.tests.announcing import insured

pytestmark = pytest.mark.django_db


def test_the_situation_is_alive_and_the_next_day_too() -> None:
    staff.national()
    here, _elsewhere = insured(3, "10"), insured(2, "50")
    old = Alarm.objects.create(
        reference=references.new("AL"), target=Target.BEDS_FREE.value, province_code="10", state=AlarmState.OPEN,
        value=Decimal(3), limit=Decimal(10), terms_version=1, opened_at=clock.now() - timedelta(days=2),
    )  # fmt: skip
    situation.make()
    today = clock.today()
    assert Counting.objects.filter(indicator="beds_free").exists()
    assert SituationReport.objects.get().day == today - timedelta(days=1)
    made = Announcement.objects.get(state=AnnouncementState.PUBLISHED)
    stopped = Announcement.objects.get(state=AnnouncementState.STOPPED)
    assert list(news()) == [made, stopped]
    states = set(Announcement.objects.values_list("state", flat=True))
    assert states == set(AnnouncementState) - {AnnouncementState.SENDING}, "sending is soon over"
    assert set(Message.objects.values_list("person_id", flat=True)) == {person.pk for person in here}
    assert Sending.objects.get(announcement=made).queued == len(here)
    assert Sending.objects.get(announcement=stopped).queued == 0
    old.refresh_from_db()
    assert (old.state, old.note) == (AlarmState.CLOSED, situation.SEEN), "no bed is counted, so it is over"
    with clock.set_to(clock.now() + timedelta(days=1)):
        situation.refresh()
        assert SituationReport.objects.count() == 2


def test_an_evening_is_counted_with_what_there_was_then() -> None:
    day = clock.today() - timedelta(days=3)
    situation.end_day(day)
    counted = Counting.objects.get(indicator="beds_free")
    assert clock.bangkok(counted.counted_at).date() == day
