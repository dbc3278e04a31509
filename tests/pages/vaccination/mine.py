"""Examples for the person's own pages; see `addresses.py`."""

from tests.pages.example import Example
from tests.pages.vaccination.field import waits

#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {}
EXAMPLES: dict[str, list[Example]] = {
    "vaccination:mine": [
        *(Example(who) for who in ("untouched", "v_invited", "v_declined")),
        Example("v_waits", waits),
        *(Example(who) for who in ("v_missed", "v_booked", "v_expected", "v_arrived", "v_given")),
    ],
    "vaccination:refuse": [Example(who) for who in ("v_invited", "v_booked", "v_arrived", "v_declined")],
    "vaccination:near": [Example("v_waits")],
    "vaccination:change_date": [
        *(Example(who) for who in ("v_booked", "v_expected", "v_waits")),
        Example("v_booked", query="day=2099-01-01"),
    ],
    "vaccination:give_back": [Example(who) for who in ("v_booked", "v_waits")],
}
FRAGMENTS: set[str] = set()
