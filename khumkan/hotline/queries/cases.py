"""Cases as the hotline sees them: scoped to provinces, ordered, with what a page needs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from khumkan import record
from khumkan.accounts.queries import names_of
from khumkan.hotline.choices import Skill, Spoken, StepKind
from khumkan.hotline.models import Case, CaseStep
from khumkan.hotline.permissions.cases import province_codes
from khumkan.hotline.queries import callers
from khumkan.hotline.rules.reasons import Handling, handling_of
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.hotline.terms.cases import CaseTerms
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.policies import in_force

#: Cases of one person that their file shows.
MOST_OF_PERSON = 10
DAY = timedelta(days=1)


@dataclass(frozen=True)
class StepShown:
    """One step of a case, opened.

    :param who: the user name; empty for Khumkan itself.
    :param to: the user name of who got the case at this step.
    """

    kind: StepKind
    at: datetime
    who: str
    note: str
    to: str
    step: CaseStep


@dataclass(frozen=True)
class CasePage:
    """What a page about one case says.

    :param others: other live cases of the same person, into which it could be merged.
    """

    case: Case
    handling: Handling
    owner: str
    steps: Sequence[StepShown]
    others: Sequence[Case]


@dataclass(frozen=True)
class QueueCount:
    """How many cases lie in one queue, and how many of them are overdue."""

    skill: Skill
    language: Spoken
    waiting: int
    overdue: int


def cases_for(by: Actor) -> "QuerySet[Case]":
    """Return the cases of the actor's provinces, in no order: add one, and a limit."""
    codes = province_codes(by)
    return Case.objects.all() if codes is None else Case.objects.filter(province_code__in=codes)


def exists(reference: str) -> bool:
    """Tell whether there is a case with this reference; whoever asks sees no more than that. One query."""
    return Case.objects.filter(reference=references.normalise(reference)).exists()


def case_for(by: Actor, reference: str) -> Case:
    """Return one case with its person, and note that the actor saw them. Two queries.

    :raises Missing: for an unknown case and one of other provinces alike.
    """
    rows = cases_for(by).filter(reference=references.normalise(reference))
    found = rows.select_related("person", "employer", "owner", "merged_into").first()
    if found is None:
        raise Missing("no such case for this actor")
    if found.person_id is not None:
        record.saw(by=by, person_ids=[found.person_id], page="hotline:case")
    return found


def page_of(case: Case) -> CasePage:
    """Return what a page says of a case. Three queries."""
    rows = list(CaseStep.objects.filter(case=case).order_by("at", "pk"))
    given = {row.data["owner"] for row in rows if isinstance(row.data.get("owner"), int)}
    names = names_of({*given, *(row.by_staff for row in rows if row.by_staff is not None)})
    shown = [
        StepShown(
            StepKind(row.kind),
            row.at,
            names.get(row.by_staff or 0, ""),
            callers.note_of(row),
            names.get(row.data.get("owner", 0), ""),
            row,
        )
        for row in rows
    ]
    owner = case.owner.username if case.owner is not None else ""
    return CasePage(case, handling_of(case.reason), owner, shown[::-1], others_of(case))  # type: ignore[arg-type]


def others_of(case: Case) -> list[Case]:
    """Return the other live cases of the same person, the first due first. One query where there is a person."""
    if case.person_id is None or case.state not in LIVE_CASES:
        return []
    rows = Case.objects.live().filter(person=case.person_id).exclude(pk=case.pk)
    return list(rows.order_by("due_at", "pk")[:MOST_OF_PERSON])


def of_person(person_id: int) -> list[Case]:
    """Return the latest cases of a person, the newest first. One query."""
    return list(Case.objects.filter(person=person_id).order_by("-opened_at", "-pk")[:MOST_OF_PERSON])


def mine(by: Actor) -> "QuerySet[Case]":
    """Return the live cases that lie with the actor, the first due first."""
    return Case.objects.live().filter(owner=by.id).order_by("due_at", "pk")


def queued(by: Actor, *, skill: str = "") -> "QuerySet[Case]":
    """Return the cases that nobody has, the first to be served first; of one skill, when it is given."""
    rows = _within(Case.objects.queued(), by)
    return rows.filter(skill=skill) if skill in Skill.values else rows


def counts(by: Actor) -> list[QueueCount]:
    """Return how many cases lie in each queue that has any. One query."""
    now = clock.now()
    rows = _within(Case.objects.filter(state=CaseState.NEW), by).values("skill", "language")
    found = rows.annotate(waiting=Count("pk"), overdue=Count("pk", filter=Q(due_at__lte=now)))
    return [
        QueueCount(Skill(row["skill"]), Spoken(row["language"]), row["waiting"], row["overdue"])
        for row in found.order_by("skill", "-language")
    ]


def escalated(by: Actor) -> "QuerySet[Case]":
    """Return the live cases that were passed up, the longest ago first."""
    return _within(Case.objects.live(), by).filter(escalated_at__isnull=False).order_by("escalated_at", "pk")


def overdue(by: Actor) -> "QuerySet[Case]":
    """Return the live cases whose time is over, the longest overdue first."""
    return _within(Case.objects.overdue(now=clock.now()), by)


def stuck(by: Actor) -> "QuerySet[Case]":
    """Return the live cases that opened by themselves because a chain stands still, the first due first."""
    return _within(Case.objects.live(), by).exclude(chain="").order_by("due_at", "pk")


def chosen(by: Actor, case_references: Sequence[str]) -> list[Case]:
    """Return cases by their references, as far as the actor may see them, in the order of their ids. One query."""
    wanted = [found for one in case_references if (found := references.read(one)) is not None]
    return list(cases_for(by).filter(reference__in=wanted).order_by("pk"))


def to_review(by: Actor) -> list[Case]:
    """Return closed cases of yesterday drawn at random for this supervisor: the same all day. One query."""
    number = in_force(CaseTerms, on=clock.today()).reviewed_a_day
    begins, ends = clock.day_span(clock.today() - DAY)
    rows = _within(Case.objects.filter(state=CaseState.DONE, closed_at__range=(begins, ends)), by)
    rows = rows.exclude(closed_by=None).exclude(closed_by=by.id).filter(review=None)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    drawn = random.Random(f"{clock.today().isoformat()}.{by.id}").sample(ids, min(number, len(ids)))  # noqa: S311 no secret
    return list(Case.objects.filter(pk__in=drawn).order_by("pk"))


def count_mine(by: Actor) -> int:
    """Return how many cases of the actor are overdue. One query."""
    return mine(by).filter(due_at__lte=clock.now()).count()


def _within(rows: "QuerySet[Case]", by: Actor) -> "QuerySet[Case]":
    codes = province_codes(by)
    return rows if codes is None else rows.filter(province_code__in=codes)
