"""Files and cases in the words of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khumkan.hotline.choices import Reason
from khumkan.hotline.models import Case
from khumkan.hotline.permissions.cases import HOTLINE
from khumkan.hotline.queries.files import PersonFile
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.hotline.words import HAPPENED, OVERDUE, WORDS
from khumkan.isolation.states import CareState
from khumkan.isolation.words import WORDS as CARE
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.dates import show_date, show_hours
from khumkan.messages.models import Message
from khumkan.messages.states import NAMES
from khumkan.messages.states import State as MessageState
from khumkan.places.models import Site
from khumkan.screening.states import RegistrationState
from khumkan.screening.words import WORDS as TESTS
from khumkan.ui.shown import Shown
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.states import DoseState
from khumkan.vaccination.words import WORDS as DOSES


@dataclass(frozen=True)
class Part:
    """What one programme says of a person: how far it is, when and where, and the page with every act.

    :param when: day and hours in words; empty without a date.
    """

    title: str
    shown: Shown | None
    reference: str
    when: str
    where: str
    because: str
    href: str


@dataclass(frozen=True)
class MessageShown:
    """A message as the file shows it: what it was about and what became of it, never its text."""

    at: datetime
    about: str
    state: str


def shown_case(case: Case) -> Shown:
    """Return how a case is called: a live one whose time is over is overdue."""
    if case.state in LIVE_CASES and case.due_at <= clock.now():
        return OVERDUE
    return WORDS[CaseState(case.state)]


def shown_file(found: PersonFile, *, by: Actor) -> dict[str, object]:
    """Return what the template of a file needs."""
    return {
        "file": found,
        "person": found.person,
        "parts": [part for part in (_test(found), _care(found), _dose(found)) if part is not None],
        "cases": [(case, shown_case(case)) for case in found.cases],
        "happened": [(HAPPENED[event.name], event) for event in found.happened],
        "messages_sent": [_message(each) for each in found.messages],
        "reasons": Reason.choices,
        "may_open": by.has(*HOTLINE),
    }


def case_table(rows: Sequence[Case], caption: Promise, empty: Promise, *, page: str = "hotline:case") -> Table:
    """Return a table of cases; who they are about stays closed until one is opened.

    :param page: the view to which each case leads.
    """
    columns = (
        Column(
            _("Case"),
            lambda case: Cell(case.reference, href=reverse(page, args=[case.reference])),
            header=True,
        ),
        Column(_("Why the person calls"), lambda case: case.get_reason_display()),
        Column(_("Case state"), _state),
        Column(_("Due"), "due_at"),
    )
    return Table(caption=caption, rows=rows, columns=columns, empty=empty)


def _state(case: Case) -> Cell:
    shown = shown_case(case)
    return Cell(str(shown.words), tone=shown.tone)


def _test(found: PersonFile) -> Part | None:
    test = found.test
    if test is None:
        return None
    session = test.session if test.state == RegistrationState.BOOKED else None
    return Part(
        title=_("Test"),
        shown=TESTS[RegistrationState(test.state)],
        reference=test.reference,
        when=_when(session.day, session.starts_at, session.ends_at) if session else "",
        where=_where(session.site) if session else "",
        because=test.get_waiting_because_display() if test.state == RegistrationState.WAITING else "",
        href=reverse("screening:desk_person", args=[found.person.reference]),
    )


def _dose(found: PersonFile) -> Part | None:
    dose = found.dose
    if dose is None:
        return None
    session = dose.session
    return Part(
        title=_("Vaccination"),
        shown=DOSES[DoseState(dose.state)],
        reference=dose.reference,
        when=_when(session.day, session.starts_at, session.ends_at) if session else "",
        where=_where(session.site) if session else "",
        because=dose.get_waiting_because_display() if session is None else "",
        href=reverse("vaccination:desk_person", args=[found.person.reference]),
    )


def _care(found: PersonFile) -> Part | None:
    care, bed = found.care, found.bed
    if care is None:
        return None
    return Part(
        title=_("Care"),
        shown=CARE[CareState(care.state)],
        reference=care.reference,
        when="",
        where=_where(bed.site) if bed is not None else "",
        because=care.get_waiting_because_display() if care.state == CareState.WAITING else "",
        href=reverse("isolation:desk_care", args=[found.person.reference]),
    )


def _when(day: date, starts: datetime, ends: datetime) -> str:
    language = get_language() or "th"
    return f"{show_date(day, language, weekday=True)}, {show_hours(starts, ends, language)}"


def _where(site: Site) -> str:
    return f"{site} {site.address}".strip()


def _message(message: Message) -> MessageShown:
    return MessageShown(message.created_at, _about(message.template), _(NAMES[MessageState(message.state)]))


def _about(template: str) -> str:
    """Return what a message was about, by the programme that sent it."""
    words = {
        "screening": _("About the test"),
        "isolation": _("About care"),
        "vaccination": _("About the vaccination"),
        "hotline": _("From the hotline"),
    }
    return words.get(template.split(".")[0], _("From the office"))
