"""Reading employers' lists: for the HR office of the employer, for its software, and for officers of the province."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing, Reason
from khumkan.policies import queries as policy_queries
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer, IdentityDocument
from khumkan.vaccination.choices import ListedBy, RowVerdict
from khumkan.vaccination.models import ListFile, Listing, ListRequest, ListRow, PhaseDetail, Roster
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries.phases import PROGRAMME, PlannedPhase, awaiting_districts, is_running
from khumkan.vaccination.rules.lists import LEAST_FOR_NUMBERS, is_open
from khumkan.vaccination.states import ListFileState, RequestState, RosterState

OPEN_FILES = (ListFileState.WAITING, ListFileState.CHECKED)
#: Of everybody who was ever on the list: taking one person off and putting them back must change no number.
_FIGURES = """
SELECT count(*) FILTER (WHERE e.state = 'invited'), count(*) FILTER (WHERE e.state IN ('confirmed', 'completed')),
       count(*) FILTER (WHERE e.state IN ('declined', 'withdrawn')),
       count(*) FILTER (WHERE EXISTS (SELECT FROM vaccination_dose d WHERE d.person_id = l.person_id
                                      AND d.state IN ('booked', 'at_site'))),
       count(*) FILTER (WHERE EXISTS (SELECT FROM vaccination_dose d WHERE d.person_id = l.person_id
                                      AND d.state = 'given'))
FROM vaccination_listing l LEFT JOIN vaccination_enrolment e ON e.person_id = l.person_id
WHERE l.roster_id = %s
"""


@dataclass(frozen=True)
class Offer:
    """A phase that is open where an employer is, with the employer's list for it.

    :param roster: none while nothing was sent.
    :param is_running: whether the phase is open today; the list of one that is over can still be seen.
    :param open_file: a list that was sent and is neither taken nor dropped.
    """

    employer: Employer
    phase: Phase
    detail: PhaseDetail
    roster: Roster | None
    open_file: ListFile | None = None
    is_running: bool = True

    @property
    def is_open(self) -> bool:
        """Whether the employer may change the list itself."""
        until = self.roster.reopened_until if self.roster else None
        may = is_open(clock.today(), lock_on=self.detail.lists_lock_on, reopened_until=until)
        return self.is_running and may and (self.roster is None or self.roster.state == RosterState.OPEN)

    @property
    def locks_on(self) -> date:
        """The day from which on it changes by request only."""
        until = self.roster.reopened_until if self.roster else None
        lock_on = self.detail.lists_lock_on
        return max(lock_on, date.fromordinal(until.toordinal() + 1)) if until else lock_on


@dataclass(frozen=True)
class Figures:
    """How many of the people on a list are how far; nobody learns who."""

    listed: int
    invited: int
    confirmed: int
    declined: int
    booked: int
    given: int


def employers_of(by: Actor) -> Sequence[Employer]:
    """Return the employers for which the actor comes, by account number."""
    own = by.keys(Role.EMPLOYER, ScopeKind.EMPLOYER)
    return list(Employer.objects.filter(pk__in=[int(key) for key in own if key.isdigit()]).order_by("account_number"))


def offers_for(by: Actor) -> Sequence[Offer]:
    """Return the phases that are open for the actor's employers, and those that are over with a list.

    Four queries, and three for each employer whose area is open in none.
    """
    employers = employers_of(by)
    running = {phase.pk: phase for phase in _running()}
    found = Roster.objects.filter(employer__in=employers).select_related("phase").order_by("pk")
    rosters = {(each.employer_id, each.phase_id): each for each in found}
    phases = {**{each.phase_id: each.phase for each in found}, **running}
    details = {each.phase_id: each for each in PhaseDetail.objects.filter(phase__in=phases).order_by("pk")}
    open_to = {employer.pk: _open_to(employer, list(running.values())) for employer in employers}
    return [
        Offer(employer, phase, details[phase.pk], rosters.get((employer.pk, phase.pk)), None, phase.pk in running)
        for employer in employers
        for phase in sorted(phases.values(), key=lambda each: each.opens_on, reverse=True)
        if phase.pk in details and ((employer.pk, phase.pk) in rosters or phase.pk in open_to[employer.pk])
    ]


def offer_for(by: Actor, employer: str, phase_id: int) -> Offer:
    """Return one phase with the employer's list.

    :raises Missing: for another employer, and for a phase that is not open there and in which it has no list.
    """
    found = Employer.objects.filter(reference=employer).first()
    if found is None:
        raise Missing("no such employer")
    scopes.check_is_of_employer(by, found.pk)
    detail = PhaseDetail.objects.filter(pk=phase_id).select_related("phase").first()
    roster = Roster.objects.filter(employer=found, phase=phase_id).first() if detail else None
    if detail is None or (roster is None and phase_id not in _open_to(found, _running())):
        raise Missing("no such phase for this employer")
    files = ListFile.objects.filter(roster=roster, state__in=OPEN_FILES) if roster else ListFile.objects.none()
    return Offer(found, detail.phase, detail, roster, files.first(), is_running(detail.phase_id))


def figures_of(roster: Roster) -> Figures | None:
    """Return how many are how far; None while there are so few that numbers would tell who answered what.

    One query; it reads an entry of three indexes for each person on the list.
    """
    if roster.listed < LEAST_FOR_NUMBERS:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, [roster.pk])
        return Figures(roster.listed, *cursor.fetchone())


def files_of(roster: Roster) -> "QuerySet[ListFile]":
    """Return the lists that an employer sent for a phase, the latest first."""
    return roster.files.order_by("-sent_at", "-pk")


def file_for(by: Actor, reference: str) -> ListFile:
    """Return a list that was sent, with employer and phase.

    :raises Missing: for another employer's.
    """
    found = (
        ListFile.objects.select_related("roster__employer", "roster__phase")
        .defer("content_sealed")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise Missing("no such list")
    scopes.check_is_of_employer(by, found.roster.employer_id)
    return found


def why_refused(file: ListFile) -> Reason | None:
    """Return why a list was refused as a whole."""
    return Reason(file.problem_code, file.problem_text, file.problem_params) if file.problem_code else None


def rows_of(file: ListFile, verdict: RowVerdict | None = None) -> "QuerySet[ListRow]":
    """Return the rows of a list in its order: of one verdict, or all."""
    rows = file.rows.order_by("row_number")
    return rows.filter(verdict=verdict) if verdict else rows


def row_of(file: ListFile, row_number: int) -> ListRow:
    """Return one row, with the person who is meant.

    :raises Missing: when there is none.
    """
    found = file.rows.select_related("person").filter(row_number=row_number).first()
    if found is None:
        raise Missing("no such row")
    return found


def last_four(person_ids: Sequence[int]) -> Mapping[int, str]:
    """Return how the number of each person's oldest document ends; one query."""
    found = IdentityDocument.objects.filter(person_id__in=person_ids, withdrawn_at__isnull=True)
    return {each.person_id: each.last4 for each in found.order_by("-added_at", "-last4")}


def missing_in(file: ListFile) -> "QuerySet[Listing]":
    """Return who is on the list now and is named by no row of the new one, whatever the row's verdict."""
    named = file.rows.filter(person_id__isnull=False).order_by().values("person_id")
    listed = Listing.objects.filter(roster=file.roster, state=ListedBy.LISTED).exclude(person_id__in=named)
    return listed.select_related("person").order_by("person_id")


def listed_on(roster: Roster) -> "QuerySet[Listing]":
    """Return who is on a list now, by name."""
    found = Listing.objects.filter(roster=roster, state=ListedBy.LISTED).select_related("person")
    return found.order_by("person__name_key", "person_id")


def listing_on(roster: Roster, person: str) -> Listing:
    """Return one person on a list by the reference of the person.

    :raises Missing: for anybody who is not on it.
    """
    found = listed_on(roster).filter(person__reference=person).first()
    if found is None:
        raise Missing("nobody of that reference on this list")
    return found


def requests_of(roster: Roster) -> "QuerySet[ListRequest]":
    """Return what an employer asked to change in a locked list, the latest first."""
    return roster.requests.select_related("person").order_by("-asked_at", "-pk")


def requests_for(by: Actor) -> "QuerySet[ListRequest]":
    """Return the requests within the officer's provinces that wait for a decision, the oldest first."""
    asked = ListRequest.objects.filter(_within(by, "roster__employer__"), state=RequestState.ASKED)
    return asked.select_related("roster__employer", "roster__phase", "person").order_by("asked_at", "pk")


def request_for(by: Actor, reference: str) -> ListRequest:
    """Return one request within the officer's provinces.

    :raises Missing: for any other.
    """
    found = ListRequest.objects.filter(_within(by, "roster__employer__"), reference=reference)
    row = found.select_related("roster__employer", "roster__phase", "person").first()
    if row is None:
        raise Missing("no such request for this officer")
    return row


def rosters_for(by: Actor, *, search: str = "") -> "QuerySet[Roster]":
    """Return the lists of employers within the officer's provinces, those changed last first.

    :param search: part of the name of the enterprise, or its account number.
    """
    found = Roster.objects.filter(_within(by, "employer__")).select_related("employer", "phase")
    if search:
        named = Q(employer__name_th__icontains=search) | Q(employer__name_en__icontains=search)
        found = found.filter(named | Q(employer__account_number=search))
    return found.order_by("-changed_at", "-pk")


def roster_for(by: Actor, employer: str, phase_id: int) -> Roster:
    """Return the list of an employer within the officer's provinces.

    :raises Missing: for any other.
    """
    found = Roster.objects.filter(_within(by, "employer__"), employer__reference=employer, phase=phase_id)
    row = found.select_related("employer", "phase").first()
    if row is None:
        raise Missing("no such list for this officer")
    return row


def _within(by: Actor, prefix: str) -> Q:
    provinces = scopes.province_codes(by, Role.OFFICER)
    return Q() if provinces is None else Q(**{f"{prefix}province_code__in": provinces})


def _running() -> list[Phase]:
    return list(policy_queries.phases_running(PROGRAMME, on=clock.today()))


def _open_to(employer: Employer, running: Sequence[Phase]) -> set[int]:
    """Return the phases for which an employer may send a list: those that are open where it is.

    While a phase waits for its districts, whoever may be among them lists people for the latest one that runs: a
    district in which nobody is listed is never chosen.
    """
    there = {phase.pk for phase in running if _lies_in(employer, phase.area_codes)}
    if there or not running or not any(_may_be_chosen(employer, each) for each in awaiting_districts()):
        return there
    return {max(running, key=lambda phase: (phase.opens_on, phase.pk)).pk}


def _may_be_chosen(employer: Employer, planned: PlannedPhase) -> bool:
    return planned.detail is not None and _lies_in(employer, planned.detail.frame_codes)


def _lies_in(employer: Employer, codes: Sequence[str]) -> bool:
    """Tell whether an employer lies in one of the areas; none stands for the whole country."""
    inside = {employer.province_code, employer.district_code, employer.subdistrict_code} - {""}
    return not codes or not inside.isdisjoint(codes)
