"""What several pages of the situation show alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from khumkan.situation.models import Alarm
from khumkan.situation.rules.targets import Target
from khumkan.situation.states import AlarmState
from khumkan.situation.words import SHARES, TARGETS, WORDS
from khumkan.ui.filters import number
from khumkan.ui.shown import Shown


@dataclass(frozen=True)
class AlarmLine:
    """An alarm as a list shows it."""

    alarm: Alarm
    words: Promise
    shown: Shown
    place: str
    value: str
    limit: str


def alarm_lines(alarms: Sequence[Alarm], names: Mapping[str, str]) -> list[AlarmLine]:
    """Put words to alarms.

    :param names: names of provinces by code.
    """
    return [_line(alarm, names) for alarm in alarms]


def _line(alarm: Alarm, names: Mapping[str, str]) -> AlarmLine:
    target = Target(alarm.target)
    place = names.get(alarm.province_code, alarm.province_code) if alarm.province_code else _("Whole country")
    shown = (
        (f"{alarm.value:.1f}%", f"{alarm.limit:.1f}%")
        if target in SHARES
        else (str(number(int(alarm.value))), str(number(int(alarm.limit))))
    )
    return AlarmLine(alarm, TARGETS[target], WORDS[AlarmState(alarm.state)], place, *shown)
