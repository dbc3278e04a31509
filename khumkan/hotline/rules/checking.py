"""What somebody can get, from a few answers. A hint that leads on: whether they get it, each programme decides."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What there is, in the order in which it is shown."""

    EMERGENCY = "emergency"
    CARE = "care"
    TEST = "test"
    TEST_AT_RISK = "test_at_risk"
    VACCINATION = "vaccination"
    VACCINATION_LATER = "vaccination_later"
    LOST_WORK = "lost_work"
    EMPLOYER_LISTS = "employer_lists"
    LOAN = "loan"
    LOAN_LATER = "loan_later"
    OTHER_SCHEME = "other_scheme"


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What somebody said; nothing of it is kept.

    :param section: of the Social Security Act; None for somebody who is not insured, 0 for somebody who does not know.
    """

    section: int | None
    is_severe: bool = False
    is_positive: bool = False
    met_somebody: bool = False
    has_symptoms: bool = False
    wants_vaccination: bool = False
    lost_work: bool = False
    is_employer: bool = False


def measures(
    said: Answers, *, test_sections: Collection[int], open_sections: Collection[int], is_lending: bool
) -> tuple[Measure, ...]:
    """Return what somebody can get.

    :param test_sections: sections whose insured persons may register for a test today.
    :param open_sections: sections that the phases of vaccination which are open where they are take.
    :param is_lending: whether a phase of lending takes applications today.
    """
    found = {Measure.EMERGENCY} if said.is_severe else set()
    if said.section is None:
        found |= {Measure.OTHER_SCHEME}
    else:
        found |= _of_insured(said, test_sections, open_sections)
    if said.lost_work:
        found.add(Measure.LOST_WORK)
    if said.is_employer:
        found |= {Measure.EMPLOYER_LISTS, Measure.LOAN if is_lending else Measure.LOAN_LATER}
    return tuple(measure for measure in Measure if measure in found)


def _of_insured(said: Answers, test_sections: Collection[int], open_sections: Collection[int]) -> set[Measure]:
    found: set[Measure] = set()
    if said.is_positive:
        found.add(Measure.CARE)
    elif said.section == 0 or said.section in test_sections:
        found.add(Measure.TEST if said.met_somebody or said.has_symptoms else Measure.TEST_AT_RISK)
    if said.wants_vaccination:
        is_open = bool(open_sections) if said.section == 0 else said.section in open_sections
        found.add(Measure.VACCINATION if is_open else Measure.VACCINATION_LATER)
    return found
