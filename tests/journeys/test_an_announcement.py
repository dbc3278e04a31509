"""An announcement reaches one district: written by one officer, approved by another, read by those whom it concerns."""

from khumkan.accounts.testing import grant
from khumkan.kernel.actors import Role
from khumkan.messages.models import Message
from khumkan.registry.models import Person
from khumkan.simulation import staff
from khumkan.situation.models import Announcement
from khumkan.situation.queries import announcements
from tests.journeys.town import HOME, Town

SMS = "จุดตรวจปิดวันจันทร์ โปรดเลือกวันอื่น"


def test_an_announcement_reaches_one_district(town: Town) -> None:
    near, far = town.given_a_person("สมหญิง"), town.given_a_person("สมปอง")
    _moves_away(far.id)
    town.staff["secretary"] = staff.member("secretary", "เลขานุการ", Role.AUDITOR, "").user
    grant(town.staff["secretary"], Role.OFFICER)

    writer = town.desk_of("minister").opens("/office/announcements/").sees("Nothing has been written yet.").is_sound()
    writer.presses("Write an announcement").is_sound()
    writer.fills("Headline in Thai", "ปิดจุดตรวจวันจันทร์").fills("Text in Thai", "จุดตรวจปิดวันจันทร์นี้")
    writer.fills("Headline in English", "Testing closed").fills("Text in English", "No tests on Monday.")
    writer.picks("Above every page, until it ends").picks("By SMS, or else e-mail, to the people named below")
    writer.fills("Message in Thai", SMS).picks("Urgent: send at night too, and show the banner in red")
    writer.fills("Districts", HOME[:4]).presses("Keep the draft")
    writer.sees("Write the message in both languages, or do not send it.").is_sound()  # it was forgotten
    writer.fills("Message in English", "No tests on Monday.").presses("Keep the draft").sees("Being written").is_sound()
    writer.presses("Ask for approval").sees("You wrote this yourself: another officer must approve it.").is_sound()
    town.when_the_queue_has_run()

    made = Announcement.objects.get()
    assert made.people == 1
    town.phone_of().opens("/news/").sees("There is no news today.").is_sound()
    second = town.desk_of("secretary").opens(f"/office/announcements/{made.reference}/").sees(SMS).is_sound()
    second.presses("Approve it").sees("Approved. It goes out at its time.").is_sound()
    town.when_the_queue_has_run()
    announcements.forget_banners()

    assert [message.person_id for message in Message.objects.filter(template="situation.announcement")] == [near.id]
    reader = town.phone_of(near).opens("/my/news/").sees("ปิดจุดตรวจวันจันทร์").is_sound()
    reader.presses("ปิดจุดตรวจวันจันทร์").sees("จุดตรวจปิดวันจันทร์นี้").is_sound()
    town.phone_of(far).opens("/my/news/").sees("We have sent you no announcement.", "ปิดจุดตรวจวันจันทร์").is_sound()

    writer.opens(f"/office/announcements/{made.reference}/")
    writer.fills("Why, in Thai", "เปิดตามปกติ").fills("Why, in English", "It is open.").presses(
        "Withdraw the announcement"
    )
    writer.sees("It is withdrawn. Those who were told are told so.").is_sound()
    town.when_the_queue_has_run()
    told = Message.objects.filter(template="situation.announcement_withdrawn")
    assert [message.person_id for message in told] == [near.id]
    reader.opens(f"/news/{made.reference}/").sees("This no longer holds", "เปิดตามปกติ").is_sound()


def _moves_away(person_id: int) -> None:
    """Let somebody live in another district."""
    Person.objects.filter(pk=person_id).update(subdistrict_code="104702", district_code="1047")
