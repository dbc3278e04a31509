"""Rooms from a file that a hotel sends: all of them, or none and every row that is wrong."""

from datetime import date
from typing import BinaryIO

from django.db import transaction

from khumkan.isolation.actions import sites
from khumkan.isolation.models import Facility
from khumkan.isolation.permissions import sites as permissions
from khumkan.isolation.queries import houses
from khumkan.isolation.rules import rooms
from khumkan.isolation.rules.rooms import Read
from khumkan.kernel.actors import Actor
from khumkan.kernel.files import Limits, read_table

#: A hotel has some hundred rooms.
LIMITS = Limits(file_bytes=5 * 1024 * 1024, unpacked_bytes=50 * 1024 * 1024, rows=5_000, columns=40, seconds=20)


@transaction.atomic
def make_rooms(*, facility: Facility, file: BinaryIO, offered_from: date, by: Actor) -> tuple[int, Read]:
    """Make the rooms of a file with their beds; nothing is made when one row is wrong.

    :returns: how many beds were made, and what the file says.
    :raises Refused: for a file that cannot be read, or whose rooms are too many.
    """
    permissions.check_may_run(by, province_code=facility.site.province_code)
    sites.hold(facility)
    table = read_table(file, limits=LIMITS)
    rows = ((row.number, row.texts()) for row in table.rows)
    said = rooms.read(table.columns, rows, there=houses.room_numbers(facility))
    if said.wrong:
        return 0, said
    return sites.make_rooms(facility=facility, rooms=said.rooms, offered_from=offered_from, by=by), said
