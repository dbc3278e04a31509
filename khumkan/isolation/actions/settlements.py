"""Handing out the nights of a month for the settlement with a hotel."""

from datetime import date

from django.db import transaction

from khumkan import record
from khumkan.isolation.models import Facility
from khumkan.isolation.permissions import sites as permissions
from khumkan.isolation.queries import nights as queries
from khumkan.isolation.rules.nights import Statement
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.record.entries import Data

DIFFER = N_("The nights by stay and by day do not add up. Please tell the administrator.")


@transaction.atomic
def hand_out(*, facility: Facility, month: date, form: str, by: Actor) -> Statement:
    """Return the statement of a month for a file, and write down that it was handed out, with its control total.

    :param form: `csv` or `xlsx`.
    :raises Refused: when rows and days do not give the same, which must never be paid.
    """
    permissions.check_may_run(by, province_code=facility.site.province_code)
    made = queries.statement(facility, month)
    if not made.is_sound:
        raise Refused(DIFFER, "nights_differ")
    data: Data = {"month": f"{month:%Y-%m}", "form": form, "stays": len(made.rows), "nights": made.total}
    record.write("isolation.nights_handed_out", by=by, about=facility, site_id=facility.pk, data=data)
    return made
