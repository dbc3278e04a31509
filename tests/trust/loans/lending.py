"""The walks of trust: what an employer finds about loans, and the check of certificates."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from khumkan.kernel import references
from khumkan.loans.choices import Security
from khumkan.loans.states import ApplicationState
from khumkan.loans.tests.lender import borrower_number
from tests.trust.lending import PAPER, a_draft, a_returned, none_holds, none_in_hand
from tests.trust.marks import E, Page, button, form, look

NO_ID = 999_999_999
PAGES: dict[str, Page] = {
    "employer_loans": look(E),
    "offer": look(E, thing="loan_offer", within="employer"),
    "issue_certificate": button(E, thing="loan_offer", within="employer"),
    "apply": form(E, thing="loan_offer", within="employer"),
    "certificate_pdf": look(E, thing="loan_certificate", within="employer"),
    "certificate": look(thing="loan_certificate"),
    "application": look(E, thing="loan_application", within="employer"),
    "change_application": form(E, thing="loan_application", within="employer"),
    "send_application": button(E, thing="loan_application", within="employer"),
    "withdraw_application": form(E, thing="loan_application", within="employer"),
    "add_document": form(E, thing="loan_application", within="employer"),
    "own_document": look(E, thing="loan_document", within="employer"),
    "remove_document": button(E, thing="loan_document", within="employer"),
}


def _offer(corner: Any) -> tuple[object, ...]:
    return (corner.employer.reference, corner.lending.phase.pk)


def _application(corner: Any) -> tuple[object, ...]:
    return (corner.lending.applications[ApplicationState.DRAFT].reference,)


def _document(corner: Any) -> tuple[object, ...]:
    return (*_application(corner), corner.lending.document.pk)


def _none(world: Any, _visitor: Any) -> list[object]:
    none_in_hand(world.here.lending)
    return list(_offer(world.here))


def _drafted(world: Any, _visitor: Any) -> list[object]:
    return [a_draft(world.here.lending)[0].reference]


def _returned(world: Any, _visitor: Any) -> list[object]:
    return [a_returned(world.here.lending).reference]


def _with_document(world: Any, _visitor: Any) -> list[object]:
    made, document = a_draft(world.here.lending)
    return [made.reference, document.pk]


def _revoked(world: Any, _visitor: Any) -> list[object]:
    """Let no certificate hold, so that another one can be issued."""
    none_holds(world.here.lending)
    return list(_offer(world.here))


def _wish(world: Any) -> dict[str, Any]:
    return {
        "amount": "1000000", "refinance": "0", "security": Security.COLLATERAL.value, "purpose": "wages",
        "borrower": borrower_number(), "bank": world.here.lending.bank.reference,
    }  # fmt: skip


FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "loans:apply": _wish,
    "loans:change_application": _wish,
    "loans:withdraw_application": lambda _world: {"why": "not needed"},
    "loans:add_document": lambda _world: {
        "kind": "plan", "file": SimpleUploadedFile("plan.pdf", PAPER + b" and a plan"),
    },
}  # fmt: skip
PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "loans:apply": _none,
    "loans:issue_certificate": _revoked,
    "loans:change_application": _drafted,
    "loans:send_application": _returned,
    "loans:withdraw_application": _drafted,
    "loans:add_document": _drafted,
    "loans:remove_document": _with_document,
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "loan_offer": (_offer, lambda: (references.new("E"), NO_ID)),
    "loan_certificate": (lambda corner: (corner.lending.certificate.code,), lambda: (references.new("LC"),)),
    "loan_application": (_application, lambda: (references.new("LA"),)),
    "loan_document": (_document, lambda: (references.new("LA"), NO_ID)),
}
