"""A care in the words of a page."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.isolation.choices import Level, WaitingBecause
from khumkan.isolation.models import Care, Stay
from khumkan.isolation.queries.my_care import OPEN_TO_ANSWERS, CarePage
from khumkan.isolation.states import LIVE_CARES, CareState, StayState
from khumkan.isolation.words import LEVELS
from khumkan.ui.shown import Shown

#: How a state is called on the person's own page, in which colour, and which step of four it is.
PERSONS: Mapping[str, tuple[Promise, str, int]] = {
    CareState.ASKED: (_("Please answer a few questions"), "wait", 1),
    CareState.WAITING: (_("We are looking for a bed for you"), "wait", 2),
    CareState.PLACED: (_("A bed is held for you"), "good", 2),
    CareState.ADMITTED: (_("You are looked after at the site"), "good", 3),
    CareState.AT_HOME: (_("You are looked after at home"), "good", 3),
    CareState.DISCHARGED: (_("Your care has ended"), "done", 4),
    CareState.DECLINED: (_("You did not want a place from us"), "done", 0),
    CareState.WITHDRAWN: (_("The result was corrected: you need no place"), "done", 0),
}
STEPS = (_("Questions"), _("Place"), _("Care"), _("Home again"))


@dataclass(frozen=True)
class CareShown:
    """What pages say of a care.

    :param step: the step reached of `STEPS`, 0 when it has ended without care.
    """

    care: Care
    words: Promise
    tone: str
    step: int

    @property
    def steps(self) -> tuple[Promise, ...]:
        """The steps of every care."""
        return STEPS

    @property
    def is_live(self) -> bool:
        """Whether it is under way."""
        return self.care.state in LIVE_CARES

    @property
    def takes_answers(self) -> bool:
        """Whether the questions can be answered (again)."""
        return self.care.state in OPEN_TO_ANSWERS

    @property
    def may_join(self) -> bool:
        """Whether the person may ask to stay together with somebody."""
        return self.care.state in (CareState.ASKED, CareState.WAITING, CareState.PLACED)

    @property
    def may_decline(self) -> bool:
        """Whether the person may still say that no place is wanted."""
        return self.is_live and self.care.state != CareState.ADMITTED

    @property
    def is_to_be_called(self) -> bool:
        """Whether the hotline calls because nobody knows how or where the person is."""
        is_lost = self.care.waiting_because == WaitingBecause.NOT_FOUND
        return self.care.state == CareState.ASKED or (self.care.state == CareState.WAITING and is_lost)

    @property
    def has_declined(self) -> bool:
        """Whether the person said that no place is wanted, and may change their mind."""
        return self.care.state == CareState.DECLINED

    @property
    def level(self) -> Shown | None:
        """The colour in words, once it is known."""
        return LEVELS[Level(self.care.level)] if self.care.level else None


def shown(care: Care) -> CareShown:
    """Return how a care is shown."""
    words, tone, step = PERSONS[care.state]
    return CareShown(care, words, tone, step)


def address_of(stay: Stay | None) -> str:
    """Return street, subdistrict, district and province of the site of a stay."""
    if stay is None:
        return ""
    area = stay.site.subdistrict
    return " ".join(filter(None, (stay.site.address, str(area), str(area.district), str(area.district.province))))


def context_of(page: CarePage) -> dict[str, object]:
    """Return what the templates about one care need."""
    held = page.promised
    return {
        "page": page,
        "care": page.care,
        "live": shown(page.care),
        "address": address_of(held),
        "is_on_the_way": held is not None and held.state == StayState.ON_THE_WAY,
        "may_leave": page.present is not None and page.present.state == StayState.LEAVING,
        "papers": page.papers,
    }
