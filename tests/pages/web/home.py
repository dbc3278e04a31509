"""Examples of the first pages of a person and of an employer, and of one's own data; see `addresses.py`."""

from tests.pages.example import Example

#: Somebody with nothing, and one after another as far as testing, care and vaccination go.
PEOPLE = (
    *("untouched", "waiting", "booked", "positive"),
    *("asked", "waits", "held", "gasps", "leaving", "gone"),
    *("v_invited", "v_waits", "v_booked", "v_given"),
)
PLAIN: dict[str, tuple[str, ...]] = {}
EXAMPLES: dict[str, list[Example]] = {
    "web:my": [Example(who) for who in PEOPLE],
    "web:my_happened": [Example("untouched"), Example("v_given")],
    "web:my_data": [Example("untouched")],
    "web:my_data_json": [Example("v_given")],
    "web:my_data_csv": [Example("v_given")],
    "web:employer": [Example("personnel"), Example("borrower")],
    "web:employer_happened": [Example("personnel"), Example("borrower")],
}
FRAGMENTS: set[str] = set()
