"""A registration in the words of a page."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.places.models import Site
from khumkan.screening.models import Registration
from khumkan.screening.states import RegistrationState

#: How a state is called on the person's own page, in which colour, and which step of four it is.
PERSONS: Mapping[str, tuple[Promise, str, int]] = {
    RegistrationState.WAITING: (_("Waiting for a place"), "wait", 2),
    RegistrationState.BOOKED: (_("You have a place"), "good", 3),
    RegistrationState.CHECKED_IN: (_("You are checked in"), "info", 3),
    RegistrationState.SAMPLED: (_("The laboratory is testing"), "info", 4),
    RegistrationState.ANSWERED: (_("The answer is ready"), "good", 4),
    RegistrationState.DECLINED: (_("You declined"), "done", 0),
    RegistrationState.MISSED: (_("You did not come"), "bad", 0),
    RegistrationState.TURNED_AWAY: (_("You were not tested"), "bad", 0),
    RegistrationState.CANCELLED: (_("Ended"), "done", 0),
}
STEPS = (_("Registered"), _("Place"), _("Test"), _("Answer"))


@dataclass(frozen=True)
class Shown:
    """What pages say of a registration.

    :param step: the step reached of `STEPS`, 0 when it has ended without an answer.
    """

    registration: Registration
    words: Promise
    tone: str
    step: int

    @property
    def site(self) -> Site | None:
        """Where the place is."""
        return self.registration.session.site if self.registration.session else None

    @property
    def is_booked(self) -> bool:
        """Whether there is a place to come to."""
        return self.registration.state == RegistrationState.BOOKED

    @property
    def is_waiting(self) -> bool:
        """Whether there is no place yet."""
        return self.registration.state == RegistrationState.WAITING

    @property
    def is_cancelled_there(self) -> bool:
        """Whether the session was cancelled and the person is just being moved."""
        session = self.registration.session
        return self.is_booked and session is not None and session.cancelled_at is not None

    @property
    def steps(self) -> tuple[Promise, ...]:
        """The steps of every test."""
        return STEPS

    @property
    def street(self) -> str:
        """Street of the place: enough for a list, and nothing more is asked of the database."""
        return self.site.address if self.site else ""

    @property
    def address(self) -> str:
        """Street, subdistrict, district and province of the place."""
        site = self.site
        if site is None:
            return ""
        area = site.subdistrict
        return " ".join(filter(None, (site.address, str(area), str(area.district), str(area.district.province))))


def shown(registration: Registration | None) -> Shown | None:
    """Return how a registration is shown, or None without one."""
    if registration is None:
        return None
    words, tone, step = PERSONS[registration.state]
    return Shown(registration, words, tone, step)
