"""Employers' lists: which columns they have, what can be wrong with a row, and whether two names mean one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khumkan.kernel.errors import Reason
from khumkan.kernel.words import N_
from khumkan.registry.staging.headings import Field

#: The columns of a list, in the order of the template. Headings are understood in Thai and in English.
FIELDS = (
    Field("id_kind", ("ประเภทบัตร", "ประเภทเอกสาร", "id type"), example="บัตรประชาชน"),
    Field(
        "id_number",
        ("เลขประจำตัว", "เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "เลขที่บัตร", "id no", "national id", "cid"),
        required=True,
        example="1101700203450",
    ),
    Field("title", ("คำนำหน้า", "คำนำหน้าชื่อ", "prefix"), example="นางสาว"),
    Field(
        "first_name", ("ชื่อ", "ชื่อ-นามสกุล", "ชื่อ-สกุล", "given name", "name"), required=True, example="มาลี"
    ),
    Field("last_name", ("นามสกุล", "ชื่อสกุล", "สกุล", "surname", "family name"), example="ใจดี"),
    Field(
        "birth_date",
        ("วันเกิด", "วันเดือนปีเกิด", "ว/ด/ป เกิด", "date of birth", "dob"),
        required=True,
        example="16/08/2530",
    ),
    Field("branch", ("ลำดับที่สาขา", "สาขา"), example="000000"),
)  # fmt: skip
#: What the check says about a row. The codes stand in the database; the sentences are shown, and read out by clerks.
ROW_REASONS: Mapping[str, str] = {
    # what is wrong with a cell
    "number_missing": N_("The identity number is missing."),
    "number_mangled": N_(
        "A spreadsheet has shortened this number to “%(text)s” and lost its digits. Format the column as text."
    ),
    "number_length": N_("The identity number must have 13 digits; this one has %(count)d."),
    "number_check": N_("The identity number is not right: one of its digits was mistyped."),
    "number_form": N_("The number must have 5 to 20 letters and digits, as printed in the document."),
    "not_a_choice": N_("“%(text)s” is not one of: %(choices)s."),
    "name_missing": N_("The name is missing."),
    "name_long": N_("The name is longer than %(most)d letters."),
    "birth_missing": N_("The date of birth is missing."),
    "date_unreadable": N_("“%(text)s” is not a date. Write day, month and year, for example 16/08/2564 or 2021-08-16."),
    "birth_impossible": N_("Nobody insured was born on this day: “%(text)s”. Is the year right, and its era?"),
    "branch": N_("The branch must be a number of up to 6 digits; this is “%(text)s”."),
    "branch_unknown": N_("Your enterprise has no branch with this number."),
    # what the register says; whoever does not work here is as unknown as a number that nobody has
    "not_employed": N_(
        "The office does not know this person as working for you this month. "
        "Is the number right, and is the person in your monthly filing?"
    ),
    "other_person": N_("Name and date of birth differ from those that the office has for this number."),
    "section": N_("This phase is not for people who are insured under this person’s section."),
    "too_young": N_("The vaccine of this phase is given from the age of %(age)d."),
    "ask_office": N_("This person cannot be listed. Please call the office."),
    "age_unknown": N_("The office does not know this person’s date of birth. Please call the office."),
    # what somebody has to look at
    "number_differs": N_(
        "The number is not right, but one of your employees has this date of birth and the same or nearly the same "
        "name."
    ),
    "name_differs": N_("The number and the date of birth are right, but the name is written differently."),
    "birth_differs": N_("The number and the name are right, but the date of birth differs."),
    "look_rejected": N_("You said that this is somebody else."),
    "left_out": N_("You left this row out."),
    # what is good to know
    "same_in_file": N_("The same person as in row %(row)d."),
    "branch_changed": N_("The person is on the list already, with another branch."),
    "comes_back": N_("The person was taken off the list and comes back."),
    "in_programme": N_("The person is in the vaccination programme already and keeps the place there."),
}  # fmt: skip
#: Refusals after which the person may still be found by name and date of birth.
NUMBER_PROBLEMS = ("number_missing", "number_mangled", "number_length", "number_check", "number_form")
#: Decisions of the employer, which a new check leaves as they are.
DECIDED = ("look_rejected", "left_out")
#: With fewer people on a list, numbers would tell who answered what.
LEAST_FOR_NUMBERS = 5


@dataclass(frozen=True, slots=True)
class Known:
    """Name and birth of somebody, as a list or the register has them.

    :param name: in the form in which names are compared: see `khumkan.registry.rules.name_key`.
    :param precision: of the date of birth: D, M or Y for day, month or year.
    """

    name: str
    birth: date | None
    precision: str = "D"


def reason(code: str, params: Mapping[str, object]) -> Reason:
    """Return the sentence of a stored reason."""
    return Reason(code, ROW_REASONS[code], params)


def compare(row: Known, register: Known, *, near_from: Decimal) -> str:
    """Say whether a row means the person whose number it has.

    A first name or a family name that is the same is near enough: people marry, and change one of their names.

    :returns: an empty text for the same; `name_differs` or `birth_differs` when an employer has to look; `other_person`
        when both differ, or the name is another one altogether.
    """
    same_birth = is_same_birth(row.birth, register)
    if row.name == register.name:
        return "" if same_birth else "birth_differs"
    has_same_part = not set(row.name.split()).isdisjoint(register.name.split())
    is_near = has_same_part or likeness(row.name, register.name) >= near_from
    return "name_differs" if same_birth and is_near else "other_person"


def nearest(name: str, candidates: Sequence[tuple[int, str]], *, near_from: Decimal) -> int | None:
    """Return the one of some people with the same date of birth whose name is like this one.

    None when nobody's is, or two are alike equally: a guess would put the wrong person on the list.

    :param candidates: id of the person, and the name.
    """
    ranked = sorted(((likeness(name, other), person) for person, other in candidates), reverse=True)
    if not ranked or ranked[0][0] < near_from or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
        return None
    return ranked[0][1]


def is_same_birth(birth: date | None, register: Known) -> bool:
    """Tell whether two dates of birth agree, as far as the register knows it; where it knows none, they do."""
    known = register.birth
    if known is None or birth is None:
        return known is None
    compared = {"Y": 1, "M": 2}.get(register.precision, 3)
    return (birth.year, birth.month, birth.day)[:compared] == (known.year, known.month, known.day)[:compared]


def likeness(one: str, other: str) -> float:
    """Return how alike two names are: 1 for the same, 0 for nothing in common.

    The share of pairs of letters that both have (the coefficient of Sørensen and Dice), with the ends of each word
    counted too. Thai vowels and tone marks are letters like others, whatever the locale of the database.
    """
    if one == other:
        return 1.0
    left, right = _pairs(one), _pairs(other)
    if not left or not right:
        return 0.0
    rest, common = list(right), 0
    for pair in left:
        if pair in rest:
            rest.remove(pair)
            common += 1
    return 2 * common / (len(left) + len(right))


def is_open(today: date, *, lock_on: date, reopened_until: date | None) -> bool:
    """Tell whether an employer may change its list itself: before the day of the lock, or while there is more time."""
    return today < lock_on or (reopened_until is not None and today <= reopened_until)


def _pairs(name: str) -> list[str]:
    return [f" {word} "[place : place + 2] for word in name.split() for place in range(len(word) + 1)]
