"""Moving enrolments and doses from one state to the next, and writing that down. Every other action goes through here.

Order of locks: the enrolment, its doses, then the supplies in the order of their ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from khumkan import messages, record
from khumkan.kernel import clock, prepared
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused, check
from khumkan.kernel.words import N_
from khumkan.places.models import Site
from khumkan.vaccination.models import Dose, Enrolment, Session
from khumkan.vaccination.states import DoseState, EnrolmentState, may_move

#: The key of what no device sends twice.
NO_KEY = UUID(int=0)
#: In the order of the model, in which `from_db` takes their values.
_DOSE = ("id", "reference", "enrolment_id", "person_id", "number", "state", "vaccine", "due_from", "session_id",
         "changes_left")  # fmt: skip
#: The enrolment is locked before the dose, as everywhere. What else is read comes from subqueries: rows joined to a row
#: that somebody changes at the same time would be those of before.
_HELD = f"""
{", ".join(f"d.{column}" for column in _DOSE)}, e.province_code,
       (SELECT supply_id FROM vaccination_session WHERE id = d.session_id),
       (SELECT starts_at FROM vaccination_session WHERE id = d.session_id),
       (SELECT birth_date FROM registry_person WHERE id = d.person_id)
"""  # noqa: S608 columns of our own model
_HOLD_DATE = f"""
SELECT {_HELD} FROM vaccination_enrolment e JOIN vaccination_dose d ON d.enrolment_id = e.id
WHERE d.id = %(dose)s FOR NO KEY UPDATE OF e, d
"""  # noqa: S608 columns of our own model
_HOLD = "WHERE id = %(id)s::bigint FOR NO KEY UPDATE"
#: In the order of the models. Of a session that is cancelled at this moment no place can be taken any more.
_SESSION = (
    "id",
    "reference",
    "site_id",
    "supply_id",
    "vaccine",
    "day",
    "starts_at",
    "ends_at",
    "cancelled_at",
    "closed_at",
)
_SITE = ("id", "name_th", "name_en")
_HOLD_OWN_DATE = f"""
SELECT {", ".join([*(f"s.{column}" for column in _SESSION), *(f"site.{column}" for column in _SITE)])}, {_HELD}
FROM vaccination_enrolment e JOIN vaccination_dose d ON d.enrolment_id = e.id
JOIN vaccination_session s ON s.reference = %(session)s JOIN places_site site ON site.id = s.site_id
WHERE d.person_id = %(person)s AND d.state IN ('waiting', 'booked', 'at_site') FOR NO KEY UPDATE OF e, d
"""  # noqa: S608 columns of our own models
_MOVE_DATE = """
UPDATE vaccination_dose SET session_id = %(session)s::bigint, booked_at = %(now)s, changes_left = %(left)s
WHERE id = %(dose)s RETURNING id
"""


@dataclass(frozen=True, slots=True)
class HeldDate:
    """A dose with its date, held until the commit.

    :param supply_id: the supply of its session, and `starts_at` when that begins; none without a date.
    """

    dose: Dose
    supply_id: int | None
    starts_at: datetime | None
    born: date | None


def hold_enrolment(enrolment: Enrolment) -> Enrolment:
    """Return the enrolment as it is now, held until the commit. Its doses are held with it."""
    return Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)


def hold_dose(dose: Dose) -> Dose:
    """Return the dose as it is now; it and its enrolment are held until the commit."""
    prepared.instances(Enrolment, _HOLD, {"id": dose.enrolment_id})
    (fresh,) = prepared.instances(Dose, _HOLD, {"id": dose.pk})
    return fresh


def hold_date(dose: Dose) -> HeldDate:
    """Return the dose as it is now with what a change of its date needs; it and its enrolment are held. One statement.

    Only the columns that such a change looks at are read.
    """
    (row,) = prepared.rows(_HOLD_DATE, {"dose": dose.pk})
    return _held_date(row)


def hold_own_date(person_id: int, session_reference: str) -> tuple[HeldDate, Session]:
    """Return the coming dose of somebody, held as by `hold_date`, and the session that they chose, with its site.

    One statement; only the columns that a change of the date looks at are read.

    :raises Missing: when there is no such dose, or no such session.
    """
    if "\0" in session_reference:  # which no database can look for
        raise Missing("no such session")
    found = prepared.rows(_HOLD_OWN_DATE, {"person": person_id, "session": session_reference})
    if not found:
        raise Missing("no such dose or session")
    row, site_at, dose_at = found[0], len(_SESSION), len(_SESSION) + len(_SITE)
    session = Session.from_db(connection.alias, _SESSION, row[:site_at])
    session.site = Site.from_db(connection.alias, _SITE, row[site_at:dose_at])
    return _held_date(row[dose_at:]), session


def move_date(dose: Dose, session: Session) -> None:
    """Give a dose that the caller holds another date. One statement."""
    now = clock.now()
    values = {"dose": dose.pk, "session": session.pk, "now": now, "left": dose.changes_left}
    prepared.rows(_MOVE_DATE, values)
    dose.session, dose.booked_at = session, now


def move_enrolment(enrolment: Enrolment, to: EnrolmentState, **columns: object) -> None:
    """Move an enrolment that the caller holds, together with other columns.

    :raises Refused: when the table of moves does not allow it, or somebody was faster.
    """
    _move(enrolment, EnrolmentState(enrolment.state), to, columns)


def move_dose(dose: Dose, to: DoseState, **columns: object) -> None:
    """Move a dose that the caller holds, together with other columns.

    :raises Refused: when the table of moves does not allow it, or somebody was faster.
    """
    _move(dose, DoseState(dose.state), to, columns)


def note(
    what: str, about: Enrolment | Dose, *, by: Actor, site_id: int | None = None, **data: int | str | None
) -> None:
    """Write an event about an enrolment or a dose."""
    record.write(f"vaccination.{what}", by=by, about=about, site_id=site_id, data=data)


def tell(template: str, about: Enrolment | Dose, **params: str | int) -> None:
    """Queue a message to the person, in the transaction of the change."""
    messages.send(
        f"vaccination.{template}",
        person_id=about.person_id,
        params={"reference": about.reference, **params},
        about=about,
    )


def _held_date(row: Sequence[Any]) -> HeldDate:
    *values, province_code, supply_id, starts_at, born = row
    fresh = Dose.from_db(connection.alias, _DOSE, values)
    fresh.enrolment = Enrolment.from_db(
        connection.alias,
        ("id", "person_id", "province_code"),
        (fresh.enrolment_id, fresh.person_id, province_code),
    )
    return HeldDate(fresh, supply_id, starts_at, born)


def _move(
    thing: Enrolment | Dose,
    was: EnrolmentState | DoseState,
    to: EnrolmentState | DoseState,
    columns: dict[str, object],
) -> None:
    check(may_move(was, to))
    values = {**columns, "state": to}
    if to is EnrolmentState.ENDED:
        values.setdefault("ended_at", clock.now())
    if not type(thing)._default_manager.filter(pk=thing.pk, state=was).update(**values):
        raise Refused(N_("This has moved on in the meantime. Please look at it again."), "state_moved_on")
    for name, value in values.items():
        setattr(thing, name, value)
