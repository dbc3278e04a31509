"""Announcements of the demonstration besides the one that is out: those that wait, were stopped or taken back.

One that is being sent is not among them: the service sends it within a minute.
"""

from dataclasses import replace
from datetime import time, timedelta

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.record.inline import run_jobs
from khumkan.situation.actions import announcements
from khumkan.situation.actions.announcements import Draft, Words
from khumkan.situation.models import Announcement
from khumkan.situation.rules.segments import Segment

#: Bang Na, where another testing site stands.
DISTRICT = "1047"
INVITED = Draft(
    th=Words(
        "เชิญผู้ประกันตนมาตรา 39 และ 40 ลงทะเบียนฉีดวัคซีน",
        "ผู้ประกันตนมาตรา 39 และมาตรา 40 ในจังหวัดที่เปิดฉีดวัคซีน ลงทะเบียนได้ในหน้าแรกของคุ้มกัน และเลือกจุดฉีดที่สะดวก",
    ),
    en=Words(
        "Vaccination for insured persons under sections 39 and 40",
        "Insured persons under sections 39 and 40 in the provinces where vaccination is open can register on the first "
        "page of Khumkan and choose the site that suits them.",
    ),
)
CLOSED_ON_SUNDAY = Draft(
    th=Words(
        "จุดฉีดวัคซีนบางนาปิดวันอาทิตย์นี้",
        "จุดฉีดวัคซีนบางนาปิดวันอาทิตย์นี้เพื่อทำความสะอาด ท่านที่มีนัดวันอาทิตย์จะได้รับข้อความแจ้งวันนัดใหม่",
    ),
    en=Words(
        "Bang Na vaccination site closed this Sunday",
        "The vaccination site in Bang Na is closed this Sunday for cleaning. If you have a date on Sunday, you get a "
        "message with a new one.",
    ),
)
IN_FACTORIES = Draft(
    th=Words(
        "เริ่มสุ่มตรวจในโรงงานกลุ่มเสี่ยงสัปดาห์หน้า",
        "สำนักงานจะสุ่มตรวจในสถานประกอบการกลุ่มเสี่ยงตั้งแต่สัปดาห์หน้า ผู้ที่ได้รับการสุ่มจะได้รับข้อความแจ้งวันและสถานที่",
    ),
    en=Words(
        "Testing by draw in enterprises begins next week",
        "From next week on, workers of enterprises with a high risk are drawn for a test. Whoever is drawn gets a "
        "message with the day and the place.",
    ),
)
OPENS_LATER = Draft(
    th=Words(
        "จุดตรวจบางนาเปิด 10.00 น. วันพรุ่งนี้",
        "จุดตรวจบางนาเปิดเวลา 10.00 น. วันพรุ่งนี้ เนื่องจากซ่อมระบบไฟฟ้า",
        "จุดตรวจบางนาเปิด 10.00 น. วันพรุ่งนี้",
    ),
    en=Words(
        "Bang Na testing site opens at 10 a.m. tomorrow",
        "The testing site in Bang Na opens at 10 a.m. tomorrow, because the electricity is being repaired.",
        "Bang Na testing site opens at 10 am tomorrow.",
    ),
    segment=Segment(districts=(DISTRICT,)),
    by_message=True,
)
CLOSED_FOR_NOW = Draft(
    th=Words("จุดตรวจหนองแขมปิดชั่วคราว", "จุดตรวจหนองแขมปิดชั่วคราว กรุณาใช้จุดตรวจใกล้บ้าน"),
    en=Words(
        "Nong Khaem testing site closed for now",
        "The testing site in Nong Khaem is closed for now. Please use one near you.",
    ),
)
MORE_HOURS = Draft(
    th=Words("จุดตรวจมีนบุรีเปิดเพิ่มช่วงค่ำ", "จุดตรวจมีนบุรีเปิดเพิ่มเวลา 18.00 ถึง 21.00 น."),
    en=Words("Min Buri testing site open in the evening", "The testing site in Min Buri is also open from 6 to 9 p.m."),
)


def make(writer: Actor, second: Actor) -> None:
    """Let two officers have written announcements in the last days, and leave some of them something to do.

    :param second: approves what the first one wrote.
    """
    today = clock.today()
    with clock.set_to(clock.at(today - timedelta(days=4), time(9, 40))):
        announcements.drop(announcement=_written(MORE_HOURS, writer), by=writer)
        closed = _approved(CLOSED_FOR_NOW, writer, second)
        run_jobs()
    with clock.set_to(clock.at(today - timedelta(days=3), time(11, 5))):
        why_th, why_en = "จุดตรวจหนองแขมเปิดตามปกติ", "The site in Nong Khaem is open as usual."
        announcements.withdraw(announcement=closed, why_th=why_th, why_en=why_en, by=second)
        run_jobs()
    with clock.set_to(clock.at(today - timedelta(days=2), time(15, 20))):
        later = _approved(OPENS_LATER, writer, second)
        announcements.publish(announcement_id=later.pk, by=second)
        announcements.stop(announcement=later, why="ซ่อมเสร็จก่อนกำหนด", by=second)
        run_jobs()
    with clock.set_to(clock.at(today - timedelta(days=1), time(16, 10))):
        planned = replace(IN_FACTORIES, publish_at=clock.at(today + timedelta(days=3), time(9)))
        _approved(planned, writer, second)
        announcements.submit(announcement=_written(CLOSED_ON_SUNDAY, writer), by=writer)
        _written(INVITED, writer)
        run_jobs()


def _written(draft: Draft, writer: Actor) -> Announcement:
    return announcements.write(draft=draft, by=writer)


def _approved(draft: Draft, writer: Actor, second: Actor) -> Announcement:
    written = _written(draft, writer)
    announcements.submit(announcement=written, by=writer)
    announcements.approve(announcement=written, by=second)
    return written
