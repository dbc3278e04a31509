"""Who may go home today, who not yet and why: for a whole site at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Prefetch, Q

from khumkan import policies
from khumkan.isolation.choices import Level
from khumkan.isolation.models import Care, Discharge, Escalation, Observation, Stay, Triage
from khumkan.isolation.queries.discharges import observed
from khumkan.isolation.rules import discharge as rules
from khumkan.isolation.rules.discharge import Observed
from khumkan.isolation.states import CareState
from khumkan.isolation.terms.stays import StayTerms
from khumkan.kernel import clock
from khumkan.kernel.errors import Verdict


class Stage(StrEnum):
    """How near somebody is to going home, in the order of the list."""

    CORRECTED = "corrected"  # the result was corrected: may go at once
    PROPOSED = "proposed"  # the terms let them go today
    DOCTOR = "doctor"  # the days are over, and a doctor may decide
    CONFIRMED = "confirmed"  # has not left yet
    NOT_YET = "not_yet"


ORDER = tuple(Stage)


@dataclass(frozen=True, slots=True)
class Going:
    """One person on the list of those who go home.

    :param verdict: what the terms in force say today, with every reason why not.
    :param bed: label of the bed, or empty at home.
    :param discharge: what was confirmed; None when nobody has confirmed anything.
    """

    care: Care
    stage: Stage
    verdict: Verdict
    earliest_on: date
    bed: str
    discharge: Discharge | None
    has_escalation: bool

    @property
    def title(self) -> str:
        """Bed and name, or the name of somebody at home."""
        name = self.care.person.full_name
        return f"{self.bed} · {name}" if self.bed else name

    @property
    def is_at_home(self) -> bool:
        """Whether the person is looked after at home: then the discharge is the end."""
        return self.care.state == CareState.AT_HOME


def going(site_id: int, *, only: int | None = None) -> list[Going]:
    """Return the people of a site by how near they are to going home. Four queries, and the terms.

    :param only: one care alone.
    """
    terms = policies.in_force(StayTerms, on=clock.today())
    cares = _cares(site_id, only)
    seen = _seen([care.pk for care in cares], terms)
    found = [_going(care, seen[care.pk], terms) for care in cares]
    return sorted(found, key=lambda one: (ORDER.index(one.stage), one.earliest_on, one.bed, one.care.reference))


def by_stage(found: Sequence[Going]) -> list[tuple[Stage, list[Going]]]:
    """Return the people of a list under their stages; a stage without anybody is left out."""
    return [(stage, list(rows)) for stage, rows in groupby(found, key=lambda one: one.stage)]


def _cares(site_id: int, only: int | None) -> list[Care]:
    was_red = (
        Exists(model.objects.filter(care=OuterRef("pk"), level=Level.RED))
        for model in (Triage, Observation, Escalation)
    )
    severe = Q(level=Level.RED)
    for each in was_red:
        severe |= Q(each)
    rows = Care.objects.filter(site=site_id, state__in=[CareState.ADMITTED, CareState.AT_HOME])
    if only is not None:
        rows = rows.filter(pk=only)
    return list(
        rows.annotate(
            severe=severe,
            is_escalated=Exists(Escalation.objects.filter(care=OuterRef("pk")).exclude(state="closed")),
        )
        .select_related("person")
        .prefetch_related(
            Prefetch("stays", Stay.objects.present().annotate(label=F("bed__label")).order_by("pk"), to_attr="present"),
            Prefetch("discharges", Discharge.objects.filter(taken_back_at=None).order_by("pk"), to_attr="confirmed"),
        )
        .order_by("pk")
    )


def _seen(care_ids: Sequence[int], terms: StayTerms) -> dict[int, list[Observed]]:
    now = clock.now()
    since = min(clock.day_span(clock.today())[0], now - timedelta(hours=terms.free_of_fever_hours))
    rows = Observation.objects.filter(care__in=care_ids, at__gte=since).order_by("at", "pk")
    found: dict[int, list[Observed]] = defaultdict(list)
    for row in rows:
        found[row.care_id].append(observed(row))
    return found


def _going(care: Care, seen: Sequence[Observed], terms: StayTerms) -> Going:
    severe, is_escalated = care.severe, care.is_escalated  # type: ignore[attr-defined]
    present, confirmed = care.present, care.confirmed  # type: ignore[attr-defined]
    earliest = rules.earliest(care.found_on, care.symptom_on, terms, severe=severe)
    verdict = rules.may_go(seen, earliest_on=earliest, now=clock.now(), terms=terms)
    discharge = next(iter(confirmed), None)
    return Going(
        care=care,
        stage=_stage(care, verdict, discharge),
        verdict=verdict,
        earliest_on=earliest,
        bed=present[0].label if present else "",
        discharge=discharge,
        has_escalation=is_escalated,
    )


def _stage(care: Care, verdict: Verdict, discharge: Discharge | None) -> Stage:
    if discharge is not None:
        return Stage.CONFIRMED
    if care.result_corrected_at is not None:
        return Stage.CORRECTED
    if verdict.allowed:
        return Stage.PROPOSED
    return Stage.DOCTOR if rules.doctor_may_decide(verdict) else Stage.NOT_YET
