"""What one event says, as plain values, and what it may not say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Model

#: A value in an event is a number, a truth value, or a code such as `RT-PCR`, `2021-07-28` or `T-7K4M-92QX-C`.
CODE = re.compile(r"[A-Za-z0-9_.:/+@-]{0,80}")
#: As long as a Thai identity number: no id, count or code of ours is.
IDENTITY_NUMBER = re.compile(r"\d{13}")
LARGEST_ID = 10**12

Value = int | str | bool | None | Sequence["Value"] | Mapping[str, "Value"]
Data = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of many with the same name and actor.

    :param about_kind: the label of a model, such as `screening.order`; `about_id` is the id of its row.
    :param data: ids, codes and counts.
    """

    about_kind: str = ""
    about_id: int | None = None
    person_id: int | None = None
    site_id: int | None = None
    data: Data = field(default_factory=dict)

    @staticmethod
    def of(
        about: Model, *, person_id: int | None = None, site_id: int | None = None, data: Data | None = None
    ) -> "Entry":
        """Return the entry about a row; person and site are taken from the row unless they are given."""
        return Entry(
            kind_of(about),
            _whole(about.pk),
            person_id if person_id is not None else getattr(about, "person_id", None),
            site_id if site_id is not None else getattr(about, "site_id", None),
            data or {},
        )


def kind_of(about: Model) -> str:
    """Return how the record names the kind of a row: the label of its model in small letters."""
    return about._meta.label_lower


def check_data(value: Value) -> None:
    """Refuse what could be personal text: sentences, names, identity numbers.

    :raises ValueError: a mistake of the caller, never of a user.
    """
    if isinstance(value, Mapping):
        for key, inner in value.items():
            check_data(key)
            check_data(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            check_data(inner)
    elif not _is_plain(value):
        raise ValueError("an event holds ids, codes and counts: no text, no number as long as an identity number")


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return bool(CODE.fullmatch(value)) and not IDENTITY_NUMBER.search(value)
    return value is None or (isinstance(value, int) and abs(value) < LARGEST_ID)


def _whole(key: object) -> int:
    if not isinstance(key, int):
        raise TypeError("the record names rows by a whole number; is the row saved?")
    return key
