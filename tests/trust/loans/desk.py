"""The walks of trust: what officers of a bank do with applications, loans, money and files."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Role
from khumkan.loans.states import ApplicationState
from tests.trust.lending import a_file, a_loan_in_use, another
from tests.trust.marks import E, Page, button, form, look

B = Role.BANKER
NO_ID = 999_999_999
PAGES: dict[str, Page] = {
    "bank_applications": look(B),
    "bank_application": look(B, thing="bank_asked", within="bank"),
    "bank_document": look(B, thing="bank_paper", within="bank"),
    "return_application": form(B, thing="bank_asked", within="bank"),
    "propose": form(B, thing="bank_asked", within="bank"),
    "decide_application": form(B, thing="bank_asked", within="bank"),
    "sign_loan": form(B, thing="bank_asked", within="bank"),
    "bank_room": look(B),
    "bank_loans": look(B),
    "bank_loan": look(B, thing="bank_loan", within="bank"),
    "bank_schedule": look(B, thing="bank_schedule", within="bank"),
    "draw": form(B, thing="bank_loan", within="bank"),
    "repay": form(B, thing="bank_loan", within="bank"),
    "prepay": form(B, thing="bank_loan", within="bank"),
    "reverse_payment": form(B, thing="bank_payment", within="bank"),
    "pause": form(B, thing="bank_loan", within="bank"),
    "new_terms": form(B, thing="bank_loan", within="bank"),
    "finish_drawing": button(B, thing="bank_loan", within="bank"),
    "give_up": form(B, thing="bank_loan", within="bank"),
    "bank_files": look(B),
    "send_bank_file": form(B),
    "bank_file": look(B, thing="bank_file", within="bank"),
    "bank_file_refused": look(B, thing="bank_file", within="bank"),
    "take_bank_file": button(B, thing="bank_file", within="bank"),
    "drop_bank_file": button(B, thing="bank_file", within="bank"),
    "own_loan": look(E, thing="own_loan", within="employer"),
}


def _in(state: ApplicationState) -> Callable[[Any, Any], list[object]]:
    return lambda world, _visitor: [another(world.here.lending, state).reference]


def _undrawn(world: Any, _visitor: Any) -> list[object]:
    return [another(world.here.lending, ApplicationState.SIGNED).loan.reference]


def _in_use(world: Any, _visitor: Any) -> list[object]:
    return [a_loan_in_use(world.here.lending).reference]


def _fresh_file(world: Any, _visitor: Any) -> list[object]:
    return [a_file(world.here.lending, "R3").reference]


def _money(number: str, amount: str = "300.00") -> Callable[[Any], dict[str, Any]]:
    return lambda _world: {"amount": amount, "on": clock.today().isoformat(), "number": number, "way": "shorter"}


def _change(_world: Any) -> dict[str, Any]:
    today = clock.today()
    return {
        "on": today.isoformat(), "interest": "joins", "why": "a flood", "version": "1", "months": "3",
        "last_date": "moves", "rate": "1.5", "first_due_on": today.replace(year=today.year + 1, day=1).isoformat(),
        "kind": "instalments",
    }  # fmt: skip


def _upload(world: Any) -> dict[str, Any]:
    row = f"{world.here.lending.loan.reference},R9,{clock.today()},20.00\n"
    content = f"loan,number,date,amount\n{row}".encode()
    return {"kind": "repayments", "file": SimpleUploadedFile("payments.csv", content)}


FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "loans:return_application": lambda _world: {"why": "the accounts of last year"},
    "loans:propose": lambda _world: {"proposal": "approve", "amount": "1000000", "refinance": "0", "why": "sound"},
    "loans:decide_application": lambda _world: {"agrees": "yes", "why": "sound"},
    "loans:sign_loan": lambda _world: {
        "number": "K-1", "rate": "2.00", "term_months": "36", "kind": "instalments",
    },
    "loans:draw": _money("D8", "1000"),
    "loans:repay": _money("R8"),
    "loans:prepay": _money("P8", "5000.00"),
    "loans:reverse_payment": lambda _world: {"why": "the cheque bounced"},
    "loans:pause": _change,
    "loans:new_terms": _change,
    "loans:give_up": lambda _world: {"why": "not needed any more"},
    "loans:send_bank_file": _upload,
}  # fmt: skip
PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "loans:return_application": _in(ApplicationState.SENT),
    "loans:propose": _in(ApplicationState.SENT),
    "loans:decide_application": _in(ApplicationState.PROPOSED),
    "loans:sign_loan": _in(ApplicationState.APPROVED),
    "loans:draw": _in_use,
    "loans:prepay": _in_use,
    "loans:pause": _in_use,
    "loans:new_terms": _in_use,
    "loans:give_up": _undrawn,
    "loans:take_bank_file": _fresh_file,
    "loans:drop_bank_file": _fresh_file,
}


def _asked(corner: Any) -> tuple[object, ...]:
    return (corner.lending.applications[ApplicationState.SENT].reference,)


def _paper(corner: Any) -> tuple[object, ...]:
    return (corner.lending.applications[ApplicationState.RETURNED].reference, corner.lending.paper.pk)


def _loan(corner: Any) -> tuple[object, ...]:
    return (corner.lending.loan.reference,)


THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "bank_asked": (_asked, lambda: (references.new("LA"),)),
    "bank_paper": (_paper, lambda: (references.new("LA"), NO_ID)),
    "bank_loan": (_loan, lambda: (references.new("LN"),)),
    "bank_schedule": (lambda corner: (*_loan(corner), 1), lambda: (references.new("LN"), 1)),
    "bank_payment": (
        lambda corner: (*_loan(corner), corner.lending.payment.pk),
        lambda: (references.new("LN"), NO_ID),
    ),
    "bank_file": (lambda corner: (corner.lending.file.reference,), lambda: (references.new("F"),)),
    "own_loan": (lambda corner: (corner.covenant.loan.reference,), lambda: (references.new("LN"),)),
}
