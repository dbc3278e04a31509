"""The table of `docs/rules/situation.md` is what the rule publishes."""

import re
from pathlib import Path

import khumkan
from khumkan.situation.rules.suppression import published

PAGE = Path(khumkan.__file__).parents[1] / "docs" / "rules" / "situation.md"
ROW = re.compile(r"^\| ([\d, ]+) \| ([\d–, ]+) \| ([\d–]+) \|$", re.MULTILINE)
LEAST = 5


def shown(value: int | None) -> str:
    return "–" if value is None else str(value)


def test_the_table_says_what_is_published() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) == 6
    for cells, told, total in rows:
        line = published(dict(enumerate(int(cell) for cell in cells.split(", "))), least=LEAST)
        assert (", ".join(shown(value) for value in line.cells.values()), shown(line.total)) == (told, total), cells
