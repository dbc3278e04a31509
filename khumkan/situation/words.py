"""How the states and the targets of the situation centre are called on pages, and in which colour they stand."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.by_state import ByState
from khumkan.situation.rules.targets import Target
from khumkan.situation.states import AlarmState
from khumkan.ui.shown import Shown

WORDS: Mapping[StrEnum, Shown] = ByState(
    (AlarmState.OPEN, Shown(_("Nobody has taken it on"), "bad")),
    (AlarmState.SEEN, Shown(_("Taken on"), "wait")),
    (AlarmState.CLOSED, Shown(_("Over"), "done")),
)
TARGETS: Mapping[Target, Promise] = {
    Target.BEDS_FREE: _("Few free beds"),
    Target.WAITING_FOR_BED: _("Many people wait for a bed"),
    Target.LATE_RESULTS: _("Many test results are late"),
    Target.POSITIVITY: _("A high share of tests is positive"),
    Target.DOSES_EXPIRING: _("Doses will soon be too old"),
}
#: Targets whose figures are in percent.
SHARES = frozenset({Target.BEDS_FREE, Target.POSITIVITY})


def section_words(key: str) -> str:
    """Return how a section of the insured is called; zero is nobody's."""
    return _now("Section %(number)s") % {"number": key} if key not in ("", "0") else _now("Not insured now")
