"""Closing the day of a site: who did not come is told and waits again, and everybody and every dose is counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places.models import Site
from khumkan.vaccination.actions import missing, site_stock
from khumkan.vaccination.models import EmployerDay, Session, SiteDay
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries import reconciling
from khumkan.vaccination.queries.reconciling import Came


@dataclass
class _Sums:
    """What a day comes to for some of its people."""

    booked: int = 0
    stood_by: int = 0
    vaccinated: int = 0
    turned_back: int = 0
    no_show: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, one: Came) -> None:
        """Count one person."""
        self.booked += not one.stood_by
        self.stood_by += one.stood_by
        self.vaccinated += one.vaccinated
        self.turned_back += one.came and not one.vaccinated
        self.no_show += not one.came
        if one.turned_back:
            self.reasons[one.turned_back] += 1

    def columns(self) -> dict[str, int]:
        """Return the counts by column."""
        names = ("booked", "stood_by", "vaccinated", "turned_back", "no_show")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def close_day(*, site: Site, day: date, by: Actor) -> SiteDay:
    """Close a day: whoever did not come is told and waits again, and the figures are stored.

    :raises Refused: while somebody is at the site, a session goes on, or when it was closed already.
    """
    scopes.check_works_at(by, site.pk)
    # not against foreign keys: who is let in at this moment is held, and then looks whether the session is there
    rows = Session.objects.select_for_update(of=("self",), no_key=True).filter(site=site, day=day)
    sessions = list(rows.order_by("pk"))
    _check_can_close(site, day, sessions)
    site_stock.hold_all(site.pk)  # from here on nobody who stands by is let in; doses before supplies, as there
    missing.note_missed_at(site_id=site.pk, day=day, by=by)
    _check_nobody_inside(site, day)  # again: somebody may have been let in meanwhile
    made = _store(site, day, by=by)
    Session.objects.filter(pk__in=[one.pk for one in sessions]).update(closed_at=made.closed_at)
    record.write("vaccination.day_closed", by=by, about=made, site_id=site.pk, data={"came": made.came})
    return made


def _check_can_close(site: Site, day: date, sessions: list[Session]) -> None:
    if day > clock.today():
        raise Refused(N_("This day has not come yet."), "day_to_come")
    if not sessions:
        raise Refused(N_("There is no session at this site on that day."), "no_session")
    if any(one.closed_at is not None for one in sessions):
        raise Refused(N_("This day was closed already."), "closed_already")
    _check_nobody_inside(site, day)
    waited_for = [one for one in sessions if one.cancelled_at is None and one.ends_at > clock.now()]
    if waited_for and reconciling.expected_in(waited_for):
        raise Refused(
            N_("People may still come until %(until)s."),
            "goes_on",
            until=f"{clock.bangkok(max(one.ends_at for one in waited_for)):%H:%M}",
        )


def _check_nobody_inside(site: Site, day: date) -> None:
    if (inside := reconciling.still_inside(site.pk, day)) > 0:
        raise Refused(
            N_("%(count)s people are still at the site. Let them leave first, or send them away."),
            "somebody_inside",
            count=inside,
        )


def _store(site: Site, day: date, *, by: Actor) -> SiteDay:
    people = reconciling.people_of(site.pk, day)
    sums = _sum(people)
    made = SiteDay.objects.create(
        site=site,
        day=day,
        **sums.columns(),
        reasons=dict(sorted(sums.reasons.items())),
        **reconciling.at_door(site.pk, day),
        **reconciling.doses(site.pk, day),
        closed_at=clock.now(),
        closed_by=by.id,
    )
    strangers = reconciling.not_on_list_by_employer(site.pk, day)
    by_employer: dict[int | None, list[Came]] = {employer: [] for employer in strangers}
    for one in people:
        by_employer.setdefault(one.employer_id, []).append(one)
    listed = reconciling.listed(by_employer)
    EmployerDay.objects.bulk_create(
        EmployerDay(
            site_day=made,
            employer_id=employer,
            listed=listed.get(employer, 0),
            not_on_list=strangers.get(employer, 0),
            **_sum(of_employer).columns(),
        )
        for employer, of_employer in by_employer.items()
    )
    return made


def _sum(people: Iterable[Came]) -> _Sums:
    sums = _Sums()
    for one in people:
        sums.add(one)
    return sums
