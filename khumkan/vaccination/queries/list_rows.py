"""Rows of an employer's list as a page or a file shows them: what stood there, what the office has, and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from khumkan.kernel.errors import Reason
from khumkan.registry.models import Person
from khumkan.registry.staging.headings import layout_of
from khumkan.vaccination.choices import RowVerdict
from khumkan.vaccination.models import ListFile, ListRow
from khumkan.vaccination.queries.lists import last_four
from khumkan.vaccination.rules.lists import FIELDS, reason

#: Of these the employer is shown what the office has beside its own row: they are its own people.
SIDE_BY_SIDE = (RowVerdict.LOOK,)
#: What is not taken as it stands.
TO_MEND = (RowVerdict.REFUSED, RowVerdict.LOOK, RowVerdict.DOUBLED)
NAMES = ("title", "first_name", "last_name")


@dataclass(frozen=True)
class SeenRow:
    """One row, opened.

    :param cells: as they stood, by the name of the field.
    :param person: whom the employer is asked about; none for other rows.
    :param last4: how the number ends that the office has for the person.
    """

    row: ListRow
    cells: dict[str, str]
    texts: Sequence[str]
    reason: Reason | None
    person: Person | None = None
    last4: str = ""

    @property
    def number(self) -> str:
        """The number as it stood."""
        return self.cells.get("id_number", "")

    @property
    def name(self) -> str:
        """The name as it stood."""
        return " ".join(filter(None, (self.cells.get(name, "") for name in NAMES)))

    @property
    def born(self) -> str:
        """The date of birth as it stood."""
        return self.cells.get("birth_date", "")


def seen(file: ListFile, rows: Sequence[ListRow]) -> list[SeenRow]:
    """Return rows opened, those that somebody has to look at with the person; one query more for these."""
    asked = [row.person_id for row in rows if row.verdict in SIDE_BY_SIDE and row.person_id]
    people = {each.pk: each for each in Person.objects.filter(pk__in=asked).order_by("pk")} if asked else {}
    ends = last_four(asked) if asked else {}
    opened = []
    for row, texts, cells, said in _opened(file, rows):
        person = people.get(row.person_id or 0) if row.verdict in SIDE_BY_SIDE else None
        opened.append(SeenRow(row, cells, texts, said, person, ends.get(person.pk, "") if person else ""))
    return opened


def told(file: ListFile, rows: Sequence[ListRow]) -> list[tuple[ListRow, dict[str, str], str]]:
    """Return rows with the cells that were sent and the reason in words; nothing of the register."""
    return [(row, cells, str(said) if said else "") for row, _texts, cells, said in _opened(file, rows)]


def _opened(
    file: ListFile, rows: Sequence[ListRow]
) -> Iterator[tuple[ListRow, list[str], dict[str, str], Reason | None]]:
    layout = layout_of(file.heading, FIELDS) if file.heading else {}
    for row in rows:
        texts, params = row.opened()
        cells = {name: texts[place] for name, place in layout.items() if place < len(texts)}
        yield row, texts, cells, reason(row.code, params) if row.code else None


def to_mend(file: ListFile) -> Iterator[list[str]]:
    """Yield the rows that are not taken as they stood, each with its number and the reason in words, for a file."""
    rows = file.rows.filter(verdict__in=TO_MEND)
    width = len(file.heading)
    for row in rows.order_by("row_number").iterator(chunk_size=2_000):
        texts, params = row.opened()
        padded = [*texts[:width], *[""] * (width - len(texts))]
        yield [*padded, str(row.row_number), str(reason(row.code, params)) if row.code else ""]


def people_to_mend(file: ListFile) -> list[int]:
    """Return who is meant by the rows that are not taken as they stood, as far as the check knows. One query."""
    rows = file.rows.filter(verdict__in=TO_MEND, person_id__isnull=False).order_by("row_number")
    return list(rows.values_list("person_id", flat=True))


def fields_there(file: ListFile) -> frozenset[str]:
    """Return the fields for which a list has a column."""
    return frozenset(layout_of(file.heading, FIELDS))


def people_seen(rows: Iterable[SeenRow]) -> list[int]:
    """Return whose data of the register a page shows."""
    return [each.person.pk for each in rows if each.person is not None]
