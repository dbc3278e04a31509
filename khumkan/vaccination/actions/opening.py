"""What follows when an area opens or closes: whose first dose may be planned, and by which rule. Set-based.

Part by part, so that nobody who books, moves or gives back a date meanwhile waits for it; what somebody else holds at
that moment is taken in the next part, or the next time.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from khumkan import record
from khumkan.kernel.actors import Actor
from khumkan.policies.models import Phase
from khumkan.vaccination.models import DistrictChoice
from khumkan.vaccination.queries import phases
from khumkan.vaccination.queries.phases import AREA_OF
from khumkan.vaccination.states import DistrictChoiceState

AT_ONCE = 20_000
_LEVELS = f"ARRAY[left({AREA_OF}, 2), left({AREA_OF}, 4), left({AREA_OF}, 6)]"
#: Whether the area by which somebody's turn comes lies in the given areas.
_COVERED = f"""(%(everywhere)s OR {_LEVELS} && %(codes)s::text[])"""
#: Second doses go on in their interval, whatever becomes of the area.
_WAITING = f"""
UPDATE vaccination_dose SET waiting_because = found.because
FROM (
    SELECT d.id, CASE
        WHEN {_COVERED} THEN 'next_plan' WHEN {AREA_OF} = '' THEN 'no_address' ELSE 'area_not_open'
    END AS because
    FROM vaccination_dose d JOIN vaccination_enrolment e ON e.id = d.enrolment_id
    WHERE d.state = 'waiting' AND d.number = 1 AND (
        d.waiting_because = 'area_not_open' AND {_COVERED}
        OR d.waiting_because = 'no_address' AND {AREA_OF} <> '' AND {_COVERED}
        OR d.waiting_because = 'next_plan' AND NOT {_COVERED})
    ORDER BY d.id LIMIT %(at_once)s FOR NO KEY UPDATE OF d SKIP LOCKED
) AS found
WHERE vaccination_dose.id = found.id RETURNING found.because
"""  # noqa: S608 constants of this module
_LISTED = "listed"
_BECAUSE = f"""
UPDATE vaccination_enrolment SET opened_because = %(reference)s
FROM (
    SELECT e.id FROM vaccination_enrolment e
    WHERE e.opened_because = '{_LISTED}' AND e.state <> 'ended' AND {_COVERED}
        AND NOT {_LEVELS} && %(earlier)s::text[]
        AND (%(persons)s::bigint[] IS NULL OR e.person_id = ANY(%(persons)s::bigint[]))
    ORDER BY e.id LIMIT %(at_once)s FOR NO KEY UPDATE OF e SKIP LOCKED
) AS found
WHERE vaccination_enrolment.id = found.id RETURNING vaccination_enrolment.id
"""  # noqa: S608 constants of this module


def open_areas(*, by: Actor) -> dict[str, int]:
    """Let every first dose that waits have the reason of today's open areas, and every enrolment its rule.

    Doing it again changes nothing.

    :returns: how many doses were opened and closed, and how many enrolments got their rule.
    """
    running = phases.running()
    values = _areas_of(running)
    opened = closed = 0
    while changed := _part(_WAITING, values):
        opened += sum(because == "next_plan" for (because,) in changed)
        closed += sum(because != "next_plan" for (because,) in changed)
    explained = explain(running=running)
    done = {"opened": opened, "closed": closed, "explained": explained}
    if any(done.values()):
        record.write("vaccination.areas_opened", by=by, data=done)
    return done


def explain(*, running: Sequence[Phase] | None = None, person_ids: Sequence[int] | None = None) -> int:
    """Note the signed choice that opened the area of people of whom no rule but their listing is known; how many.

    What an earlier phase opened without a choice needs none.

    :param person_ids: only of these; none looks at everybody.
    """
    open_now = phases.running() if running is None else running
    signed = DistrictChoice.objects.filter(phase__in=open_now, state=DistrictChoiceState.SIGNED)
    references = dict(signed.order_by("pk").values_list("phase_id", "reference"))
    explained, earlier = 0, list[str]()
    for phase in open_now if references else ():
        if phase.pk not in references and not phase.area_codes:
            break  # open everywhere: all that follows opened nothing
        if phase.pk in references:
            asked = {"reference": references[phase.pk], "earlier": earlier, "persons": person_ids}
            values = {**_areas_of([phase]), **asked}
            while changed := _part(_BECAUSE, values):
                explained += len(changed)
        else:
            earlier += phase.area_codes
    return explained


def _areas_of(open_now: Sequence[Phase]) -> dict[str, Any]:
    return {
        "everywhere": any(not phase.area_codes for phase in open_now),
        "codes": sorted({code for phase in open_now for code in phase.area_codes}),
        "at_once": AT_ONCE,
    }


def _part(statement: str, values: dict[str, Any]) -> list[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
