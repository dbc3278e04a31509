"""What a nurse looks at who stands before one person: values so far, what was told, the doctor's word, the next bed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from khumkan.isolation.choices import Condition, FacilityKind, Need
from khumkan.isolation.models import Care, Discharge, Escalation, Facility, Observation, Stay, Triage
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.rules import reasons
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.states import PROMISED, CareState, EscalationState
from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Reason

#: Twice a day for two weeks.
MOST_SHOWN = 28


@dataclass(frozen=True)
class Told:
    """What was told at triage.

    :param medicines: names of medicines, opened for whoever looks after the person.
    """

    answers: Answers
    reasons: list[Reason]
    medicines: str
    at: datetime
    told_by: str

    @property
    def conditions(self) -> list[str]:
        """Long illnesses in words."""
        return [str(Condition(each).label) for each in self.answers.conditions]

    @property
    def weight(self) -> str:
        """Weight with its unit."""
        return f"{self.answers.weight_kg} {_('kg')}"

    @property
    def needs(self) -> list[str]:
        """What the person needs, in words."""
        return [str(Need(each).label) for each in self.answers.needs]


@dataclass(frozen=True)
class Bedside:
    """One person as the nurse sees them.

    :param facility: the site that looks after the person.
    :param stay: where the person lies; None at home.
    :param next_stay: the bed that is held for a transfer.
    :param escalation: the open one.
    :param discharge: confirmed, and the person has not left.
    :param seen: what was measured, the newest first.
    """

    care: Care
    facility: Facility
    stay: Stay | None
    next_stay: Stay | None
    escalation: Escalation | None
    discharge: Discharge | None
    seen: Sequence[Observation]
    told: Told | None

    @property
    def age(self) -> int | None:
        """Full years of age today."""
        return self.care.person.age_on(clock.today())

    @property
    def day(self) -> int:
        """The day of the illness, counted from the positive specimen as day 0."""
        return (clock.today() - self.care.found_on).days

    @property
    def found_on(self) -> date:
        """Day of the positive specimen."""
        return self.care.found_on

    @property
    def may_step_down(self) -> bool:
        """Whether a doctor may send the person back to a hospitel."""
        in_hospital = self.facility.kind == FacilityKind.HOSPITAL
        return in_hospital and self.stay is not None and self.escalation is None and self.discharge is None


def cares_at(by: Actor) -> QuerySet[Care]:
    """Return the people whom the sites of a nurse look after now."""
    rows = Care.objects.filter(state__in=[CareState.ADMITTED, CareState.AT_HOME], site__isnull=False)
    allowed = permissions.site_ids(by, Role.NURSE)
    found = rows if allowed is None else rows.filter(site__in=allowed)
    return found.select_related("person", "site").order_by("pk")


def care_at(by: Actor, reference: str) -> Care:
    """Return the care of one person whom the sites of a nurse look after now.

    :raises Missing: when there is none.
    """
    found = cares_at(by).filter(reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("nobody in care at these sites")
    return found


def bedside(care: Care) -> Bedside:
    """Return everything about one person for the nurse. Seven queries."""
    now = clock.now()
    stays = Stay.objects.select_related("bed", "room", "site").order_by("pk")
    triage = Triage.objects.filter(care=care).order_by("-at", "-pk").first()
    return Bedside(
        care=care,
        facility=Facility.objects.get(pk=care.site_id),
        stay=stays.filter(care=care).present().first(),
        next_stay=stays.filter(care=care, state__in=PROMISED, blocks__endswith__gt=now).first(),
        escalation=open_escalation(care),
        discharge=Discharge.objects.filter(care=care, taken_back_at=None).first(),
        seen=list(Observation.objects.filter(care=care).order_by("-at", "-pk")[:MOST_SHOWN]),
        told=_told(triage) if triage else None,
    )


def open_escalation(care: Care) -> Escalation | None:
    """Return the escalation of somebody that is not closed."""
    return Escalation.objects.filter(care=care).exclude(state=EscalationState.CLOSED).order_by("pk").first()


def _told(triage: Triage) -> Told:
    sealed = triage.medicines_sealed
    where = f"isolation_triage.medicines.{triage.care_id}"
    return Told(
        answers=Answers.from_json(triage.answers),
        reasons=reasons.read(triage.reasons),
        medicines=crypto.open_sealed(bytes(sealed), where=where).decode() if sealed else "",
        at=triage.at,
        told_by=triage.get_told_by_display(),
    )
