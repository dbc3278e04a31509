"""One person's vaccination in the words of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.dates import show_date, show_hours
from khumkan.vaccination.choices import Struck, WaitingBecause
from khumkan.vaccination.models import Session
from khumkan.vaccination.queries.mine import Happened, MyPage
from khumkan.vaccination.states import DoseState, EnrolmentState

STEPS = (_("Your answer"), _("Day and place"), _("Vaccination"), _("All doses"))
#: How a state is called on the person's own page, in which colour, and which step it is; 0 when it has ended.
ENROLLED: Mapping[str, tuple[Promise, str, int]] = {
    EnrolmentState.INVITED: (_("Do you want the Covid vaccination?"), "wait", 1),
    EnrolmentState.CONFIRMED: (_("You are in the queue for a date"), "wait", 2),
    EnrolmentState.DECLINED: (_("You said that you do not want the vaccination"), "done", 0),
    EnrolmentState.WITHDRAWN: (_("You said that you do not want the vaccination"), "done", 0),
    EnrolmentState.COMPLETED: (_("You have had every dose"), "good", 4),
    EnrolmentState.ENDED: (_("The office ended your vaccination"), "done", 0),
}
#: The same while a dose is to come.
COMING: Mapping[str, tuple[Promise, str, int]] = {
    DoseState.WAITING: (_("You are in the queue for a date"), "wait", 2),
    DoseState.BOOKED: (_("You have a date"), "good", 3),
    DoseState.AT_SITE: (_("You are at the vaccination site"), "info", 3),
}
#: The same for whoever did not come so often that somebody decides whether a date is given.
MISSED: tuple[Promise, str, int] = (_("You did not come to your dates"), "wait", 2)
TITLES: Mapping[str, tuple[Promise, str]] = {
    "invited": (_("Your employer put you on its list"), "info"),
    "asked_again": (_("We asked you again"), "plain"),
    "confirmed": (_("You said that you want it"), "good"),
    "declined": (_("You said that you do not want it"), "done"),
    "withdrawn": (_("You changed your mind: you do not want it"), "done"),
    "wish_changed": (_("You said where it suits you better"), "plain"),
    "waiting": (_("You were put in the queue"), "wait"),
    "booked": (_("You were given a date"), "good"),
    "moved": (_("Your date was changed"), "info"),
    "waits_again": (_("Your date fell away"), "bad"),
    "missed": (_("You did not come to your date"), "bad"),
    "planned_again": (_("It was decided that you get a date again"), "good"),
    "arrived": (_("You came to the site"), "info"),
    "turned_back": (_("You were sent home without a dose"), "bad"),
    "given": (_("You were vaccinated"), "good"),
    "completed": (_("You have had every dose"), "good"),
    "injection_struck": (_("A record of a dose was struck"), "bad"),
}
#: Where the way to a site is shown; the place goes there only when somebody follows the link.
DIRECTIONS = "https://www.google.com/maps/dir/?api=1&destination={latitude:.6f},{longitude:.6f}"


@dataclass(frozen=True)
class MomentShown:
    """One thing that happened, as the page says it."""

    at: datetime
    title: Promise
    tone: str
    detail: str


@dataclass(frozen=True)
class VaccinationShown:
    """What pages say of a vaccination.

    :param step: the step reached of `STEPS`, 0 when it has ended.
    """

    words: Promise
    tone: str
    step: int

    @property
    def steps(self) -> tuple[Promise, ...]:
        """The steps of every vaccination."""
        return STEPS


def shown(page: MyPage) -> VaccinationShown:
    """Return how a vaccination is shown."""
    if page.visit is not None:
        return VaccinationShown(*COMING[DoseState.AT_SITE])
    if page.needs_officer:
        return VaccinationShown(*MISSED)
    if page.enrolment.state == EnrolmentState.CONFIRMED and page.dose is not None:
        return VaccinationShown(*COMING[page.dose.state])
    return VaccinationShown(*ENROLLED[page.enrolment.state])


def context_of(page: MyPage) -> dict[str, object]:
    """Return what the templates about one vaccination need."""
    session = page.dose.session if page.dose is not None else None
    return {
        "page": page,
        "enrolment": page.enrolment,
        "dose": page.dose,
        "live": shown(page),
        "session": session,
        "hours": hours_of(session) if session else "",
        "address": address_of(session),
        "directions": directions_to(session) if session else "",
        "moments": moments_of(page.happened),
        "is_willing": page.enrolment.state in (EnrolmentState.INVITED, EnrolmentState.CONFIRMED),
    }


def address_of(session: Session | None) -> str:
    """Return street, subdistrict, district and province of the site of a session."""
    if session is None:
        return ""
    area = session.site.subdistrict
    return " ".join(filter(None, (session.site.address, str(area), str(area.district), str(area.district.province))))


def directions_to(session: Session) -> str:
    """Return the link to a map with the way to the site."""
    return DIRECTIONS.format(latitude=session.site.latitude, longitude=session.site.longitude)


def hours_of(session: Session) -> str:
    """Return from when to when the session goes."""
    return show_hours(session.starts_at, session.ends_at, get_language() or "th")


def moments_of(happened: Sequence[Happened]) -> list[MomentShown]:
    """Return what happened in words."""
    return [MomentShown(one.at, *TITLES[one.name], _detail(one)) for one in happened]


def _detail(one: Happened) -> str:
    parts = []
    if one.number is not None:
        parts.append(gettext("Dose %(number)s") % {"number": one.number})
    if one.session is not None:
        day = show_date(one.session.day, get_language() or "th", weekday=True)
        parts.append(f"{day}, {hours_of(one.session)}, {one.session.site}")
    if one.because in WaitingBecause.values and one.name != "missed":
        parts.append(str(WaitingBecause(one.because).label))
    elif one.because in Struck.values:
        parts.append(str(Struck(one.because).label))
    if one.is_for_the_person:
        parts.append(gettext("By the hotline or the office, for you"))
    return " · ".join(parts)
