"""Every write of sites and holidays."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, time

from django.db import transaction

from khumkan import record
from khumkan.kernel import references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.places import permissions
from khumkan.places.models import (
    LATITUDES,
    LONGITUDES,
    Holiday,
    Site,
    SiteCapacity,
    SiteClosure,
    SiteHours,
    Subdistrict,
)
from khumkan.places.states import HolidayOrigin, SiteKind

PREFIX = "S"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDetails:
    """What staff say of a site.

    :param hours: weekday (Monday is 0) to opening and closing time; a missing weekday is closed.
    :param capacities: people a day, for each kind of service that has a figure.
    """

    name_th: str
    name_en: str = ""
    kinds: Sequence[SiteKind]
    subdistrict_code: str
    address: str = ""
    latitude: float
    longitude: float
    phone: str = ""
    works_on_holidays: bool = False
    hours: Mapping[int, tuple[time, time]] = field(default_factory=dict)
    capacities: Mapping[SiteKind, int] = field(default_factory=dict)


@transaction.atomic
def add_site(*, details: SiteDetails, by: Actor) -> Site:
    """Add a site.

    :raises Refused: when it has no kind, stands outside Thailand, or closes before it opens.
    """
    permissions.check_may_change_site(by, province_code=details.subdistrict_code[:2])
    _check(details)
    site = Site.objects.create(reference=references.new(PREFIX), **_columns(details))
    _set_days(site, details)
    record.write("places.site_added", by=by, about=site, site_id=site.pk)
    return site


@transaction.atomic
def change_site(*, site_id: int, details: SiteDetails, by: Actor) -> Site:
    """Change what is said of a site, its hours and capacities included.

    :raises Refused: as for `add_site`; moving a site needs the right for both provinces.
    """
    site = _locked(site_id)
    permissions.check_may_change_site(by, province_code=site.subdistrict_id[:2])
    permissions.check_may_change_site(by, province_code=details.subdistrict_code[:2])
    _check(details)
    columns = _columns(details)
    changed = sorted(name for name, value in columns.items() if getattr(site, name) != value)
    for name in changed:
        setattr(site, name, columns[name])
    if changed:
        site.save(update_fields=[name.removesuffix("_id") for name in changed])
    _set_days(site, details)
    record.write("places.site_changed", by=by, about=site, site_id=site.pk, data={"columns": changed})
    return site


@transaction.atomic
def set_open(*, site_id: int, is_open: bool, by: Actor) -> None:
    """Open a site, or suspend it until further notice."""
    site = _locked(site_id)
    permissions.check_may_change_site(by, province_code=site.subdistrict_id[:2])
    if site.is_open != is_open:
        site.is_open = is_open
        site.save(update_fields=["is_open"])
        record.write("places.site_opened" if is_open else "places.site_suspended", by=by, about=site, site_id=site.pk)


@transaction.atomic
def close_days(*, site_id: int, first: date, last: date, why: str, by: Actor) -> SiteClosure:
    """Close a site from a day to a day, both included.

    :raises Refused: when the last day is before the first.
    """
    site = _locked(site_id)
    permissions.check_may_change_site(by, province_code=site.subdistrict_id[:2])
    if last < first:
        raise Refused(N_("The last closed day is before the first."), "days_reversed")
    closure = SiteClosure.objects.create(site=site, closed_from=first, closed_to=last, why=why)
    data = {"from": first.isoformat(), "to": last.isoformat()}
    record.write("places.site_closed", by=by, about=closure, site_id=site.pk, data=data)
    return closure


@transaction.atomic
def reopen_days(*, site_id: int, closure_id: int, by: Actor) -> None:
    """Take a closure back."""
    site = _locked(site_id)
    permissions.check_may_change_site(by, province_code=site.subdistrict_id[:2])
    deleted, _ = SiteClosure.objects.filter(pk=closure_id, site=site).delete()
    if deleted:
        record.write("places.closure_taken_back", by=by, about=site, site_id=site.pk, data={"closure": closure_id})


@transaction.atomic
def set_holiday(*, on: date, name_th: str, name_en: str = "", is_closed: bool, by: Actor) -> Holiday:
    """Add a holiday, or change what is said of the day; a later seeding leaves it alone."""
    permissions.check_may_change_holidays(by)
    holiday, _ = Holiday.objects.update_or_create(
        on=on,
        defaults={"name_th": name_th, "name_en": name_en, "is_closed": is_closed, "origin": HolidayOrigin.STAFF},
    )
    record.write("places.holiday_set", by=by, about=holiday, data={"on": on.isoformat(), "is_closed": is_closed})
    return holiday


def _check(details: SiteDetails) -> None:
    if not details.kinds:
        raise Refused(N_("Say what the site is for."), "no_kind")
    inside = LATITUDES[0] <= details.latitude <= LATITUDES[1] and LONGITUDES[0] <= details.longitude <= LONGITUDES[1]
    if not inside:
        raise Refused(
            N_(
                "This point is not in Thailand. Latitude is about 6 to 20, longitude about 98 to 105: are they swapped?"
            ),
            "not_in_thailand",
        )
    if any(closes <= opens for opens, closes in details.hours.values()):
        raise Refused(N_("A site closes after it opens."), "hours_reversed")
    if not Subdistrict.objects.filter(code=details.subdistrict_code).exists():
        raise Refused(N_("There is no such subdistrict."), "no_subdistrict")


def _columns(details: SiteDetails) -> dict[str, object]:
    columns = {
        name: value
        for name, value in asdict(details).items()
        if name not in ("hours", "capacities", "subdistrict_code")
    }
    return {**columns, "kinds": [str(kind) for kind in details.kinds], "subdistrict_id": details.subdistrict_code}


def _set_days(site: Site, details: SiteDetails) -> None:
    SiteHours.objects.filter(site=site).delete()
    SiteHours.objects.bulk_create(
        SiteHours(site=site, weekday=weekday, opens=opens, closes=closes)
        for weekday, (opens, closes) in sorted(details.hours.items())
    )
    SiteCapacity.objects.filter(site=site).delete()
    SiteCapacity.objects.bulk_create(
        SiteCapacity(site=site, kind=kind, places_per_day=places) for kind, places in sorted(details.capacities.items())
    )


def _locked(site_id: int) -> Site:
    site = Site.objects.select_for_update().filter(pk=site_id).first()
    if site is None:
        raise Missing
    return site
