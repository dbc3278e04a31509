"""Terms of triage: how ill somebody is, who suits a hospitel, who may stay at home, and who gets a bed first."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from khumkan.isolation.choices import Condition
from khumkan.isolation.terms.signs import SignTerms
from khumkan.kernel.words import N_
from khumkan.policies import Terms, amended, term, terms

#: Before the first recorded case in Thailand, so that every recorded day can be replayed.
SINCE = date(2020, 1, 1)


class Illness(TextChoices):
    """Which long illnesses a hospitel accepts."""

    NONE = "none", _("None")
    NO_RISK = "no_risk", _("None that counts as a risk")
    CONTROLLED = "controlled", _("None, or all under control")


@dataclass(frozen=True, kw_only=True)
class Band:
    """One way to suit a hospitel; whoever fits into any of them does.

    :param least_spo2: oxygen saturation at rest in percent, at least.
    :param oldest: age in full years, at most.
    :param mild_only: whether symptoms, breathing and temperature must all be mild; the oxygen has its own limit.
    """

    least_spo2: int
    oldest: int
    illness: Illness
    mild_only: bool


@terms(
    "isolation.triage",
    title=N_("Triage: how ill somebody is, and where they are looked after"),
    since=SINCE,
    source=(
        "Green to a hospitel, yellow to a hospital, red to special care: Pattaya Mail 352550 and Thairath 2072991, "
        "2021; hospitels for people without or with mild symptoms: The Nation 30404945, April 2021. Oxygen below 96 "
        "percent is abnormal: shumenskoplato.net, what is home isolation. Red signs, all limits of breathing and "
        "temperature, pregnancy to a hospital, and the limit of age before July 2021 are settings of the office "
        "without a published source."
    ),
)
@dataclass(frozen=True, kw_only=True)
class TriageTerms(SignTerms):
    """Limits of green, yellow and red, and which of them go where. Fever alone is on the green list until 39 °C."""

    yellow_temperature_from: Decimal = term(
        N_("More than mild: temperature in °C from"),
        default=Decimal("39.0"), at_least=Decimal(37), at_most=Decimal(43),
    )  # fmt: skip
    risk_older_than: int = term(N_("At risk: older than so many years"), default=60, at_least=30, at_most=120)
    risk_conditions: tuple[Condition, ...] = term(N_("Illnesses that are a risk"), default=tuple(Condition))
    risk_uncontrolled: tuple[Condition, ...] = term(
        N_("Illnesses that are a risk only when they are not under control"), default=()
    )
    # Green
    fever_from: Decimal = term(
        N_("Fever: temperature in °C from"), default=Decimal("37.5"), at_least=Decimal(37), at_most=Decimal(39)
    )
    # Who suits a hospitel
    bands: tuple[Band, ...] = term(
        N_("Who suits a hospitel: any one of these, and nothing severe"),
        default=(Band(least_spo2=96, oldest=60, illness=Illness.NO_RISK, mild_only=True),),
    )
    pregnant_to_hospital: bool = term(N_("Pregnant women are looked after in a hospital"), default=True)
    # Who may stay at home
    home_offered: bool = term(N_("Whether people may be looked after at home"), default=False)
    home_younger_than: int = term(N_("At home: younger than so many years"), default=60, at_least=15, at_most=120)
    home_others_most: int = term(N_("At home: other persons in the home, at most"), default=1, at_least=0, at_most=20)
    home_own_room: bool = term(N_("At home: a room of one's own is needed"), default=True)
    home_bmi_most: int = term(
        N_("At home: body-mass index, at most; either this or the weight is enough"),
        default=30, at_least=20, at_most=60,
    )  # fmt: skip
    home_weight_most: int = term(N_("At home: weight in kilograms, at most"), default=90, at_least=40, at_most=200)
    home_excluded: tuple[Condition, ...] = term(
        N_("At home: illnesses that rule it out"),
        default=(Condition.LUNG, Condition.KIDNEY, Condition.HEART, Condition.STROKE, Condition.CANCER,
                 Condition.IMMUNE, Condition.LIVER),
    )  # fmt: skip
    home_excluded_uncontrolled: tuple[Condition, ...] = term(
        N_("At home: illnesses that rule it out when they are not under control"),
        default=(Condition.DIABETES, Condition.OTHER),
    )


amended(
    TriageTerms,
    since=date(2021, 7, 1),
    why=N_("People with mild illness may be looked after at home when they and their home suit it."),
    source=(
        "Samitivej hospitals, home isolation; Public Relations Bangkok, 19 July 2021; shumenskoplato.net, what is home "
        "isolation. A room of one's own and the illnesses cancer, weak immune system and cirrhosis are settings."
    ),
    home_offered=True,
)
amended(
    TriageTerms,
    since=date(2021, 7, 8),
    why=N_("The list of green and yellow patients is published, with the risks that make somebody yellow."),
    source=(
        "Erawan Centre, 8 July 2021: prachachat.net/general/news-708707 and gpautoparts.co.th/archives/3338. The list "
        "of illnesses was read in part: cancer, weak immune system, cirrhosis and other long illnesses are settings."
    ),
    risk_conditions=(
        Condition.LUNG, Condition.KIDNEY, Condition.HEART, Condition.STROKE, Condition.CANCER, Condition.IMMUNE,
        Condition.LIVER,
    ),
    risk_uncontrolled=(Condition.DIABETES, Condition.OTHER),
)  # fmt: skip
amended(
    TriageTerms,
    since=date(2021, 9, 4),
    why=N_("Hospitels also take light-yellow patients, by three bands of oxygen, age and illness."),
    source=(
        "siroroshospitalcoltd.com, hospitel for light-yellow patients, 4 September 2021: the criteria of one hospital. "
        "That severe begins below 92 percent from this day follows from the third band and is a setting."
    ),
    bands=(
        Band(least_spo2=96, oldest=75, illness=Illness.CONTROLLED, mild_only=False),
        Band(least_spo2=94, oldest=65, illness=Illness.CONTROLLED, mild_only=False),
        Band(least_spo2=92, oldest=60, illness=Illness.NONE, mild_only=True),
    ),
    red_spo2_below=92,
)
amended(
    TriageTerms,
    since=date(2022, 1, 4),
    why=N_("People up to 74 years of age may be looked after at home."),
    source="springnews.co.th/news/819835, 4 January 2022",
    home_younger_than=75,
)
amended(
    TriageTerms,
    since=date(2022, 3, 1),
    why=N_("Fever begins at 37.8 °C."),
    source="multimedia.anamai.moph.go.th, info317_covid19, March 2022; that it lasts for 24 hours is not asked.",
    fever_from=Decimal("37.8"),
)


@terms(
    "isolation.priority",
    title=N_("Who gets a bed first"),
    since=SINCE,
    source="Risk before waiting: the programme's own order. All points are settings of the office; no source.",
)
@dataclass(frozen=True, kw_only=True)
class PriorityTerms(Terms):
    """Points of those who wait for a bed; with these values a worse level comes first, however long others wait."""

    points_red: int = term(N_("Points for severe illness"), default=400, at_least=0, at_most=2_000)
    points_yellow: int = term(N_("Points for risk or more than mild illness"), default=200, at_least=0, at_most=2_000)
    elderly_from_age: int = term(N_("Age in years from which age counts"), default=60, at_least=40, at_most=120)
    points_elderly: int = term(N_("Points for this age"), default=20, at_least=0, at_most=200)
    points_condition: int = term(N_("Points for each long illness"), default=10, at_least=0, at_most=200)
    conditions_most: int = term(N_("Long illnesses that count, at most"), default=3, at_least=0, at_most=9)
    points_pregnant: int = term(N_("Points for pregnancy"), default=20, at_least=0, at_most=200)
    many_from: int = term(N_("Other persons in the home from which a home is full"), default=3, at_least=1, at_most=50)
    points_many: int = term(N_("Points for a full home"), default=10, at_least=0, at_most=200)
    points_no_room: int = term(
        N_("Points for having no room of one's own at home"), default=10, at_least=0, at_most=200
    )
    points_an_hour: Decimal = term(
        N_("Points for each hour of waiting"), default=Decimal(1), at_least=Decimal(0), at_most=Decimal(100)
    )
    waiting_most: int = term(N_("Points for waiting, at most"), default=96, at_least=0, at_most=2_000)
