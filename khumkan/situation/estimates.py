"""Where the epidemic is going, in words: each estimate with its 95% interval, and a sentence where there is none."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from khumkan.situation.queries.room import Spreading
from khumkan.situation.rules.epidemic import Estimate, Growth


@dataclass(frozen=True)
class Line:
    """One estimate as a page and a report show it."""

    words: str
    value: str
    meaning: str


def lines(spreading: Spreading) -> list[Line]:
    """Put words to what is estimated, in the language of this request."""
    mean = _("Not known") if spreading.mean is None else f"{spreading.mean:,.1f}"
    return [
        Line(_("New cases a day"), mean, _("Mean of the last seven days that are over.")),
        Line(
            _("Share of positive tests"),
            _share(spreading.positivity),
            _("Of the tests of seven days that found something or nothing. Exact interval (Clopper and Pearson)."),
        ),
        _growth(spreading.growth),
        Line(
            _("Reproduction number"),
            _ratio(spreading.reproduction),
            _("How many people one case infects. Method of Cori and others (2013), over seven days."),
        ),
    ]


def _growth(growth: Growth | None) -> Line:
    meaning = _("A straight line through the logarithm of the daily cases of 14 days, by least squares.")
    if growth is None or growth.days is None:
        return Line(_("Doubling time"), _("Not known"), meaning)
    words = _("Doubling time") if growth.grows else _("Halving time")
    days = _("%(days)s days") % {"days": f"{growth.days:,.1f}"}
    if growth.longest is None:
        return Line(words, days, f"{meaning} {_('It may as well not be growing or falling at all.')}")
    interval = f"{growth.shortest:,.1f}–{growth.longest:,.1f}"
    return Line(words, f"{days} ({interval})", meaning)


def _share(found: Estimate | None) -> str:
    if found is None:
        return _("Not known")
    return f"{found.value:.1%} ({found.low:.1%}–{found.high:.1%})"


def _ratio(found: Estimate | None) -> str:
    if found is None:
        return _("Not known")
    return f"{found.value:.2f} ({found.low:.2f}–{found.high:.2f})"
