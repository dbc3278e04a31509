"""How rounds, strata and industries are called on pages."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.places import queries as places
from khumkan.screening.models import Round
from khumkan.screening.rules.sampling import SizeRule, StratumKey
from khumkan.screening.states import RoundState

STATES: Mapping[str, tuple[Promise, str]] = {
    RoundState.PLANNED: (gettext_lazy("Planned"), "plain"),
    RoundState.FROZEN: (gettext_lazy("Frame frozen"), "info"),
    RoundState.DRAWN: (gettext_lazy("Drawn"), "info"),
    RoundState.ANNOUNCED: (gettext_lazy("Announced"), "good"),
    RoundState.CLOSED: (gettext_lazy("Closed"), "done"),
    RoundState.CANCELLED: (gettext_lazy("Cancelled"), "bad"),
}
STEPS = (
    (RoundState.PLANNED, gettext_lazy("Plan")),
    (RoundState.FROZEN, gettext_lazy("Freeze")),
    (RoundState.DRAWN, gettext_lazy("Draw")),
    (RoundState.ANNOUNCED, gettext_lazy("Announce")),
    (RoundState.CLOSED, gettext_lazy("Close")),
)
KEYS: Mapping[StratumKey, Promise] = {
    StratumKey.INDUSTRY: gettext_lazy("Industry"),
    StratumKey.SIZE: gettext_lazy("Size of the enterprise"),
    StratumKey.PROVINCE: gettext_lazy("Province"),
    StratumKey.DISTRICT: gettext_lazy("District"),
    StratumKey.HOUSING: gettext_lazy("Housing of workers"),
}
RULES: Mapping[SizeRule, Promise] = {
    SizeRule.SHARE: gettext_lazy("A share of the workers"),
    SizeRule.NUMBER: gettext_lazy("A number of workers"),
    SizeRule.DETECT: gettext_lazy("Enough to find a case, if there are any"),
}
#: Divisions of TSIC 2009, up to and including the number, by what they are called in common.
INDUSTRIES: tuple[tuple[int, Promise], ...] = (
    (2, gettext_lazy("Agriculture and forestry")),
    (3, gettext_lazy("Fishing")),
    (9, gettext_lazy("Mining")),
    (12, gettext_lazy("Food, beverages and tobacco")),
    (15, gettext_lazy("Textiles, garments and leather")),
    (18, gettext_lazy("Wood, paper and printing")),
    (21, gettext_lazy("Fuels, chemicals and medicines")),
    (23, gettext_lazy("Rubber, plastics, glass and stone")),
    (25, gettext_lazy("Metals")),
    (28, gettext_lazy("Electronics and machines")),
    (30, gettext_lazy("Vehicles")),
    (33, gettext_lazy("Other manufacturing and repair")),
    (39, gettext_lazy("Energy, water and waste")),
    (43, gettext_lazy("Building")),
    (47, gettext_lazy("Trade")),
    (53, gettext_lazy("Transport and storage")),
    (56, gettext_lazy("Hotels and restaurants")),
    (63, gettext_lazy("Information and communication")),
    (68, gettext_lazy("Finance and real estate")),
    (82, gettext_lazy("Services to enterprises")),
    (84, gettext_lazy("Public administration")),
    (85, gettext_lazy("Education")),
    (88, gettext_lazy("Health and social work")),
    (99, gettext_lazy("Other services")),
)


def state_of(row: Round) -> tuple[str, str]:
    """Return what the state is called, and its tone."""
    words, tone = STATES[row.state]
    return str(words), tone


def industry(code: str) -> str:
    """Return what a division is called, with its number."""
    if not code.isdigit():
        return _("Industry unknown")
    words = next((words for upto, words in INDUSTRIES if int(code) <= upto), INDUSTRIES[-1][1])
    return f"{words} ({code})"


def size_class(number: int, bounds: Iterable[int]) -> str:
    """Return how many workers a size class has."""
    limits = sorted(bounds)
    least = limits[number - 2] if number > 1 else 1
    if number > len(limits):
        return _("%(least)s workers and more") % {"least": least}
    return _("%(least)s to %(most)s workers") % {"least": least, "most": limits[number - 1] - 1}


def strata(names: Iterable[str], *, bounds: Iterable[int]) -> dict[str, str]:
    """Return what strata are called, by name; the areas of all of them in three queries at most."""
    parts = {name: _parts(name) for name in names}
    codes = {code for each in parts.values() for key, code in each if key in (StratumKey.PROVINCE, StratumKey.DISTRICT)}
    areas = places.area_names(codes - {"-"})
    limits = tuple(bounds)
    return {
        name: ", ".join(_part(key, code, areas, limits) for key, code in each) or _("All workers")
        for name, each in parts.items()
    }


def _parts(name: str) -> list[tuple[StratumKey, str]]:
    if name == "all":
        return []
    pairs = (part.partition(":") for part in name.split("."))
    return [(StratumKey(key), code) for key, _colon, code in pairs]


def _part(key: StratumKey, code: str, areas: Mapping[str, str], bounds: tuple[int, ...]) -> str:
    if key is StratumKey.INDUSTRY:
        return industry(code)
    if key is StratumKey.SIZE:
        return size_class(int(code), bounds)
    if key is StratumKey.HOUSING:
        return _("with housing") if code == "1" else _("without housing")
    return areas.get(code) or _("Area unknown")
