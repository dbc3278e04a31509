"""Certificates, doses and events in the words of a page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.kernel import clock
from khumkan.ui import filters
from khumkan.ui.shown import Shown
from khumkan.vaccination.choices import Reaction, Vaccine
from khumkan.vaccination.models import AdverseEvent
from khumkan.vaccination.queries.aftercare import Words
from khumkan.vaccination.rules.certificates import COUNTRY, Checked, Content, DoseGiven
from khumkan.vaccination.states import AdverseState
from khumkan.vaccination.words import OUTCOMES, WORDS

#: Years by which the Buddhist era is ahead.
BUDDHIST = 543


@dataclass(frozen=True)
class CheckShown:
    """What a check found, and what the certificate says where its signature is right."""

    shown: Shown
    advice: Promise
    facts: list[tuple[str, str]]


def shown_check(checked: Checked) -> CheckShown:
    """Return what a check found, in words."""
    shown, advice = OUTCOMES[checked.outcome]
    return CheckShown(shown, advice, facts_of(checked.content) if checked.content is not None else [])


def told(checked: Checked | None) -> dict[str, object]:
    """Return what a check found, for a program; nothing of what a certificate says whose signature is wrong."""
    if checked is None:
        return {"outcome": None}
    if checked.content is None:
        return {"outcome": checked.outcome.value}
    content = checked.content
    return {
        "outcome": checked.outcome.value,
        "code": content.code,
        "name": content.name,
        "born": content.born,
        "country": content.country,
        "issuer": content.issuer,
        "issued_at": content.issued_at.isoformat(),
        "expires_at": content.expires_at.isoformat(),
        "doses": [
            {"number": dose.number, "vaccine": dose.vaccine, "on": dose.on.isoformat()} for dose in content.doses
        ],
    }


def facts_of(content: Content) -> list[tuple[str, str]]:
    """Return all that a certificate says, as names and values."""
    born = content.born + (BUDDHIST if filters.language() == "th" else 0) if content.born is not None else ""
    return [
        (_("Name"), content.name),
        (_("Year of birth"), str(born)),
        *((_("Dose %(number)s") % {"number": dose.number}, _dose(dose)) for dose in content.doses),
        (_("Country"), _("Thailand") if content.country == COUNTRY else content.country),
        (_("Issued by"), content.issuer),
        (_("Issued"), filters.date_words(content.issued_at)),
        (_("Valid until"), filters.date_words(content.expires_at - timedelta(seconds=1))),
        (_("Code"), content.code),
    ]


def _dose(dose: DoseGiven) -> str:
    """Write a dose of a certificate; a vaccine that we do not know is called as it is written."""
    vaccine = str(Vaccine(dose.vaccine).label) if dose.vaccine in Vaccine.values else dose.vaccine
    return f"{vaccine}, {filters.date_words(dose.on)}"


def labels(reactions: Words) -> list[str]:
    """Return what was ticked, in words."""
    return [str(Reaction(each).label) for each in reactions.reactions]


def state_of(event: AdverseEvent) -> Shown:
    """Return the words and colour of an event's state."""
    return WORDS[AdverseState(event.state)]


def own_state_of(event: AdverseEvent) -> Shown:
    """Return the same in words for the person, whom it does not help that an office still looks for a doctor."""
    if event.state == AdverseState.REPORTED:
        return Shown(gettext_lazy("The office has your report"), "wait")
    return state_of(event)


def urgency(event: AdverseEvent, *, now: datetime) -> tuple[str, str]:
    """Return until when somebody has to have an event, in words, and the colour: late ones are red."""
    if event.state != AdverseState.REPORTED:
        return "", "plain"
    hours = int((event.due_at - now).total_seconds()) // 3_600
    if hours < 0:
        return _("%(hours)s hours late") % {"hours": -hours}, "bad"
    if hours < 48:
        return _("within %(hours)s hours") % {"hours": hours + 1}, "wait"
    return _("within %(days)s days") % {"days": hours // 24 + 1}, "plain"


def is_over(event: AdverseEvent) -> bool:
    """Tell whether the time to pass an event on is over."""
    return event.state == AdverseState.REPORTED and event.due_at <= clock.now()
