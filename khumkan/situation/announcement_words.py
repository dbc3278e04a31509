"""How the states of announcements and the groups of people are called on pages."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.by_state import ByState
from khumkan.places import queries as places
from khumkan.situation.rules.segments import Group, Segment
from khumkan.situation.states import AnnouncementState
from khumkan.ui.shown import Shown

WORDS: Mapping[StrEnum, Shown] = ByState(
    (AnnouncementState.DRAFT, Shown(_("Being written"), "plain")),
    (AnnouncementState.SUBMITTED, Shown(_("Waits for a second officer"), "wait")),
    (AnnouncementState.SCHEDULED, Shown(_("Approved, waits for its time"), "info")),
    (AnnouncementState.SENDING, Shown(_("Out, being sent"), "info")),
    (AnnouncementState.PUBLISHED, Shown(_("Made public"), "good")),
    (AnnouncementState.STOPPED, Shown(_("Out, sending stopped"), "done")),
    (AnnouncementState.WITHDRAWN, Shown(_("No longer holds"), "bad")),
    (AnnouncementState.DROPPED, Shown(_("Draft put aside"), "done")),
)
GROUPS: Mapping[Group, Promise] = {
    Group.EVERYBODY: _("Everybody there"),
    Group.WAITS_FOR_DOSE: _("Those who wait for a vaccination date"),
    Group.BOOKED_AT_SITE: _("Those who have a vaccination date at one site"),
    Group.IN_CARE: _("Those who are infected and looked after"),
}
#: Areas and employers named in one sentence; the rest is counted.
MOST_NAMED = 12


def segment_words(segment: Segment) -> list[str]:
    """Return whom something concerns, narrower from line to line."""
    if segment.is_everybody:
        return [_now("Everybody in the register")]
    lines = [str(GROUPS[segment.group])]
    if segment.site:
        site = places.site_called(segment.site)
        lines.append(_now("Site: %(name)s") % {"name": site or segment.site})
    if codes := [*segment.provinces, *segment.districts]:
        names = places.area_names(codes)
        lines.append(_now("Living in: %(names)s") % {"names": _listed([names.get(code, code) for code in codes])})
    if segment.sections:
        numbers = ", ".join(str(number) for number in segment.sections)
        lines.append(_now("Insured under section %(numbers)s") % {"numbers": numbers})
    if segment.employers:
        lines.append(_now("Working for: %(numbers)s") % {"numbers": _listed(segment.employers)})
    return lines


def _listed(names: list[str] | tuple[str, ...]) -> str:
    named = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return _now("%(names)s and %(more)s more") % {"names": named, "more": more} if more > 0 else named
