"""Terms of the nurses' rounds: when they are, what is a warning, and how many people one nurse looks after."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from khumkan.isolation.terms.signs import SignTerms
from khumkan.isolation.terms.triage import SINCE
from khumkan.kernel.words import N_
from khumkan.policies import amended, term, terms


class Part(TextChoices):
    """Which of the two rounds of a day."""

    MORNING = "morning", _("Morning round")
    EVENING = "evening", _("Evening round")


@terms(
    "isolation.rounds",
    title=N_("Rounds: how often, and what calls a doctor"),
    since=SINCE,
    source=(
        "Twice a day with temperature and oxygen: Public Relations Bangkok, 19 July 2021. One nurse for 20: standard "
        "of April 2021 (huahintoday.com; The Nation 30404945). Oxygen below 96 percent means a doctor: "
        "shumenskoplato.net, what is home isolation. Hours and all other limits are settings of the office without a "
        "published source."
    ),
)
@dataclass(frozen=True, kw_only=True)
class RoundTerms(SignTerms):
    """Hours are those of clocks in Bangkok. A limit that is reached calls a doctor."""

    morning_from_hour: int = term(N_("Morning round: from this hour"), default=6, at_least=4, at_most=9)
    morning_to_hour: int = term(N_("Morning round: late from this hour"), default=12, at_least=10, at_most=13)
    evening_from_hour: int = term(N_("Evening round: from this hour"), default=16, at_least=14, at_most=18)
    evening_to_hour: int = term(N_("Evening round: late from this hour"), default=22, at_least=19, at_most=23)
    first_within_hours: int = term(
        N_("Hours after the arrival within which somebody is measured for the first time"),
        default=4, at_least=1, at_most=12,
    )  # fmt: skip
    self_report_allowed: bool = term(N_("People may report their own values"), default=True)
    patients_per_nurse: int = term(N_("Persons one nurse looks after, at most"), default=20, at_least=1, at_most=100)
    fall_after_exertion: int = term(
        N_("More than mild: oxygen falls by so many percentage points after moving"),
        default=3, at_least=1, at_most=20,
    )  # fmt: skip
    fall_since_before: int = term(
        N_("A doctor is called again: oxygen is low and fell by so many percentage points since it was last measured"),
        default=3, at_least=1, at_most=20,
    )  # fmt: skip


amended(
    RoundTerms,
    since=date(2021, 9, 4),
    why=N_("Hospitels also take light-yellow patients, so that severe begins below 92 percent, as at triage."),
    source=(
        "Follows from the third band of siroroshospitalcoltd.com, hospitel for light-yellow patients, 4 September "
        "2021; a setting of the office."
    ),
    red_spo2_below=92,
)
