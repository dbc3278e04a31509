"""One person's care as the person reads it: what is now, and what happens next."""

from dataclasses import dataclass
from datetime import date, datetime

from khumkan import policies
from khumkan.isolation.choices import Level
from khumkan.isolation.models import Care, Certificate, Observation, PartyRequest, Pickup, Stay, Triage
from khumkan.isolation.queries import discharges, estimates, parties, rounds
from khumkan.isolation.queries.estimates import Standing
from khumkan.isolation.rules import reasons
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.states import PRESENT, PROMISED, CareState, PickupState
from khumkan.isolation.terms.rounds import RoundTerms
from khumkan.isolation.terms.stays import StayTerms
from khumkan.isolation.terms.triage import TriageTerms
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Missing, Reason

#: While these hold, the person may answer the questions (again).
OPEN_TO_ANSWERS = (CareState.ASKED, CareState.WAITING, CareState.PLACED, CareState.AT_HOME)
IN_CARE = (CareState.ADMITTED, CareState.AT_HOME)


@dataclass(frozen=True)
class CarePage:
    """What a page about one care says.

    :param promised: the bed that is held, and `pickup_at` when its transport starts, where that is planned.
    :param present: the bed in which the person lies.
    :param why: the reasons for level and place.
    :param is_red: whether the latest answers show signs of severe illness.
    :param family: how many others stay together with the person.
    :param may_go_on: the first day on which the person may go home by the terms in force.
    """

    care: Care
    promised: Stay | None
    pickup_at: datetime | None
    present: Stay | None
    triage: Triage | None
    why: list[Reason]
    is_red: bool
    standing: Standing | None
    last_seen: Observation | None
    may_report: bool
    may_go_on: date | None
    family: int
    requests: list[PartyRequest]
    papers: list[Certificate]


def cares_of(person_id: int) -> list[Care]:
    """Return the cares of a person, the latest first."""
    rows = Care.objects.filter(person=person_id).select_related("person", "site")
    return list(rows.order_by("-opened_at", "-pk"))


def own(by: Actor, reference: str) -> Care:
    """Return a person's own care.

    :raises Missing: for an unknown one and a foreign one alike.
    """
    rows = Care.objects.filter(reference=references.normalise(reference)).select_related("person", "site")
    found = rows.first()
    if found is None or by.kind is not ActorKind.PERSON or by.id != found.person_id:
        raise Missing("no such care of this person")
    return found


def latest_of(person_id: int) -> Care | None:
    """Return the care of a person that is under way, or else the latest."""
    return Care.objects.filter(person=person_id).select_related("person", "site").order_by("-opened_at", "-pk").first()


def bed_of(care: Care) -> Stay | None:
    """Return the bed in which somebody lies, or else the one that is held, with its site. One query."""
    rows = Stay.objects.filter(care=care, state__in=[*PROMISED, *PRESENT])
    found = list(rows.select_related("site__subdistrict__district__province").order_by("pk"))
    return next((stay for stay in found if stay.state in PRESENT), found[-1] if found else None)


def page_of(care: Care) -> CarePage:
    """Return what a page says of a care. At most two dozen queries, whatever happened before."""
    stays = list(
        Stay.objects.filter(care=care, state__in=[*PROMISED, *PRESENT])
        .select_related("site__subdistrict__district__province", "room", "bed")
        .order_by("pk")
    )
    promised = next((stay for stay in stays if stay.state in PROMISED), None)
    triage = latest_triage(care)
    in_care = care.state in IN_CARE
    return CarePage(
        care=care,
        promised=promised,
        pickup_at=pickup_at(promised) if promised else None,
        present=next((stay for stay in stays if stay.state in PRESENT), None),
        triage=triage,
        why=reasons.read(triage.reasons) if triage else [],
        is_red=triage is not None and triage.level == Level.RED and care.state in OPEN_TO_ANSWERS,
        standing=estimates.standing_of(care) if care.state == CareState.WAITING else None,
        last_seen=rounds.latest(care) if in_care else None,
        may_report=in_care and policies.in_force(RoundTerms, on=clock.today()).self_report_allowed,
        may_go_on=_may_go_on(care) if in_care else None,
        family=len(parties.family_of(care)),
        requests=parties.open_requests(care) if care.state in OPEN_TO_ANSWERS else [],
        papers=papers_of(care),
    )


def latest_triage(care: Care) -> Triage | None:
    """Return the triage that holds."""
    return Triage.objects.filter(care=care).order_by("-at", "-pk").first()


def answers_before(care: Care) -> Answers | None:
    """Return what was answered last, to begin from when it is answered again."""
    triage = latest_triage(care)
    return Answers.from_json(triage.answers) if triage else None


def is_home_offered() -> bool:
    """Tell whether anybody is looked after at home by the terms in force."""
    return policies.in_force(TriageTerms, on=clock.today()).home_offered


def papers_of(care: Care) -> list[Certificate]:
    """Return the papers of a care that hold, the first issued first."""
    return list(Certificate.objects.filter(care=care, revoked_at=None).order_by("issued_at", "pk"))


def pickup_at(promised: Stay) -> datetime | None:
    """Return when the drive to a held bed begins, or None while none is planned. One query."""
    rows = Pickup.objects.filter(stay=promised, state=PickupState.PLANNED).select_related("run")
    found = rows.order_by("-pk").first()
    return found.run.starts_at if found else None


def _may_go_on(care: Care) -> date:
    return discharges.earliest_on(care, terms=policies.in_force(StayTerms, on=clock.today()))
