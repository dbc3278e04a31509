"""What officers write of announcements."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.kernel import clock
from khumkan.kernel.digits import plain
from khumkan.messages.templates import LANGUAGES
from khumkan.places.matching import match_district
from khumkan.situation.actions.announcements import Draft, Words
from khumkan.situation.announcement_words import GROUPS
from khumkan.situation.models import Announcement
from khumkan.situation.rules.segments import Group, Segment
from khumkan.ui import fields
from khumkan.ui.forms import Form

SECTIONS = (33, 39, 40)
PUBLIC, BANNER, MESSAGE = "public", "banner", "message"
TITLE, BODY, SMS = 80, 6_000, 200
_ACCOUNT = re.compile(r"\d{10}")
_SPACES = re.compile(r"[\n,;]+")


class AnnouncementForm(Form):
    """An announcement as an officer writes it, in both languages."""

    title_th = fields.TextField(label=_("Headline in Thai"), max_length=TITLE)
    body_th = fields.LongTextField(
        label=_("Text in Thai"), max_length=BODY, rows=6, help_text=_("An empty line begins a new paragraph.")
    )
    title_en = fields.TextField(label=_("Headline in English"), max_length=TITLE)
    body_en = fields.LongTextField(label=_("Text in English"), max_length=BODY, rows=6)
    ways = fields.CheckboxesField(
        label=_("How people learn of it"),
        choices=[
            (PUBLIC, _("Among the news that everybody reads")),
            (BANNER, _("Above every page, until it ends")),
            (MESSAGE, _("By SMS, or else e-mail, to the people named below")),
        ],
    )
    sms_th = fields.LongTextField(
        label=_("Message in Thai"),
        max_length=SMS,
        rows=3,
        required=False,
        help_text=_("A link to the whole text is put behind it. No result, nothing about one person’s health."),
    )
    sms_en = fields.LongTextField(label=_("Message in English"), max_length=SMS, rows=3, required=False)
    is_urgent = fields.TickField(label=_("Urgent: send at night too, and show the banner in red"), required=False)
    group = fields.RadioField(label=_("Whom it concerns"), choices=[(g.value, words) for g, words in GROUPS.items()])
    site = fields.SelectField(label=_("Site of the vaccination date"), choices=(), required=False)
    provinces = fields.CheckboxesField(label=_("Provinces"), choices=(), required=False)
    districts = fields.LongTextField(
        label=_("Districts"), max_length=4_000, rows=3, required=False, help_text=_("One a line, by name or code.")
    )
    sections = fields.CheckboxesField(label=_("Insured under"), choices=(), required=False)
    employers = fields.LongTextField(
        label=_("Employers"), max_length=4_000, rows=3, required=False, help_text=_("One account number a line.")
    )
    publish_on = fields.DateField(
        label=_("Day on which it is published"), required=False, help_text=_("Empty: as soon as it is approved.")
    )
    publish_time = fields.TimeField(label=_("Time of that day"), required=False)
    until_on = fields.DateField(
        label=_("Last day on which it holds"), required=False, help_text=_("Empty: until it is withdrawn.")
    )

    def __init__(
        self, *args: Any, provinces: Sequence[tuple[str, str]], sites: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        sections = [(str(number), _("Section %(number)s") % {"number": number}) for number in SECTIONS]
        for name, choices in (("provinces", provinces), ("sections", sections), ("site", [("", "–"), *sites])):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name in ("title", "body", "sms"):  # so that each is read out in its own language
            for language in LANGUAGES:
                self.fields[f"{name}_{language}"].widget.attrs["lang"] = language

    def clean_districts(self) -> tuple[str, ...]:
        """Return the codes of the districts that were named."""
        return tuple(dict.fromkeys(self._district(line) for line in _lines(self.cleaned_data["districts"])))

    def clean_employers(self) -> tuple[str, ...]:
        """Return the account numbers that were named."""
        numbers = [re.sub(r"[\s-]", "", plain(line)) for line in _lines(self.cleaned_data["employers"])]
        for number in numbers:
            if not _ACCOUNT.fullmatch(number):
                self.add_error("employers", _("“%(number)s” is no account number of ten digits.") % {"number": number})
        return tuple(dict.fromkeys(numbers))

    def draft(self) -> Draft:
        """Return what was written."""
        said = self.cleaned_data
        ways = said["ways"]
        return Draft(
            th=Words(said["title_th"], said["body_th"], said["sms_th"]),
            en=Words(said["title_en"], said["body_en"], said["sms_en"]),
            segment=Segment(
                provinces=tuple(said["provinces"]),
                districts=said["districts"],
                sections=tuple(int(number) for number in said["sections"]),
                employers=said["employers"],
                group=Group(said["group"]),
                site=said["site"] if said["group"] == Group.BOOKED_AT_SITE else "",
            ),
            is_public=PUBLIC in ways,
            is_banner=BANNER in ways,
            by_message=MESSAGE in ways,
            is_urgent=said["is_urgent"],
            publish_at=_moment(said["publish_on"], said["publish_time"] or time(8)),
            until_at=clock.day_span(said["until_on"])[1] if said["until_on"] else None,
        )

    def _district(self, line: str) -> str:
        match = match_district(line)
        if match is None:
            self.add_error(
                "districts",
                _("“%(name)s” is no district, or there are several of that name: write its code.") % {"name": line},
            )
            return ""
        return match.code


class SendBackForm(Form):
    """What is to be changed before it can be approved."""

    why = fields.LongTextField(label=_("What is to be changed?"), max_length=200, rows=2)


class StopForm(Form):
    """Why nothing more is sent."""

    why = fields.LongTextField(
        label=_("Why is nothing more sent?"), max_length=200, rows=2, help_text=_("Everybody in the office reads this.")
    )


class WithdrawForm(Form):
    """Why it no longer holds, for everybody who was told."""

    why_th = fields.LongTextField(
        label=_("Why, in Thai"), max_length=160, rows=2, help_text=_("Everybody who was told reads this.")
    )
    why_en = fields.LongTextField(label=_("Why, in English"), max_length=160, rows=2)


def written_before(announcement: Announcement) -> dict[str, Any]:
    """Return what stands in the form when a draft is changed."""
    segment = Segment.of_data(announcement.segment)
    texts = {text.language: text for text in announcement.texts.all()}
    ways = {PUBLIC: announcement.is_public, BANNER: announcement.is_banner, MESSAGE: announcement.by_message}
    begins = clock.bangkok(announcement.publish_at) if announcement.publish_at else None
    return {
        **{f"{name}_{code}": getattr(text, name) for code, text in texts.items() for name in ("title", "body", "sms")},
        "ways": [way for way, is_so in ways.items() if is_so],
        "is_urgent": announcement.is_urgent,
        "group": segment.group.value,
        "site": segment.site,
        "provinces": list(segment.provinces),
        "districts": "\n".join(segment.districts),
        "sections": [str(number) for number in segment.sections],
        "employers": "\n".join(segment.employers),
        "publish_on": begins.date() if begins else None,
        "publish_time": begins.time() if begins else None,
        "until_on": _last_day(announcement.until_at) if announcement.until_at else None,
    }


def _moment(day: date | None, hour: time) -> datetime | None:
    return clock.at(day, hour) if day else None


def _last_day(until_at: datetime) -> date:
    """Return the last day before a moment, which is a midnight."""
    return clock.bangkok(until_at - datetime.resolution).date()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in _SPACES.split(text.replace("\r", "")) if line.strip()]
