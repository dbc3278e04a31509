"""Examples of what an employer finds about loans; see `addresses.py`."""

from typing import Any

from khumkan.loans.states import ApplicationState
from tests.pages.example import Example
from tests.pages.lively import LivelyTown


def _offer(town: LivelyTown) -> list[Any]:
    return [town.factory.reference, town.lending.phase.pk]


def _draft(town: LivelyTown) -> list[Any]:
    return [town.lending.applications[ApplicationState.DRAFT].reference]


def _signed(town: LivelyTown) -> list[Any]:
    return [town.lending.applications[ApplicationState.SIGNED].reference]


def _code(town: LivelyTown) -> list[Any]:
    return [town.lending.certificate.code]


#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {"personnel": ("loans:employer_loans",)}
EXAMPLES: dict[str, list[Example]] = {
    "loans:offer": [Example("personnel", _offer)],
    "loans:apply": [Example("personnel", _offer)],
    "loans:certificate_pdf": [Example("personnel", _code)],
    "loans:certificate": [Example("", _code), Example("", lambda _town: ["LC-22222-22223"], status=404)],
    "loans:application": [Example("personnel", _draft), Example("borrower", _signed)],
    "loans:change_application": [Example("personnel", _draft)],
    "loans:withdraw_application": [Example("personnel", _draft)],
    "loans:add_document": [Example("personnel", _draft)],
    "loans:own_document": [Example("personnel", lambda town: [*_draft(town), town.lending.document.pk])],
}
FRAGMENTS: set[str] = set()
