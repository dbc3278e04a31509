"""Filling of the tables from the published data.

Areas from `geothai`, holidays from `holidays`. Both may be run at any time: at every preparation of an installation
(`khumkan up`, `khumkan migrate`), and the holidays once a month by the worker. They write only what is new.
"""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import geothai
import holidays as calendars
from django.db import transaction
from django.db.models import Manager
from geothai.abolished import abolished_areas
from geothai.types import Abolished

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.places.models import District, Holiday, Province, Subdistrict
from khumkan.places.points import PROVINCE_POINTS
from khumkan.places.sorting import thai_sort_key
from khumkan.places.states import HolidayOrigin

AnyArea = TypeVar("AnyArea", Province, District, Subdistrict)
COLUMNS = ["name_th", "name_en", "sort_key", "latitude", "longitude", "abolished_on", "successors"]
ROWS_AT_ONCE = 2_000
#: Holidays are seeded from the crisis on to as far ahead as the lunar days are computed reliably.
FIRST_YEAR = 2020
YEARS_AHEAD = 2
#: In the calendar of public holidays, yet nobody has the day off.
NO_DAY_OFF = ("National Children's Day", "Children's Day")


@transaction.atomic
def load_areas(*, by: Actor) -> dict[str, int]:
    """Bring the areas in line with the installed data release, and return how many rows of each level were written.

    Rows that differ are written, none is ever deleted: an area that left the release would keep its row.
    """
    gone = {area.code: area for area in abolished_areas()}
    provinces = [_province(area) for area in geothai.provinces()]
    districts = [_district(area) for area in _all_districts()]
    districts += [_old_district(area) for area in gone.values() if area.level == "district"]
    known = {district.code for district in districts}
    subdistricts = [_subdistrict(area) for district in _all_districts() for area in geothai.subdistricts(district.code)]
    subdistricts += [
        _old_subdistrict(area) for area in gone.values() if area.level == "subdistrict" and area.code[:4] in known
    ]
    counts = {
        "provinces": _bring_in_line(Province.objects, provinces, []),
        "districts": _bring_in_line(District.objects, districts, ["province_id"]),
        "subdistricts": _bring_in_line(
            Subdistrict.objects, subdistricts, ["district_id", "province_id", "postal_codes"]
        ),
    }
    if any(counts.values()):
        record.write("places.areas_loaded", by=by, data={**counts, "release": geothai.DATA_VERSION})
    return counts


@transaction.atomic
def seed_holidays(*, by: Actor, years: Iterable[int] | None = None) -> int:
    """Add the published holidays of the years that the table does not have; days that staff entered or changed stay.

    :return: how many days were added.
    """
    span = list(years) if years is not None else list(range(FIRST_YEAR, clock.today().year + YEARS_AHEAD + 1))
    thai = calendars.country_holidays("TH", years=span, language="th", categories=("public", "government"))
    english = calendars.country_holidays("TH", years=span, language="en_US", categories=("public", "government"))
    rows = [_holiday(day, name, english.get(day) or "") for day, name in sorted(thai.items())]
    before = Holiday.objects.count()
    Holiday.objects.bulk_create(rows, ignore_conflicts=True)
    added = Holiday.objects.count() - before
    if added:
        record.write("places.holidays_seeded", by=by, data={"added": added, "from": span[0], "to": span[-1]})
    return added


def load_all(*, by: Actor) -> dict[str, int]:
    """Load areas and holidays, and return how many rows of each were written. A second when nothing is new."""
    return {**load_areas(by=by), "holidays": seed_holidays(by=by)}


def _bring_in_line(areas: "Manager[AnyArea]", rows: list[AnyArea], more: list[str]) -> int:
    """Write the rows that the table does not have or has otherwise; return how many. Two queries when there are any."""
    columns = [*COLUMNS, *more]
    stored = {code: tuple(values) for code, *values in areas.order_by("code").values_list("code", *columns)}
    changed = [row for row in rows if stored.get(row.code) != tuple(getattr(row, column) for column in columns)]
    areas.bulk_create(
        changed,
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[column.removesuffix("_id") for column in columns],
    )
    return len(changed)


def _all_districts() -> list[geothai.types.District]:
    return [district for province in geothai.provinces() for district in geothai.districts(province.code)]


def _province(area: geothai.types.Province) -> Province:
    latitude, longitude = PROVINCE_POINTS[area.code]
    return Province(
        code=area.code,
        name_th=area.name_th,
        name_en=area.name_en,
        sort_key=thai_sort_key(area.name_th),
        latitude=latitude,
        longitude=longitude,
    )


def _district(area: geothai.types.District) -> District:
    return District(
        code=area.code,
        name_th=area.name_th,
        name_en=area.name_en,
        sort_key=thai_sort_key(area.name_th),
        province_id=area.province_code,
    )


def _subdistrict(area: geothai.types.Subdistrict) -> Subdistrict:
    return Subdistrict(
        code=area.code,
        name_th=area.name_th,
        name_en=area.name_en,
        sort_key=thai_sort_key(area.name_th),
        district_id=area.district_code,
        province_id=area.province_code,
        postal_codes=list(area.postal_codes),
    )


def _old_district(area: Abolished) -> District:
    return District(
        code=area.code,
        name_th=area.name_th,
        name_en=area.name_en or "",
        sort_key=thai_sort_key(area.name_th),
        province_id=area.code[:2],
        abolished_on=date.fromisoformat(area.abolished_on),
        successors=list(area.successors),
    )


def _old_subdistrict(area: Abolished) -> Subdistrict:
    return Subdistrict(
        code=area.code,
        name_th=area.name_th,
        name_en=area.name_en or "",
        sort_key=thai_sort_key(area.name_th),
        district_id=area.code[:4],
        province_id=area.code[:2],
        abolished_on=date.fromisoformat(area.abolished_on),
        successors=list(area.successors),
    )


def _holiday(day: date, name_th: str, name_en: str) -> Holiday:
    is_closed = not any(name in name_en for name in NO_DAY_OFF)
    return Holiday(on=day, name_th=name_th, name_en=name_en, is_closed=is_closed, origin=HolidayOrigin.SEEDED)
