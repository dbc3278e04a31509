"""Every figure of the situation: what it is called, what adding it up means, and by what it can be broken down.

What is not here is not shown. Another programme gives its figures by one entry here and one function in
`queries/sources`. What lies beside this room, such as the hotline, is offered when the process starts, by whoever knows
both: `declare` here, and `offer` there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.situation.choices import Kind, Part

COUNTRY, PROVINCE, DISTRICT, SECTION, SITE, EMPLOYER = Part


@dataclass(frozen=True)
class Indicator:
    """One figure.

    :param programme: whose figure it is, as the heading above it.
    :param words: its name; `unit` what is counted.
    :param means: one sentence: what counts, on which day, and of which place.
    :param parts: by what it is broken down, besides the whole country and the provinces.
    :param listed_at: the programme's own list behind a stock, by the name of its address; empty where the list of this
        room is the one behind it.
    :param is_open: whether everybody may have it, small cells hidden.
    """

    code: str
    programme: Promise
    words: Promise
    unit: Promise
    means: Promise
    kind: Kind
    parts: tuple[Part, ...] = ()
    listed_at: str = ""
    is_open: bool = False

    @property
    def all_parts(self) -> tuple[Part, ...]:
        """Everything it is stored by."""
        return (COUNTRY, PROVINCE, *self.parts)

    @property
    def is_flow(self) -> bool:
        """Whether days add up."""
        return self.kind is Kind.FLOW


_TESTING, _CARE, _DOSES = _("Testing"), _("Hospitels"), _("Vaccination")
_HOME = (DISTRICT, SECTION, SITE)
_ALL = (
    Indicator(
        "tests_taken",
        _TESTING,
        _("Tests taken"),
        _("specimens"),
        _("Specimens on the day on which they were taken, by where the person lives."),
        Kind.FLOW,
        _HOME,
        is_open=True,
    ),
    Indicator(
        "tests_positive",
        _TESTING,
        _("Positive tests"),
        _("specimens"),
        _("Specimens with the infection, on the day on which they were taken, by where the person lives."),
        Kind.FLOW,
        _HOME,
        is_open=True,
    ),
    Indicator(
        "tests_negative",
        _TESTING,
        _("Negative tests"),
        _("specimens"),
        _("Specimens without the infection, on the day on which they were taken, by where the person lives."),
        Kind.FLOW,
        _HOME,
    ),
    Indicator(
        "cases",
        _TESTING,
        _("New cases"),
        _("people"),
        _("People found infected, on the day of their specimen, by where they live; cases taken back do not count."),
        Kind.FLOW,
        (DISTRICT, SECTION, SITE, EMPLOYER),
        is_open=True,
    ),
    Indicator(
        "late_results",
        _TESTING,
        _("Late test results"),
        _("specimens"),
        _("Specimens whose answer is late now, by the site of the test."),
        Kind.STOCK,
        (SITE,),
        "screening:late_specimens",
    ),
    Indicator(
        "beds_total",
        _CARE,
        _("All beds"),
        _("beds"),
        _("Beds that the office counts now, by site."),
        Kind.STOCK,
        (SITE,),
        "isolation:board",
    ),
    Indicator(
        "beds_free",
        _CARE,
        _("Free beds"),
        _("beds"),
        _("Beds that can be given now, by site."),
        Kind.STOCK,
        (SITE,),
        "isolation:board",
        is_open=True,
    ),
    Indicator(
        "beds_occupied",
        _CARE,
        _("Occupied beds"),
        _("beds"),
        _("Beds in which somebody lies now, by site."),
        Kind.STOCK,
        (SITE,),
        "isolation:board",
    ),
    Indicator(
        "waiting_for_bed",
        _CARE,
        _("Waiting for a bed"),
        _("people"),
        _("People who wait for a bed now, by where they live."),
        Kind.STOCK,
        (),
        "isolation:waiting_beds",
    ),
    Indicator(
        "doses_given",
        _DOSES,
        _("Doses given"),
        _("doses"),
        _("Doses on the day on which they were given, by site; doses given elsewhere have no place."),
        Kind.FLOW,
        (SITE,),
        is_open=True,
    ),
    Indicator(
        "doses_planned",
        _DOSES,
        _("Doses planned"),
        _("doses"),
        _("Dates that people have or had for a dose on the day, by site."),
        Kind.FLOW,
        (SITE,),
    ),
    Indicator(
        "doses_left",
        _DOSES,
        _("Doses in stock"),
        _("doses"),
        _("Doses at the sites now, by site."),
        Kind.STOCK,
        (SITE,),
        "vaccination:office_doses",
    ),
    Indicator(
        "doses_expiring",
        _DOSES,
        _("Doses about to expire"),
        _("doses"),
        _("Doses at the sites that will soon be too old to be given, by site."),
        Kind.STOCK,
        (SITE,),
        "vaccination:office_doses",
    ),
    Indicator(
        "waiting_for_dose",
        _DOSES,
        _("Waiting for a date for a dose"),
        _("people"),
        _("People who wait for a date for their dose, by where they work or live."),
        Kind.STOCK,
        (DISTRICT,),
        "vaccination:overview",
    ),
)
_declared: dict[str, Indicator] = {each.code: each for each in _ALL}
INDICATORS: Mapping[str, Indicator] = MappingProxyType(_declared)


def declare(indicator: Indicator) -> None:
    """Show one more figure from now on; declaring it again changes nothing."""
    _declared[indicator.code] = indicator
