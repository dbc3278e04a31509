"""Keeping what was expected of beds, so that the error of the forecast can be shown."""

from datetime import date

from django.db import transaction

from khumkan.isolation.choices import Level
from khumkan.isolation.models import BedForecast
from khumkan.isolation.permissions import matching as permissions
from khumkan.isolation.queries import board
from khumkan.isolation.queries import forecasts as queries
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor


@transaction.atomic
def keep(*, by: Actor) -> int:
    """Fill in what today's beds were in the end, and keep what is expected of the next days. Twice is harmless.

    :returns: how many forecasts were kept.
    :raises Missing: for everybody but officers of the whole country and Khumkan itself.
    """
    permissions.check_may_match(by)
    today = clock.today()
    facilities = board.facilities_with_beds()
    places = queries.known(facilities)
    _fill_in({place: now.free for place, now in places.items()}, today)
    kept = BedForecast.objects.bulk_create(
        (
            BedForecast(
                site_id=site_id,
                level=level,
                made_on=today,
                for_on=day.day,
                free=day.free,
                admissions=day.admissions,
                discharges=day.discharges,
            )
            for (site_id, level), days in queries.expected(facilities, places).items()
            for day in days
        ),
        ignore_conflicts=True,
    )
    return len(kept)


def _fill_in(free: dict[queries.Place, int], today: date) -> None:
    """Write what there was beside what was expected; a site that has left has no free bed."""
    rows = list(BedForecast.objects.filter(for_on=today, free_then=None).order_by("pk"))
    for row in rows:
        row.free_then = free.get((row.site_id, Level(row.level)), 0)
    BedForecast.objects.bulk_update(rows, ["free_then"], batch_size=1_000)
