"""The situation report: the figures of this moment, frozen."""

import hashlib
import json
from datetime import date

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.situation.models import SituationReport
from khumkan.situation.permissions import figures as permissions
from khumkan.situation.queries.reports import content_of

PREFIX = "SR"


@transaction.atomic
def make(*, day: date, province_code: str = "", by: Actor) -> SituationReport:
    """Freeze the figures of a day, and of the days before it that the report shows.

    :param province_code: of one province; empty for the whole country.
    :raises Missing: for a place that is not the officer's.
    :raises Refused: for a day that is not over or lies before the first figure.
    """
    allowed = permissions.listed_provinces(by)
    if allowed is not None and province_code not in allowed:
        raise Missing("no such place within this officer's provinces")
    if day > clock.today():
        raise Refused(N_("This day has not come yet."), "day_ahead")
    content = content_of(by, day=day, province_code=province_code)
    report = SituationReport.objects.create(
        reference=references.new(PREFIX),
        day=day,
        province_code=province_code,
        content=content,
        sha256=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        made_at=clock.now(),
        made_by=by.id if by.kind is ActorKind.STAFF else None,
    )
    record.write("situation.report_made", by=by, about=report, data={"province": province_code})
    return report
