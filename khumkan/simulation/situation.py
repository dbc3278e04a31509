"""The situation centre of the demonstration: every evening counted, alarms seen to, a report, news to one district."""

from datetime import date, time, timedelta

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.record.inline import run_jobs
from khumkan.simulation import announcements as others
from khumkan.simulation.vaccination import officers
from khumkan.situation.actions import alarms, announcements, figures, reports
from khumkan.situation.actions.announcements import Draft, Words
from khumkan.situation.models import Alarm
from khumkan.situation.rules.segments import Segment
from khumkan.situation.states import AlarmState

BY = Actor.system("situation")
#: When the stocks of a day are counted, and when the officers write.
EVENING, WRITES, APPROVES = time(23, 55), time(13, 30), time(14, 10)
#: Days counted anew each time, as by the hour; and all days that anything was made on.
BACK, ALL_DAYS = 14, 120
#: Din Daeng, where the first testing site of Bangkok stands.
DISTRICT = "1026"
SEEN = "ประสานศูนย์ปฏิบัติการแล้ว เพิ่มเจ้าหน้าที่และติดตามทุกวัน"
THAI = Words(
    "จุดตรวจดินแดงเปิดถึง 20.00 น.",
    "จุดตรวจศูนย์เยาวชนกรุงเทพมหานคร (ไทย-ญี่ปุ่น) เปิดถึงเวลา 20.00 น. ทุกวันในสัปดาห์นี้\n\n"
    "ท่านที่มีนัดแล้วมาตามเวลาเดิม ท่านที่ยังไม่มีนัดลงทะเบียนได้ในหน้าแรกของคุ้มกัน",
    "จุดตรวจดินแดงเปิดถึง 20.00 น. ทุกวันในสัปดาห์นี้",
)
ENGLISH = Words(
    "Din Daeng testing site open until 8 p.m.",
    "The testing site at the Bangkok Youth Centre, Din Daeng, is open until 8 p.m. every day this week.\n\n"
    "If you have a date, please come at that time. If you have none, register on the first page of Khumkan.",
    "Din Daeng testing site is open until 8 pm every day this week.",
)


def end_day(day: date) -> None:
    """Count what there is at the end of a past day, as the night's job does."""
    with clock.set_to(clock.at(day, EVENING)):
        _count(BACK)


def make() -> None:
    """Count everything that was made, see to the alarms of the past, freeze yesterday, and announce."""
    refresh(back=ALL_DAYS)
    writer, second = officers()
    _announce(clock.today() - timedelta(days=1), writer, second)
    others.make(writer, second)


def refresh(*, back: int = BACK) -> None:
    """Count until now; an officer has taken on the alarms of the days before, and freezes yesterday as a report."""
    officer, _other = officers()
    begins, _ends = clock.day_span(clock.today())
    for alarm in Alarm.objects.filter(state=AlarmState.OPEN, opened_at__lt=begins).order_by("pk"):
        with clock.set_to(alarm.opened_at + timedelta(minutes=4)):
            alarms.take_on(alarm=alarm, note=SEEN, by=officer)
    _count(back)
    reports.make(day=clock.today() - timedelta(days=1), by=officer)


def _count(back: int) -> None:
    figures.count(first=clock.today() - timedelta(days=back), by=BY)
    alarms.watch(by=BY)


def _announce(day: date, writer: Actor, second: Actor) -> None:
    """Send news to one district, as two officers do; it is among the news of everybody as well."""
    draft = Draft(
        th=THAI,
        en=ENGLISH,
        segment=Segment(districts=(DISTRICT,)),
        by_message=True,
        until_at=clock.at(day + timedelta(days=7), time(20)),
    )
    with clock.set_to(clock.at(day, WRITES)):
        written = announcements.write(draft=draft, by=writer)
        announcements.submit(announcement=written, by=writer)
        run_jobs()
    with clock.set_to(clock.at(day, APPROVES)):
        announcements.approve(announcement=written, by=second)
        run_jobs()
