"""From a piece of a monthly filing to rows of the staging table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Refused
from khumkan.kernel.money import baht
from khumkan.kernel.words import N_
from khumkan.registry import rules
from khumkan.registry.staging import binary, cells
from khumkan.registry.staging.cells import Problems
from khumkan.registry.staging.columns import PROBLEM_COLUMNS, Staging, encoded, problem_columns
from khumkan.registry.staging.headings import FILING_FIELDS
from khumkan.registry.staging.people_rows import number_indexes
from khumkan.registry.staging.pieces import Piece
from khumkan.registry.staging.reading import cells_of

STAGING: Staging = (
    *PROBLEM_COLUMNS,
    ("number_index", "bytea", binary.blobs),
    ("name_key", "text", binary.texts),
    #: Satang, as a COPY of numbers with places would cost more than it is worth.
    ("satang", "bigint", binary.bigints),
)
WAGE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
MOST_WAGE = Decimal(99_999_999)


@dataclass(frozen=True, slots=True)
class FixedWidth:
    """Where the columns of a filing of fixed width stand, as payroll programs write it.

    Places are characters from 0, the end not included. The first line is the header.

    :param columns: of the lines of employees, by the names of `headings.FILING_FIELDS`.
    :param account: of the employer, in the header; `branch`, `month`, `count` and `total` stand there too, where the
        layout has them.
    :param detail: how lines of employees begin; other lines are passed over.
    :param decimals: places of the wage, and of the total, that are written without a point.
    """

    columns: Mapping[str, tuple[int, int]]
    account: tuple[int, int]
    detail: str = "2"
    decimals: int = 2
    branch: tuple[int, int] | None = None
    month: tuple[int, int] | None = None
    count: tuple[int, int] | None = None
    total: tuple[int, int] | None = None

    def cells(self, line: str) -> list[str]:
        """Return the cells of a line in the order of `columns`; empty for a line that is not about an employee."""
        if not line.startswith(self.detail):
            return []
        cut = {name: line[start:end].strip() for name, (start, end) in self.columns.items()}
        wage = cut.get("wage", "")
        if self.decimals and wage.isdigit() and len(wage) > self.decimals:
            cut["wage"] = f"{int(wage[: -self.decimals])}.{wage[-self.decimals :]}"
        return list(cut.values())


#: The layout that is understood without being told: records of 135 characters in TIS-620, the header first. The office
#: publishes no description of it that could be found; the places are those that payroll programs write for the form
#: สปส. 1-10 (seen in a public one), and `khumkan import filing --fixed` takes others.
#: The header holds besides: day of payment 17-23, name 27-72, rate 72-76, contributions 97-135.
LAYOUT = FixedWidth(
    columns={
        "id_number": (1, 14), "title": (14, 17), "first_name": (17, 47), "last_name": (47, 82), "wage": (82, 96),
    },
    account=(1, 11), branch=(11, 17), month=(23, 27), count=(76, 82), total=(82, 97),
)  # fmt: skip
#: A header of the layout begins so: record 1, account number and branch, day of payment and month, all digits.
_HEADER = re.compile(r"1[0-9]{26}(?![0-9]{20})")


def has_layout(first_line: str) -> bool:
    """Tell whether a file begins like the layout that is understood without being told."""
    return _HEADER.match(first_line) is not None and first_line[76:97].isdigit()


def staged(piece: Piece, *, layout: Mapping[str, int], width: int) -> bytes:
    """Return the rows of a piece of a filing as rows of a binary COPY."""
    found = cells_of(piece, layout=layout, fields=FILING_FIELDS, width=width)
    problems, columns, count = Problems(found.spoiled), found.columns, len(found.row_numbers)
    kinds = cells.chosen(columns["id_kind"], cells.KINDS, "id_kind", problems)
    numbers = cells.numbers(kinds, columns["id_number"], "id_number", problems)
    firsts = cells.names(columns["first_name"], "first_name", problems, required=True)
    lasts = cells.names(columns["last_name"], "last_name", problems, required=False)
    values = {
        "row": found.row_numbers,
        "number_index": number_indexes(kinds, numbers),
        "name_key": [rules.name_key(first, last) for first, last in zip(firsts, lasts, strict=True)],
        "satang": cells.each(columns["wage"], satang, "wage", problems, empty=0),
    }
    return encoded({**values, **problem_columns(problems, count)}, STAGING)


def satang(text: str) -> int:
    """Return a wage in satang.

    :raises Refused: when it is no amount of baht.
    """
    written = plain(text).replace(",", "")
    if not WAGE.fullmatch(written) or Decimal(written) > MOST_WAGE:
        raise Refused(N_("“%(text)s” is not a wage in baht, such as 15000 or 15,000.50."), "wage", text=text[:20])
    return int(baht(written) * 100)
