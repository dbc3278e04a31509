"""Corrections of rapid tests that wait for a second person at the site, or for an officer."""

from django.db.models import Q, QuerySet

from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.screening.choices import ResultSource
from khumkan.screening.models import Result, Specimen
from khumkan.screening.permissions.scopes import site_ids
from khumkan.screening.states import ResultState


def waiting_for(by: Actor) -> QuerySet[Result]:
    """Return the corrections at the actor's sites, or within the provinces of an officer, oldest first."""
    rows = Result.objects.filter(state=ResultState.ENTERED, source=ResultSource.SITE)
    rows = rows.select_related("specimen__session__site", "supersedes").order_by("entered_at", "pk")
    sites = site_ids(by, Role.SWABBER)
    if sites is None or by.is_national(Role.OFFICER):
        return rows
    provinces = by.keys(Role.OFFICER, ScopeKind.PROVINCE)
    here = Q(specimen__session__site__in=sites) | Q(specimen__session__site__province_code__in=provinces)
    return rows.filter(here)


def one_for(by: Actor, number: int) -> Result:
    """Return one of them.

    :raises Missing: when there is none.
    """
    found = waiting_for(by).filter(pk=number).first()
    if found is None:
        raise Missing("no such correction for this actor")
    return found


def readings_of(specimen: Specimen) -> tuple[Result | None, Result | None]:
    """Return the result of a specimen that stands and the correction of it that waits, where there are any."""
    found = {
        each.state: each for each in specimen.results.filter(state__in=(ResultState.RELEASED, ResultState.ENTERED))
    }
    return found.get(ResultState.RELEASED), found.get(ResultState.ENTERED)
