"""Terms of the hotline's cases: how urgent each reason is, and within which time it is solved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from khumkan.hotline.choices import Reason
from khumkan.kernel.words import N_
from khumkan.policies import Terms, term, terms

#: The hotline 1506 press 6 opened on that day.
SINCE = date(2021, 4, 20)
#: A case of this priority is urgent: it comes before everything else, also in a surge.
URGENT = 100
MINUTES: Mapping[Reason, int] = MappingProxyType(
    {
        Reason.STATUS: 480,
        Reason.NO_TEST: 240,
        Reason.NO_BED: 60,
        Reason.RESULT_LATE: 480,
        Reason.CANNOT_COME: 240,
        Reason.WRONG_NAME: 1_440,
        Reason.CHANGE_PHONE: 2_880,
        Reason.VACCINATION_DATE: 1_440,
        Reason.SIDE_EFFECT: 30,
        Reason.GOT_WORSE: 15,
        Reason.CERTIFICATE: 1_440,
        Reason.EMPLOYER_LIST: 480,
        Reason.LOAN: 1_440,
        Reason.COMPLAINT: 2_880,
        Reason.OTHER: 1_440,
    }
)
PRIORITIES: Mapping[Reason, int] = MappingProxyType(
    {
        Reason.STATUS: 20,
        Reason.NO_TEST: 60,
        Reason.NO_BED: 110,
        Reason.RESULT_LATE: 50,
        Reason.CANNOT_COME: 40,
        Reason.WRONG_NAME: 20,
        Reason.CHANGE_PHONE: 30,
        Reason.VACCINATION_DATE: 30,
        Reason.SIDE_EFFECT: 120,
        Reason.GOT_WORSE: 130,
        Reason.CERTIFICATE: 20,
        Reason.EMPLOYER_LIST: 30,
        Reason.LOAN: 20,
        Reason.COMPLAINT: 30,
        Reason.OTHER: 10,
    }
)


@terms(
    "hotline.cases",
    title=N_("Cases of the hotline"),
    since=SINCE,
    source=(
        "That the hotline 1506 press 6 helped callers who found no test site and no hospital: thailandmirror.com, "
        "20 April 2021. All minutes, priorities and limits are settings of the office; no published rule was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class CaseTerms(Terms):
    """Within which time each reason is solved, who comes first, and how much one member of staff works on at once."""

    minutes: Mapping[Reason, int] = term(N_("Minutes until a case must be solved, by reason"), default=MINUTES)
    priorities: Mapping[Reason, int] = term(N_("Priority by reason; 100 and more is urgent"), default=PRIORITIES)
    most_open: int = term(
        N_("Open cases that one member of the hotline works on at once"), default=12, at_least=1, at_most=200
    )
    shift_hours: int = term(
        N_("Hours after which somebody at the desk counts as gone home"), default=10, at_least=1, at_most=24
    )
    caller_hours: int = term(
        N_("Hours for which an answer of the caller is waited for"), default=48, at_least=1, at_most=720
    )
    reopen_days: int = term(
        N_("Days after its end within which a case is opened again when the caller calls again"),
        default=7, at_least=0, at_most=90,
    )  # fmt: skip
    questions: int = term(N_("Questions asked to make sure who calls"), default=3, at_least=2, at_most=5)
    right_answers: int = term(N_("Right answers needed"), default=2, at_least=2, at_most=5)
    verified_minutes: int = term(
        N_("Minutes for which a caller counts as verified"), default=30, at_least=5, at_most=120
    )
    reviewed_a_day: int = term(
        N_("Closed cases a day that a supervisor is given to look at"), default=5, at_least=0, at_most=100
    )


@terms(
    "hotline.stuck",
    title=N_("Chains that are stuck"),
    since=SINCE,
    source=(
        "Results within 24 to 48 hours: Pattaya Mail 351164, 14 April 2021. Waiting for a bed, for a place and missed "
        "dates are settings of the office; no published rule was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class StuckTerms(Terms):
    """After how long a chain that does not go on becomes a case by itself."""

    bed_hours: int = term(
        N_("Hours after which an infected person without a bed becomes a case"), default=6, at_least=1, at_most=240
    )
    answers_hours: int = term(
        N_("Hours after which an infected person who has not said how they are becomes a case"),
        default=12, at_least=1, at_most=240,
    )  # fmt: skip
    result_hours: int = term(
        N_("Hours after the swab after which a missing result becomes a case"), default=60, at_least=12, at_most=480
    )
    place_hours: int = term(
        N_("Hours after which somebody without a place for a test becomes a case"), default=72, at_least=1, at_most=720
    )
