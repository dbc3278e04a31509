"""What a laboratory looks at: codes, methods and times, never a name."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from khumkan import policies
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Reason
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.screening.models import Case, Manifest, Pool, Result, ResultFile, ResultFileRow, Specimen
from khumkan.screening.permissions.scopes import site_ids
from khumkan.screening.queries.answers import result_for_person
from khumkan.screening.states import ResultState, SpecimenState
from khumkan.screening.terms.laboratory import TestTerms

__all__ = ["result_for_person"]
#: Specimens that the laboratory still owes an answer for.
OWED = (SpecimenState.SENT, SpecimenState.RECEIVED, SpecimenState.POOLED)
IN_HOUSE = (SpecimenState.RECEIVED, SpecimenState.POOLED)


def laboratories_for(by: Actor) -> list[Site]:
    """Return the laboratories that the actor works for, by name."""
    rows = Site.objects.filter(kinds__contains=[SiteKind.LABORATORY])
    allowed = site_ids(by, Role.LAB, Role.CLIENT)
    return list((rows if allowed is None else rows.filter(pk__in=allowed)).order_by("name_th", "pk")[:200])


def laboratory_for(by: Actor, reference: str) -> Site:
    """Return one laboratory that the actor works for.

    :raises Missing: when it is not among them.
    """
    for site in laboratories_for(by):
        if site.reference == reference:
            return site
    raise Missing("no such laboratory for this actor")


def boxes(laboratory: Site) -> QuerySet[Manifest]:
    """Return the boxes sent to a laboratory: unopened ones first, then the newest."""
    rows = Manifest.objects.filter(laboratory=laboratory).select_related("from_site", "laboratory")
    return rows.order_by(F("received_at").desc(nulls_first=True), "-sent_at", "pk")


def box_for(by: Actor, reference: str) -> Manifest:
    """Return one box sent to a laboratory, or sent from a site, of the actor.

    :raises Missing: when there is none.
    """
    rows = Manifest.objects.select_related("from_site", "laboratory")
    labs, sites = site_ids(by, Role.LAB), site_ids(by, Role.SWABBER)
    mine = Q() if None in (labs, sites) else Q(laboratory__in=labs or ()) | Q(from_site__in=sites or ())
    found = rows.filter(mine, reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such box")
    return found


def in_box(manifest: Manifest) -> list[Specimen]:
    """Return the specimens of a box by code. One query."""
    return list(manifest.specimens.order_by("code"))


def specimen_for(by: Actor, code: str) -> Specimen:
    """Return a specimen that was sent to a laboratory of the actor.

    :raises Missing: when there is none.
    """
    rows = Specimen.objects.select_related("manifest", "pool", "laboratory")
    allowed = site_ids(by, Role.LAB, Role.CLIENT)
    rows = rows.filter(laboratory__isnull=False) if allowed is None else rows.filter(laboratory__in=allowed)
    found = rows.filter(code=references.normalise(code)).first()
    if found is None:
        raise Missing("no such specimen")
    return found


def steps_of(specimen: Specimen) -> list[tuple[SpecimenState, datetime, str]]:
    """Return the life of a specimen: state, moment and note, oldest first."""
    rows = specimen.custody.order_by("at", "pk").values_list("state", "at", "note")
    return [(SpecimenState(state), at, note) for state, at, note in rows]


def results_of(specimen: Specimen) -> list[Result]:
    """Return the results of a specimen, the newest first."""
    return list(specimen.results.order_by("-entered_at", "-pk"))


def specimens_at(laboratory: Site, *, states: Collection[SpecimenState] = OWED) -> QuerySet[Specimen]:
    """Return the specimens of a laboratory in some states, the longest waiting first."""
    rows = Specimen.objects.filter(laboratory=laboratory, state__in=states)
    return rows.select_related("manifest", "pool").order_by("taken_at", "pk")


def late_at(laboratory: Site) -> QuerySet[Specimen]:
    """Return the specimens whose answer is late by the terms in force today, the longest waiting first."""
    terms = policies.in_force(TestTerms, on=clock.today())
    return specimens_at(laboratory).filter(taken_at__lt=clock.now() - timedelta(hours=terms.answer_within_hours))


def to_release(laboratory: Site) -> QuerySet[Result]:
    """Return the results that wait for a second person, oldest first."""
    rows = Result.objects.filter(state=ResultState.ENTERED, specimen__laboratory=laboratory)
    return rows.select_related("specimen", "supersedes").order_by("entered_at", "pk")


def result_to_release(by: Actor, number: int) -> Result:
    """Return a result of a laboratory of the actor.

    :raises Missing: when there is none.
    """
    allowed = site_ids(by, Role.LAB)
    rows = Result.objects.select_related("specimen__laboratory", "supersedes").filter(
        specimen__laboratory__isnull=False
    )
    found = (rows if allowed is None else rows.filter(specimen__laboratory__in=allowed)).filter(pk=number).first()
    if found is None:
        raise Missing("no such result")
    return found


def pools_at(laboratory: Site) -> QuerySet[Pool]:
    """Return the pools of a laboratory: those without a result first, then the newest. Each has `size`."""
    rows = Pool.objects.filter(laboratory=laboratory).annotate(size=Count("members"))
    return rows.order_by(F("resulted_at").desc(nulls_first=True), "-made_at", "pk")


def pool_for(by: Actor, reference: str) -> Pool:
    """Return one pool of a laboratory of the actor, with its members.

    :raises Missing: when there is none.
    """
    allowed = site_ids(by, Role.LAB)
    rows = Pool.objects.select_related("laboratory").prefetch_related("members")
    found = (rows if allowed is None else rows.filter(laboratory__in=allowed)).filter(reference=reference).first()
    if found is None:
        raise Missing("no such pool")
    return found


def files_of(laboratory: Site) -> QuerySet[ResultFile]:
    """Return the files of a laboratory without their content, newest first."""
    return ResultFile.objects.filter(laboratory=laboratory).defer("content").order_by("-received_at", "-pk")


def file_for(by: Actor, reference: str) -> ResultFile:
    """Return one file of a laboratory of the actor, without its content.

    :raises Missing: when there is none.
    """
    allowed = site_ids(by, Role.LAB, Role.CLIENT)
    rows = ResultFile.objects.select_related("laboratory").defer("content")
    rows = rows if allowed is None else rows.filter(laboratory__in=allowed)
    found = rows.filter(reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such file")
    return found


def why_refused(file: ResultFile) -> Reason | None:
    """Return why a file was refused as a whole, or None."""
    return Reason(file.reason_code, file.reason_text, file.reason_params) if file.reason_code else None


def rows_of(file: ResultFile) -> QuerySet[ResultFileRow]:
    """Return the rows that were not simply accepted: refused ones first, in the order of the file."""
    return file.rows.order_by("-verdict", "row_number")


def counts_at(laboratory: Site) -> dict[str, int]:
    """Return what the first page of a laboratory shows: boxes on their way, specimens in house, late, to release."""
    terms = policies.in_force(TestTerms, on=clock.today())
    deadline = clock.now() - timedelta(hours=terms.answer_within_hours)
    owed = Specimen.objects.filter(laboratory=laboratory, state__in=OWED)
    counted = owed.aggregate(
        in_house=Count("pk", filter=Q(state__in=IN_HOUSE)), late=Count("pk", filter=Q(taken_at__lt=deadline))
    )
    return {
        "coming": Manifest.objects.filter(laboratory=laboratory, received_at=None).count(),
        "to_release": to_release(laboratory).count(),
        **counted,
    }


def cases_by_id(case_ids: Sequence[int]) -> list[Case]:
    """Return cases by id, oldest first. One query."""
    return list(Case.objects.filter(pk__in=case_ids).order_by("pk"))
