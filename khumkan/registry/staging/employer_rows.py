"""From a piece of a file of employers to rows of the staging table."""

import re
from collections.abc import Mapping, Sequence

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.registry import rules
from khumkan.registry.staging import binary, cells
from khumkan.registry.staging.cells import Problems
from khumkan.registry.staging.columns import (
    PROBLEM_COLUMNS,
    Staging,
    Values,
    contact_columns,
    encoded,
    new_references,
    problem_columns,
)
from khumkan.registry.staging.headings import EMPLOYER_FIELDS
from khumkan.registry.staging.pieces import Piece
from khumkan.registry.staging.reading import cells_of

STAGING: Staging = (
    *PROBLEM_COLUMNS,
    ("reference", "text", binary.texts),
    ("account", "text", binary.texts),
    ("branch", "text", binary.common_texts),
    ("name_th", "text", binary.texts),
    ("name_en", "text", binary.texts),
    ("industry", "text", binary.common_texts),
    ("has_housing", "text", binary.common_texts),
    ("subdistrict_code", "text", binary.common_texts),
    ("latitude", "double precision", binary.floats),
    ("longitude", "double precision", binary.floats),
    ("phone_index", "bytea", binary.blobs),
    ("phone_sealed", "bytea", binary.blobs),
    ("phone_hint", "text", binary.common_texts),
    ("email_index", "bytea", binary.blobs),
    ("email_sealed", "bytea", binary.blobs),
    ("email_hint", "text", binary.common_texts),
)
HEAD_OFFICE = "000000"
NAME_LENGTH = 200
#: TSIC codes have five digits, the first two are the division.
INDUSTRY = re.compile(r"([0-9]{2})[0-9]{0,3}")
#: Thailand with a margin, in degrees.
LATITUDES, LONGITUDES = (5.5, 20.6), (97.2, 105.8)
CONTACT_TABLE = "registry_employercontact"


def staged(piece: Piece, *, layout: Mapping[str, int], width: int) -> bytes:
    """Return the rows of a piece of a file of employers as rows of a binary COPY."""
    found = cells_of(piece, layout=layout, fields=EMPLOYER_FIELDS, width=width)
    problems, columns, count = Problems(found.spoiled), found.columns, len(found.row_numbers)
    values: Values = {
        "row": found.row_numbers,
        "reference": new_references("E", count),
        "account": cells.each(columns["account_number"], rules.account_number, "account_number", problems),
        "branch": cells.each(columns["branch"], rules.branch_serial, "branch", problems, empty=HEAD_OFFICE),
        "name_th": _names(columns["name_th"], "name_th", problems),
        "name_en": _names(columns["name_en"], "name_en", problems),
        "industry": cells.each(columns["industry"], industry, "industry", problems, empty=""),
        "has_housing": cells.chosen(columns["has_housing"], cells.YES_NO, "has_housing", problems),
        "subdistrict_code": cells.each(
            columns["subdistrict_code"], cells.subdistrict, "subdistrict_code", problems, empty=""
        ),
        "latitude": cells.each(columns["latitude"], latitude, "latitude", problems),
        "longitude": cells.each(columns["longitude"], longitude, "longitude", problems),
    }
    for name, parse in (("phone", rules.phone_number), ("email", rules.email_address)):
        values |= contact_columns(name, cells.each(columns[name], parse, name, problems), table=CONTACT_TABLE)
    values["has_housing"] = ["t" if value else "f" for value in values["has_housing"]]
    return encoded({**values, **problem_columns(problems, count)}, STAGING)


def industry(text: str) -> str:
    """Return the two-digit division of a TSIC code.

    :raises Refused: when it is no such code.
    """
    found = INDUSTRY.fullmatch(text)
    if found is None:
        raise Refused(N_("“%(text)s” is not a TSIC code. It has two to five digits."), "industry", text=text[:20])
    return found[1]


def latitude(text: str) -> float:
    """Return degrees north.

    :raises Refused: for a point that is not in Thailand.
    """
    return _degrees(text, LATITUDES)


def longitude(text: str) -> float:
    """Return degrees east.

    :raises Refused: for a point that is not in Thailand.
    """
    return _degrees(text, LONGITUDES)


def _degrees(text: str, span: tuple[float, float]) -> float:
    try:
        degrees = float(text)
    except ValueError:
        degrees = float("nan")
    if not span[0] <= degrees <= span[1]:
        raise Refused(
            N_("“%(text)s” is not in Thailand: latitude is 6 to 20, longitude 98 to 105."), "degrees", text=text[:20]
        )
    return degrees


def _names(column: Sequence[str], name: str, problems: Problems) -> Sequence[str]:
    return cells.names(column, name, problems, required=name == "name_th", longest=NAME_LENGTH)
