"""Which provinces the rule for districts would have opened, and when: over recorded cases and recorded supply."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import click

from khumkan.command.progress import last_line
from khumkan.kernel.errors import Refused
from khumkan.places.matching import match_province
from khumkan.vaccination.rules import case_figures, supply_file
from khumkan.vaccination.rules.case_figures import CaseFigures
from khumkan.vaccination.rules.openings import Choice, Recorded
from khumkan.vaccination.rules.openings import openings as chosen_over_days
from khumkan.vaccination.rules.supply_file import RecordedSupply
from khumkan.vaccination.terms.areas import AreaTerms

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
DOSES_EACH = 2
ESTIMATED = (
    "Cases of days that the file leaves out lie on the straight line between the days before and after, also where "
    "these came later: what opens when is an estimate in hindsight, not what was known on that day."
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked on the command line.

    :param listed: the share of the people of a province who would be listed; `supply` the share of the doses for them.
    """

    first: date
    last: date
    every: int
    listed: float
    supply: float
    open_before: frozenset[str]
    terms: AreaTerms


@click.command()
@click.argument("cases", type=FILE)
@click.argument("supply", type=FILE)
@click.option("--from", "first", type=DAY, default="2021-06-01", show_default=True, help="Day of the first choice.")
@click.option("--to", "last", type=DAY, default="2021-08-31", show_default=True, help="No choice after this day.")
@click.option("--every", type=click.IntRange(1, 60), default=7, show_default=True, help="Days between two choices.")
@click.option("--days", type=click.IntRange(1, 60), default=14, show_default=True, help="Days whose cases count.")
@click.option("--rate", type=click.FloatRange(0), default=50.0, show_default=True, help="Cases per 100,000 people.")
@click.option("--listed", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="Share who are listed.")
@click.option("--share", type=click.FloatRange(0, 1), default=0.2, show_default=True, help="Share of doses for them.")
@click.option("--open", "open_before", multiple=True, default=("10",), show_default=True, help="Open already.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def openings(
    cases: Path,
    supply: Path,
    first: datetime,
    last: datetime,
    every: int,
    days: int,
    rate: float,
    listed: float,
    share: float,
    open_before: tuple[str, ...],
    as_json: bool,
) -> None:
    """Choose again and again over the recorded CASES, within the recorded SUPPLY, and say which provinces open when."""
    asked = Asked(
        first=first.date(),
        last=last.date(),
        every=every,
        listed=listed,
        supply=share,
        open_before=frozenset(map(_code, open_before)),
        terms=AreaTerms(days=days, least_rate=Decimal(str(rate))),
    )
    try:
        figures = case_figures.read(cases.read_text(encoding="utf-8-sig").splitlines())
        supplied = supply_file.read(supply.read_text(encoding="utf-8-sig").splitlines())
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    choices = replayed(figures, supplied, asked)
    if as_json:
        last_line(_as_json(choices, figures))
        return
    for line in _words(choices, figures):
        click.echo(line)


def replayed(figures: CaseFigures, supplied: RecordedSupply, asked: Asked) -> list[Choice]:
    """Return the choices of all days."""
    recorded = Recorded(
        cases=figures.cases,
        people=supplied.people,
        wanted={code: round(people * asked.listed) * DOSES_EACH for code, people in supplied.people.items()},
        open_before=asked.open_before,
    )
    return list(
        chosen_over_days(
            recorded,
            first=asked.first,
            last=asked.last,
            every_days=asked.every,
            doses_by=lambda day: int(supplied.doses_by(day) * asked.supply),
            terms=asked.terms,
        )
    )


def _code(province: str) -> str:
    match = match_province(province)
    if match is None:
        raise click.BadParameter(f"no province is called {province}", param_hint="--open")
    return match.code


def _name(code: str) -> str:
    match = match_province(code)
    return match.name_en if match else code


def _words(choices: Sequence[Choice], figures: CaseFigures) -> list[str]:
    lines = []
    for choice in choices:
        opened = ", ".join(
            f"{_name(each.code)} ({each.rate} per 100,000; {each.days_known} days counted)" for each in choice.opened
        )
        left = ", ".join(_name(each.code) for each in choice.left_for_doses)
        lines.append(f"{choice.day}: {choice.doses:,} doses; opens {opened or 'nothing'}")
        if left:
            lines.append(f"            enough cases, not enough doses: {left}")
    apart = sum(figures.apart.values())
    return [*lines, ESTIMATED, f"{apart:,} cases lie in no province; names that fit none: {sorted(figures.unmatched)}"]


def _as_json(choices: Sequence[Choice], figures: CaseFigures) -> dict[str, object]:
    return {
        "opened": {each.code: choice.day.isoformat() for choice in choices for each in choice.opened},
        "rates": {each.code: f"{each.rate:.2f}" for choice in choices for each in choice.opened},
        "left_for_doses": sorted({each.code for choice in choices[-1:] for each in choice.left_for_doses}),
        "choices": len(choices),
        "apart": figures.apart,
        "respelt": figures.respelt,
        "unmatched": sorted(figures.unmatched),
    }
