"""From a piece of a file of persons to rows of the staging table. Runs in worker processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from khumkan.kernel import crypto
from khumkan.kernel.identifiers import IdentifierKind
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
    sealed,
)
from khumkan.registry.staging.headings import PERSON_FIELDS
from khumkan.registry.staging.pieces import Piece
from khumkan.registry.staging.reading import Cells, cells_of

#: Of the staging table of persons: column, type, how it is encoded.
STAGING: Staging = (
    *PROBLEM_COLUMNS,
    ("kind", "text", binary.common_texts),
    ("number_index", "bytea", binary.blobs),
    ("number_sealed", "bytea", binary.blobs),
    ("last4", "text", binary.texts),
    ("reference", "text", binary.texts),
    ("title", "text", binary.common_texts),
    ("first_name", "text", binary.common_texts),
    ("last_name", "text", binary.common_texts),
    ("name_key", "text", binary.texts),
    ("birth_date", "date", binary.dates),
    ("sex", "text", binary.common_texts),
    ("nationality", "text", binary.common_texts),
    ("language", "text", binary.common_texts),
    ("subdistrict_code", "text", binary.common_texts),
    ("section", "integer", binary.integers),
    ("covered_from", "date", binary.dates),
    ("phone_index", "bytea", binary.blobs),
    ("phone_sealed", "bytea", binary.blobs),
    ("phone_hint", "text", binary.common_texts),
    ("email_index", "bytea", binary.blobs),
    ("email_sealed", "bytea", binary.blobs),
    ("email_hint", "text", binary.common_texts),
    ("account", "text", binary.common_texts),
    ("branch", "text", binary.common_texts),
    ("employed_from", "date", binary.dates),
)


def staged(piece: Piece, *, layout: Mapping[str, int], width: int, today: date) -> bytes:
    """Return the rows of a piece of a file of persons as rows of a binary COPY."""
    return PersonRows(cells_of(piece, layout=layout, fields=PERSON_FIELDS, width=width), today).encoded()


@dataclass(frozen=True)
class PersonRows:
    """Some rows of a file of persons."""

    cells: Cells
    today: date

    def encoded(self) -> bytes:
        """Return the rows of the binary COPY."""
        values = self._checked()
        return encoded(values, STAGING)

    def _checked(self) -> Values:
        problems, columns = Problems(self.cells.spoiled), self.cells.columns
        kinds = cells.chosen(columns["id_kind"], cells.KINDS, "id_kind", problems)
        numbers = cells.numbers(kinds, columns["id_number"], "id_number", problems)
        values: Values = {
            **self._names(problems),
            **self._codes(problems),
            "phone": cells.each(columns["phone"], rules.phone_number, "phone", problems),
            "email": cells.each(columns["email"], rules.email_address, "email", problems),
        }
        emptied = problems.found
        if emptied:
            numbers = [None if position in emptied else number for position, number in enumerate(numbers)]
            for name in ("phone", "email"):
                values[name] = [None if position in emptied else value for position, value in enumerate(values[name])]
        return {
            **values,
            **_documents(kinds, numbers),
            **contact_columns("phone", values.pop("phone")),
            **contact_columns("email", values.pop("email")),
            "row": self.cells.row_numbers,
            "reference": new_references("P", len(self.cells.row_numbers)),
            **problem_columns(problems, len(self.cells.row_numbers)),
        }

    def _names(self, problems: Problems) -> Values:
        titles = cells.names(self.cells.columns["title"], "title", problems, required=False)
        firsts = cells.names(self.cells.columns["first_name"], "first_name", problems, required=True)
        lasts = cells.names(self.cells.columns["last_name"], "last_name", problems, required=False)
        split = list(map(_split_title, firsts))
        return {
            "title": [title or found for title, (found, _) in zip(titles, split, strict=True)],
            "first_name": [
                first if title else rest for title, first, (_, rest) in zip(titles, firsts, split, strict=True)
            ],
            "last_name": lasts,
            # The same as `rules.name_key`, of names that are clean already.
            "name_key": [f"{rest} {last}".strip().casefold() for (_, rest), last in zip(split, lasts, strict=True)],
        }

    def _codes(self, problems: Problems) -> Values:
        columns = self.cells.columns
        return {
            "birth_date": cells.births(columns["birth_date"], "birth_date", problems, today=self.today),
            "sex": cells.chosen(columns["sex"], cells.SEXES, "sex", problems),
            "nationality": cells.each(columns["nationality"], cells.nationality, "nationality", problems, empty="TH"),
            "language": cells.chosen(columns["language"], cells.LANGUAGES, "language", problems),
            "subdistrict_code": cells.each(
                columns["subdistrict_code"], cells.subdistrict, "subdistrict_code", problems, empty=""
            ),
            "section": cells.chosen(columns["section"], cells.SECTIONS, "section", problems),
            "covered_from": cells.each(columns["covered_from"], cells.day, "covered_from", problems),
            "account": cells.each(columns["employer_account"], rules.account_number, "employer_account", problems),
            "branch": cells.each(columns["branch"], rules.branch_serial, "branch", problems),
            "employed_from": cells.each(columns["employed_from"], cells.day, "employed_from", problems),
        }


def number_indexes(kinds: Sequence[IdentifierKind | None], numbers: Sequence[str | None]) -> list[bytes | None]:
    """Return the blind indexes of a column of normalised numbers of several kinds."""
    indexes: list[bytes | None] = [None] * len(numbers)
    for kind in IdentifierKind:
        chosen = [position for position, number in enumerate(numbers) if number and kinds[position] is kind]
        found = crypto.blind_indexes([numbers[position] or "" for position in chosen], purpose=f"identity.{kind.value}")
        for position, index in zip(chosen, found, strict=True):
            indexes[position] = index
    return indexes


def _documents(kinds: Sequence[IdentifierKind | None], numbers: Sequence[str | None]) -> Values:
    indexes = number_indexes(kinds, numbers)
    return {
        "kind": [kind.value if kind else None for kind in kinds],
        "number_index": indexes,
        "number_sealed": sealed(numbers, indexes, "registry_identitydocument"),
        "last4": [number[-4:] if number else None for number in numbers],
    }


@lru_cache(maxsize=262_144)
def _split_title(first_name: str) -> tuple[str, str]:
    return rules.split_title(first_name)
