"""The list of those who wait for a bed, as officers see it."""

from dataclasses import dataclass

from django.db.models import Count, IntegerField
from django.db.models.expressions import RawSQL

from khumkan import policies
from khumkan.isolation.choices import Level, WaitingBecause
from khumkan.isolation.models import Care, Stay, Triage
from khumkan.isolation.models.cares import CareQuerySet
from khumkan.isolation.permissions.cares import is_officer_of, province_codes
from khumkan.isolation.queries import my_care
from khumkan.isolation.rules import reasons
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.rules.priority import priority_of, waiting_points
from khumkan.isolation.states import CareState
from khumkan.isolation.terms.triage import PriorityTerms
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Reason
from khumkan.places import queries as places


@dataclass(frozen=True)
class Entry:
    """One who waits, with the reasons.

    :param answers: of the latest triage, and `why` what followed from them.
    :param first: what makes the person come first, and `waited` the points for waiting so far.
    :param tried: the beds that were held before, the latest first.
    """

    care: Care
    triage: Triage | None
    answers: Answers
    why: list[Reason]
    first: tuple[Reason, ...]
    waited: int
    tried: list[Stay]

    @property
    def points(self) -> int:
        """All points: what counts in the order."""
        return self.care.points + self.waited


def waiting_for(by: Actor, *, province: str = "", level: str = "", because: str = "") -> CareQuerySet:
    """Return who waits in the officer's provinces, with person and family, the first to be served first.

    Each has `points_now`: the points with those for waiting, by which the matching goes.
    """
    rows = _scoped(by).filter(state=CareState.WAITING).select_related("person", "party")
    rows = rows.annotate(points_now=_points_now()).order_by("-points_now", "waiting_since", "pk")
    if province:
        rows = rows.filter(province_code=province)
    if level in map(str, Level.values):
        rows = rows.filter(level=int(level))
    return rows.filter(waiting_because=because) if because in WaitingBecause.values else rows


def counts(by: Actor) -> list[tuple[WaitingBecause, int]]:
    """Return how many wait in the officer's provinces for each reason that holds for somebody. One query."""
    rows = _scoped(by).filter(state=CareState.WAITING).values_list("waiting_because")
    found = dict(rows.annotate(count=Count("pk")).order_by("waiting_because"))
    return [(because, found[because]) for because in WaitingBecause if because in found]


def provinces_of(by: Actor) -> list[tuple[str, str]]:
    """Return code and name of the officer's provinces, in Thai dictionary order. One query."""
    rows, codes = places.provinces(), province_codes(by, Role.OFFICER)
    return [(each.code, str(each)) for each in (rows if codes is None else rows.filter(code__in=codes))]


def care_for(by: Actor, reference: str) -> Care:
    """Return a care within an officer's provinces.

    :raises Missing: for an unknown one and a foreign one alike.
    """
    rows = Care.objects.filter(reference=references.normalise(reference)).select_related("person", "party", "site")
    found = rows.first()
    if found is None or not is_officer_of(by, found.province_code):
        raise Missing("no such care within this officer's provinces")
    return found


def entry_of(care: Care) -> Entry:
    """Return one who waits with every reason. Four queries and the terms."""
    triage = my_care.latest_triage(care)
    answers = Answers.from_json(triage.answers) if triage else Answers()
    tried = Stay.objects.filter(care=care).exclude(ended_because="").select_related("site").order_by("-made_at", "-pk")
    return Entry(
        care=care,
        triage=triage,
        answers=answers,
        why=reasons.read(triage.reasons) if triage else [],
        first=_first(triage, answers, care),
        waited=_waited(care),
        tried=list(tried),
    )


def _points_now() -> RawSQL:
    """Return the points of a care with those for waiting; the same as `rules.priority.waiting_points`."""
    terms = policies.in_force(PriorityTerms, on=clock.today())
    return RawSQL(
        "isolation_care.points + least(greatest(floor(extract(epoch FROM %s - isolation_care.waiting_since) / 3600 "
        "* %s), 0), %s)::int",
        (clock.now(), terms.points_an_hour, terms.waiting_most),
        output_field=IntegerField(),
    )


def _waited(care: Care) -> int:
    """Return the points that somebody has for waiting."""
    if care.waiting_since is None:
        return 0
    hours = (clock.now() - care.waiting_since).total_seconds() / 3600
    return waiting_points(hours, policies.in_force(PriorityTerms, on=clock.today()))


def _first(triage: Triage | None, answers: Answers, care: Care) -> tuple[Reason, ...]:
    """Return the reasons for the points, by the terms of the day of the triage, by which they were counted."""
    if triage is None:
        return ()
    on = clock.bangkok(triage.at).date()
    terms = policies.in_force(PriorityTerms, on=on)
    return priority_of(answers, level=Level(triage.level), age=care.person.age_on(on), terms=terms).reasons


def _scoped(by: Actor) -> CareQuerySet:
    codes = province_codes(by, Role.OFFICER)
    return Care.objects.all() if codes is None else Care.objects.filter(province_code__in=codes)
