"""Testing at the workplace: the enterprise as a site of its own, made once."""

from collections.abc import Sequence

from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places import actions as places
from khumkan.places.models import Subdistrict
from khumkan.places.states import SiteKind
from khumkan.registry import queries as registry
from khumkan.registry.models import Employer
from khumkan.screening.models import RoundEmployer


def sites_of(employer_ids: Sequence[int], *, by: Actor) -> dict[int, int]:
    """Return the site that stands for each workplace, by employer; those that have none yet get one.

    :raises Refused: when the register does not know where an enterprise is.
    """
    used = RoundEmployer.objects.filter(employer_id__in=employer_ids, at_workplace=True, site__isnull=False)
    sites: dict[int, int] = {}
    for employer_id, site_id in used.order_by("pk").values_list("employer_id", "site_id"):
        if site_id is not None:
            sites[employer_id] = site_id
    missing = registry.employers(pk for pk in employer_ids if pk not in sites)
    subdistricts = Subdistrict.objects.in_bulk([employer.subdistrict_code for employer in missing.values()])
    for pk, employer in missing.items():
        sites[pk] = _make(employer, subdistricts.get(employer.subdistrict_code), by=by)
    return sites


def _make(employer: Employer, subdistrict: Subdistrict | None, *, by: Actor) -> int:
    latitude = employer.latitude if employer.latitude is not None else getattr(subdistrict, "latitude", None)
    longitude = employer.longitude if employer.longitude is not None else getattr(subdistrict, "longitude", None)
    if subdistrict is None or latitude is None or longitude is None:
        raise Refused(
            N_("The register does not know where %(name)s is. Please choose a testing site for it."),
            "workplace_unknown",
            name=str(employer),
        )
    details = places.SiteDetails(
        name_th=employer.name_th[:150],
        name_en=employer.name_en[:150],
        kinds=[SiteKind.TESTING],
        subdistrict_code=subdistrict.code,
        latitude=latitude,
        longitude=longitude,
        works_on_holidays=True,
    )
    return places.add_site(details=details, by=by).pk
