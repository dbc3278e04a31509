"""Whether the tables of the hospitels agree with each other: what no constraint can say, and what constraints do say.

Each check is a question to the rows alone. It knows nothing of the actions, so that it finds what they did wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True, order=True)
class Disagreement:
    """Two rows that contradict each other.

    :param what: the code of the check.
    :param about: the table of the row, and `row_id` its id.
    """

    what: str
    about: str
    row_id: int


#: What the checks name: cares with the numbers of their stays that are not over, and pairs of stays, each once.
PARTS: Mapping[str, str] = {
    "promised": "('held', 'on_the_way')",
    "present": "('admitted', 'leaving')",
    "counted": """
        SELECT c.*,
               (SELECT count(*) FROM isolation_stay y WHERE y.care_id = c.id AND y.state IN {promised}) AS promised,
               (SELECT count(*) FROM isolation_stay y WHERE y.care_id = c.id AND y.state IN {present}) AS present
        FROM isolation_care c""",
    "pairs": "isolation_stay y JOIN isolation_stay z ON z.id > y.id",
}
#: What is looked for: a code, the table, and the rows of it that contradict another one.
CHECKS: Mapping[str, tuple[str, str]] = {
    # no bed holds two persons, nobody lies in two beds, strangers do not share
    "bed_twice": ("stay", "SELECT z.id FROM {pairs} AND z.bed_id = y.bed_id AND z.blocks && y.blocks"),
    "person_twice": ("stay", "SELECT z.id FROM {pairs} AND z.person_id = y.person_id AND z.during && y.during"),
    "strangers": (
        "stay",
        "SELECT z.id FROM {pairs} AND z.room_id = y.room_id AND z.sharing <> y.sharing AND z.blocks && y.blocks",
    ),
    # a stay is where its bed stands and belongs to whom its care belongs to
    "stay_of_another_bed": (
        "stay",
        "SELECT y.id FROM isolation_stay y JOIN isolation_bed b ON b.id = y.bed_id "
        "JOIN isolation_room r ON r.id = b.room_id WHERE (y.room_id, y.site_id) <> (b.room_id, r.site_id)",
    ),
    "stay_of_another_person": (
        "stay",
        "SELECT y.id FROM isolation_stay y JOIN isolation_care c ON c.id = y.care_id WHERE y.person_id <> c.person_id",
    ),
    "follows_another_person": (
        "stay",
        "SELECT y.id FROM isolation_stay y JOIN isolation_stay z ON z.id = y.follows_id WHERE z.care_id <> y.care_id",
    ),
    # the state of a care says whether a bed is promised, and whether somebody lies in one
    "placed_without_promise": ("care", "SELECT id FROM ({counted}) c WHERE state = 'placed' AND promised <> 1"),
    "in_no_bed": ("care", "SELECT id FROM ({counted}) c WHERE state = 'admitted' AND present <> 1"),
    "bed_without_need": (
        "care",
        "SELECT id FROM ({counted}) c WHERE state NOT IN ('placed', 'admitted') AND promised > 0",
    ),
    "lies_there_forgotten": ("care", "SELECT id FROM ({counted}) c WHERE state <> 'admitted' AND present > 0"),
    "looked_after_elsewhere": (
        "care",
        "SELECT c.id FROM isolation_care c JOIN isolation_stay y ON y.care_id = c.id "
        "AND (c.state = 'placed' AND y.state IN {promised} OR c.state = 'admitted' AND y.state IN {present}) "
        "WHERE c.site_id IS DISTINCT FROM y.site_id",
    ),
    "second_bed_follows_none": (
        "stay",
        "SELECT y.id FROM isolation_stay y JOIN isolation_stay z ON z.care_id = y.care_id AND z.state IN {present} "
        "WHERE y.state IN {promised} AND y.follows_id IS DISTINCT FROM z.id",
    ),
    # a discharge says whether somebody may go, and an ended care how it ended
    "may_go_unconfirmed": (
        "stay",
        "SELECT y.id FROM isolation_stay y WHERE y.state = 'leaving' AND NOT EXISTS "
        "(SELECT FROM isolation_discharge d WHERE d.care_id = y.care_id AND d.taken_back_at IS NULL)",
    ),
    "kept_though_confirmed": (
        "stay",
        "SELECT y.id FROM isolation_stay y JOIN isolation_discharge d ON d.care_id = y.care_id "
        "AND d.taken_back_at IS NULL WHERE y.state = 'admitted'",
    ),
    "left_but_in_care": (
        "stay",
        "SELECT y.id FROM isolation_stay y JOIN isolation_care c ON c.id = y.care_id "
        "WHERE y.ended_because = 'discharged' AND c.state NOT IN ('discharged', 'withdrawn')",
    ),
    "discharged_by_nobody": (
        "care",
        "SELECT c.id FROM isolation_care c WHERE c.state = 'discharged' AND c.ended_because <> 'over' AND NOT EXISTS "
        "(SELECT FROM isolation_discharge d WHERE d.care_id = c.id AND d.taken_back_at IS NULL "
        "AND d.because = c.ended_because)",
    ),
    # papers are given to those who went, and to everybody who recovered
    "paper_too_early": (
        "certificate",
        "SELECT p.id FROM isolation_certificate p JOIN isolation_care c ON c.id = p.care_id "
        "WHERE p.person_id <> c.person_id OR c.state NOT IN ('discharged', 'withdrawn') "
        "OR (p.kind = 'discharge' AND c.ended_because <> 'recovered')",
    ),
    "no_paper": (
        "care",
        "SELECT c.id FROM isolation_care c WHERE c.state = 'discharged' AND c.ended_because = 'recovered' "
        "AND (SELECT count(DISTINCT p.kind) FROM isolation_certificate p WHERE p.care_id = c.id) <> 2",
    ),
    # nobody is fetched for a bed that is not promised to them; in a vehicle one may sit when the promise ends
    "driven_to_no_bed": (
        "pickup",
        "SELECT p.id FROM isolation_pickup p JOIN isolation_stay y ON y.id = p.stay_id "
        "WHERE (p.state = 'planned' AND y.state IN ('left', 'lapsed', 'given_back')) "
        "OR (p.state = 'picked_up' AND y.state = 'left')",
    ),
    "driven_elsewhere": (
        "pickup",
        "SELECT p.id FROM isolation_pickup p JOIN isolation_stay y ON y.id = p.stay_id "
        "JOIN isolation_run r ON r.id = p.run_id WHERE p.state <> 'cancelled' AND r.site_id <> y.site_id",
    ),
    "driven_by_nobody": (
        "pickup",
        "SELECT p.id FROM isolation_pickup p JOIN isolation_run r ON r.id = p.run_id "
        "WHERE p.state IN ('planned', 'picked_up') AND r.state IN ('finished', 'cancelled')",
    ),
}
_QUESTION = "SELECT '{what}', '{about}', id FROM ({question}) AS found (id)"
#: What the record tells of stays: how each began, who came, and how it ended.
_TOLD = """
SELECT 'unrecorded_' || what, 'stay', y.id FROM isolation_stay y, LATERAL (VALUES
    ('begin', true, '{isolation.bed_held,isolation.admitted,isolation.bed_changed}'::text[]),
    ('arrival', y.arrived_at IS NOT NULL, '{isolation.admitted,isolation.bed_changed}'),
    ('end', y.state = 'given_back', '{isolation.bed_given_back}'),
    ('end', y.ended_because = 'discharged', '{isolation.left}'),
    ('cleaning', y.cleaned_at IS NOT NULL, '{isolation.bed_cleaned}')
) AS told (what, holds, names)
WHERE holds AND NOT EXISTS (
    SELECT FROM record_event e WHERE e.person_id = y.person_id AND e.name = ANY(names) AND e.about_id = y.care_id
    AND (e.data ->> 'stay')::bigint = y.id)
ORDER BY 1, 3
"""


def disagreements() -> list[Disagreement]:
    """Return every pair of rows that contradict each other; none is the only good answer. One query over all rows."""
    questions = [
        _QUESTION.format(what=what, about=about, question=question.format(**PARTS).format(**PARTS))
        for what, (about, question) in CHECKS.items()
    ]
    return _found(" UNION ".join(questions) + " ORDER BY 1, 3")


def unrecorded() -> list[Disagreement]:
    """Return the stays of which the record does not tell what their rows say; none is the only good answer.

    One query over all stays; only where every stay came about by the actions.
    """
    return _found(_TOLD)


def _found(statement: str) -> list[Disagreement]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [Disagreement(*row) for row in cursor.fetchall()]
