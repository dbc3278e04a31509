"""Ending lapsed holds: in the way of somebody, or by the sweeper."""

from collections.abc import Sequence

from khumkan import record
from khumkan.capacity import sql, statements
from khumkan.kernel.actors import Actor

LAPSED = "capacity.hold_lapsed"
BY = Actor.system("capacity")


def sweep(supply_ids: Sequence[int]) -> int:
    """End the lapsed holds on supplies that the caller has locked, tell the record, and return how many there were."""
    gone = sql.rows(statements.SWEEP, supply_ids=list(supply_ids))
    record.write_many(
        LAPSED,
        by=BY,
        entries=[
            record.Entry("capacity.claim", claim_id, person_id, site_id, {"supply": supply_id})
            for claim_id, supply_id, person_id, site_id in gone
        ],
    )
    return len(gone)
