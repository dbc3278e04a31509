"""Examples of what the office does with phases, banks, certificates and the portfolio of loans."""

from typing import Any

from tests.pages.example import Example
from tests.pages.lively import LivelyTown


def _phase(town: LivelyTown) -> list[Any]:
    return [town.lending.phase.pk]


def _bank(town: LivelyTown) -> list[Any]:
    return [town.lending.bank.reference]


def _code(town: LivelyTown) -> list[Any]:
    return [town.lending.certificate.code]


#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "officer": (
        "loans:office_loans", "loans:jobs_kept", "loans:office_certificates", "loans:books",
    ),
    "minister": ("loans:new_lending_phase", "loans:new_bank"),
}  # fmt: skip
EXAMPLES: dict[str, list[Example]] = {
    **{name: [Example("officer"), Example("minister")] for name in ("loans:lending_phases", "loans:banks")},
    "loans:lending_phase": [Example("officer", _phase), Example("minister", _phase)],
    "loans:change_budget": [Example("minister", _phase)],
    "loans:bank_at_office": [Example("officer", _bank), Example("minister", _bank)],
    "loans:bank_notices": [Example("minister", _bank)],
    "loans:suspend_bank": [Example("minister", _bank)],
    "loans:deposit": [Example("minister", _bank)],
    "loans:revoke_certificate": [Example("officer", _code)],
}
