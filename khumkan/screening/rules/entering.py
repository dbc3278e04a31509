"""Whether a result may be entered for a specimen."""

from datetime import date

from khumkan.kernel.errors import Reason, Verdict
from khumkan.screening.rules.result_files import reason
from khumkan.screening.states import SpecimenState

_BY_STATE = {
    SpecimenState.TAKEN: "not_received",
    SpecimenState.SENT: "not_received",
    SpecimenState.POOLED: "in_pool",
    SpecimenState.SPOILED: "spoiled",
}


def may_enter(
    *,
    state: SpecimenState,
    released: str | None,
    outcome: str,
    waits: bool,
    tested_on: date | None,
    taken_on: date,
    today: date,
) -> Verdict:
    """Say whether a result may be entered by hand, with the same sentences that a file gets.

    :param released: the outcome that stands, if one was released; another one is a correction.
    :param waits: whether an entered result waits for its release.
    """
    problem = _problem(state, released, outcome, waits) or _day_problem(tested_on, taken_on, today)
    return Verdict.no(_reason(problem)) if problem else Verdict.yes()


def _problem(state: SpecimenState, released: str | None, outcome: str, waits: bool) -> str:
    if waits:
        return "waits_for_release"
    if state in _BY_STATE:
        return _BY_STATE[state]
    return "same_before" if released == outcome else ""


def _day_problem(tested_on: date | None, taken_on: date, today: date) -> str:
    if tested_on is None:
        return ""
    if tested_on > today:
        return "day_in_future"
    return "day_before_specimen" if tested_on < taken_on else ""


def _reason(code: str) -> Reason:
    return reason(code, {})
