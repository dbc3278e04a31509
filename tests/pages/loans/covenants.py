"""Examples for the pages of the covenant; see `addresses.py`."""

from tests.pages.example import Example
from tests.pages.lively import LivelyTown


def _loan(town: LivelyTown) -> list[str]:
    return [town.covenants["breached"].loan.reference]


def _paper(kind: str):  # type: ignore[no-untyped-def]  # a maker of the values in a path
    return lambda town: [*_loan(town), kind]


def _case(name: str):  # type: ignore[no-untyped-def]  # likewise
    return lambda town: [town.covenants[name].case.reference]


#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "personnel": ("loans:own_covenants",),
    "banker": ("loans:bank_covenants",),
    "officer": ("loans:office_covenants",),
}
EXAMPLES: dict[str, list[Example]] = {
    "loans:own_covenant": [Example("personnel", lambda town: [town.covenants["cure"].loan.reference])],
    "loans:bank_covenant": [Example("banker", _loan)],
    "loans:office_covenant": [Example("officer", _loan)],
    **{
        f"loans:{side}_evidence": [Example(who, _paper(kind)) for kind in ("pdf", "xlsx")]
        for side, who in (("bank", "banker"), ("office", "officer"))
    },
    "loans:own_evidence": [Example("personnel", lambda town: [town.covenants["cure"].loan.reference, "pdf"])],
    "loans:bank_case": [Example("banker", _case("breached")), Example("banker", _case("proposed"))],
    "loans:office_case": [Example("officer", _case("breached")), Example("officer", _case("proposed"))],
    "loans:ask_waiver": [Example("officer", _case("proposed"))],
    "loans:waiver": [Example("officer", _case("breached"))],
}
