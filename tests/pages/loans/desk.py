"""Examples of what the officers of a bank do with loans, and of the loan as its employer sees it."""

from collections.abc import Callable
from typing import Any

from khumkan.loans.states import ApplicationState
from tests.pages.example import Example
from tests.pages.lively import LivelyTown

SIGNED = ApplicationState.SIGNED


def _asked(state: ApplicationState) -> Callable[[LivelyTown], list[Any]]:
    return lambda town: [town.lending.applications[state].reference]


def _paper(town: LivelyTown) -> list[Any]:
    return [*_asked(ApplicationState.RETURNED)(town), town.lending.paper.pk]


def _loan(town: LivelyTown) -> list[Any]:
    return [town.lending.loan.reference]


def _undrawn(town: LivelyTown) -> list[Any]:
    return [town.lending.undrawn.reference]


def _file(town: LivelyTown) -> list[Any]:
    return [town.lending.file.reference]


#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "lender": ("web:bank", "loans:bank_applications", "loans:bank_loans", "loans:bank_room", "loans:bank_files",
               "loans:send_bank_file"),
}  # fmt: skip
EXAMPLES: dict[str, list[Example]] = {
    "loans:bank_application": [
        Example("lender", _asked(state)) for state in ApplicationState if state is not ApplicationState.DRAFT
    ],
    "loans:bank_document": [Example("lender", _paper)],
    "loans:return_application": [Example("lender", _asked(ApplicationState.SENT))],
    "loans:propose": [Example("lender", _asked(ApplicationState.SENT))],
    "loans:decide_application": [Example("lender", _asked(ApplicationState.PROPOSED))],
    "loans:sign_loan": [Example("lender", _asked(ApplicationState.APPROVED))],
    "loans:bank_loan": [Example("lender", _loan), Example("lender", _undrawn)],
    "loans:bank_schedule": [Example("lender", lambda town: [*_loan(town), 1])],
    "loans:draw": [Example("lender", _loan)],
    "loans:repay": [Example("lender", _loan)],
    "loans:prepay": [Example("lender", _loan)],
    "loans:reverse_payment": [Example("lender", lambda town: [*_loan(town), town.lending.payment.pk])],
    "loans:pause": [Example("lender", _loan)],
    "loans:new_terms": [Example("lender", _loan)],
    "loans:give_up": [Example("lender", _undrawn)],
    "loans:bank_file": [Example("lender", _file)],
    "loans:bank_file_refused": [Example("lender", _file)],
    "loans:own_loan": [Example("borrower", _loan)],
}
