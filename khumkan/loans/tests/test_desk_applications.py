"""What officers of a bank do with applications on their pages, and what they are refused."""

import pytest

from khumkan.kernel import references
from khumkan.loans.actions import applications, banks, documents
from khumkan.loans.choices import DocumentKind
from khumkan.loans.models import Application, Loan
from khumkan.loans.states import ApplicationState
from khumkan.loans.tests.deskwork import at_bank, look, send
from khumkan.loans.tests.lender import MILLION, OFFICE, a_bank, a_phase, an_employer, approved, drafted, proposed, sent
from khumkan.record.models import Event

pytestmark = pytest.mark.django_db
PROPOSAL = {"proposal": "approve", "amount": "2000000", "refinance": "0", "why": "sound"}
CONTRACT = {"number": "K-1", "rate": "2.00", "term_months": "36", "kind": "instalments"}


def state_of(application: Application) -> str:
    return Application.objects.get(pk=application.pk).state


def test_a_bank_proposes_decides_and_signs_with_two_officers() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    asked = sent(phase=phase, bank=bank)
    maker, checker = at_bank(bank), at_bank(bank)

    assert str(asked.employer) in look(maker, "loans:bank_applications")
    assert "Nothing stands against it" in look(maker, "loans:bank_application", asked.reference)
    assert "A second officer of your bank decides." in send(maker, "loans:propose", asked.reference, **PROPOSAL)
    assert "You proposed this yourself" in look(maker, "loans:bank_application", asked.reference)
    assert "2,000,000 baht" in look(checker, "loans:decide_application", asked.reference)
    send(checker, "loans:decide_application", asked.reference, agrees="yes")
    assert state_of(asked) == ApplicationState.APPROVED
    assert "The money is reserved" in look(maker, "loans:bank_application", asked.reference)
    assert "percent a year, fixed, for 36 months at most" in look(maker, "loans:sign_loan", asked.reference)
    assert "Signed." in send(maker, "loans:sign_loan", asked.reference, **CONTRACT)

    loan = Loan.objects.get(application=asked)
    assert (loan.principal, loan.contract_number, loan.book.kind) == (2 * MILLION, "K-1", "instalments")
    assert loan.reference in look(checker, "loans:bank_loans")


def test_who_proposed_cannot_decide_even_by_a_form_of_their_own() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    asked = sent(phase=phase, bank=bank)
    maker = at_bank(bank)
    send(maker, "loans:propose", asked.reference, **PROPOSAL)

    page = send(maker, "loans:decide_application", asked.reference, status=422, agrees="yes")

    assert "You proposed this yourself" in page
    assert state_of(asked) == ApplicationState.PROPOSED
    send(at_bank(bank), "loans:decide_application", asked.reference, agrees="yes")
    assert state_of(asked) == ApplicationState.APPROVED


def test_a_second_officer_who_does_not_agree_says_why_and_it_goes_back() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    asked = proposed(phase=phase, bank=bank)
    checker = at_bank(bank)

    assert "Please say why." in send(checker, "loans:decide_application", asked.reference, status=422, agrees="no")
    send(checker, "loans:decide_application", asked.reference, agrees="no", why="no security")

    assert state_of(asked) == ApplicationState.SENT
    assert "no security" in look(checker, "loans:bank_application", asked.reference)


def test_an_employer_is_asked_for_something() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    asked = sent(phase=phase, bank=bank)

    send(at_bank(bank), "loans:return_application", asked.reference, why="the accounts of 2020")

    assert state_of(asked) == ApplicationState.RETURNED


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"rate": "9.00"}, "percent a year at most for this security"),
        ({"term_months": "99"}, "A loan runs from 1 to"),
        ({"kind": "interest", "interest_only": "36"}, "Interest only is paid in some"),
    ],
)
def test_a_contract_beyond_the_terms_is_refused_and_signs_nothing(wrong: dict[str, str], sentence: str) -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    asked = approved(phase=phase, bank=bank)

    page = send(at_bank(bank), "loans:sign_loan", asked.reference, status=422, **{**CONTRACT, **wrong})

    assert sentence in page
    assert state_of(asked) == ApplicationState.APPROVED
    assert not Loan.objects.filter(application=asked).exists()


def test_another_bank_and_a_draft_do_not_exist_for_a_banker() -> None:
    phase = a_phase()
    bank, other = a_bank(phase=phase), a_bank(phase=phase)
    asked = sent(phase=phase, bank=bank)
    unsent = drafted(phase=phase, bank=bank)

    for name in ("bank_application", "propose", "decide_application", "return_application", "sign_loan"):
        look(at_bank(other), f"loans:{name}", asked.reference, status=404)
        look(at_bank(bank), f"loans:{name}", unsent.reference, status=404)
        look(at_bank(bank), f"loans:{name}", references.new("LA"), status=404)
    assert asked.reference not in look(at_bank(other), "loans:bank_applications", query="?show=all")
    assert look(at_bank(bank), "loans:bank_application", asked.reference)


def test_the_checks_stand_on_the_page_and_say_what_stops() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    employer = an_employer()
    asked = sent(phase=phase, bank=bank, employer=employer)
    officer = at_bank(bank)
    assert "Stops it" not in look(officer, "loans:bank_application", asked.reference)

    employer.closed_on = employer.created_at.date()
    employer.save(update_fields=["closed_on"])

    page = look(officer, "loans:bank_application", asked.reference)
    assert "Stops it" in page
    assert "The employer is closed" in page


def test_a_bank_opens_a_document_and_the_record_knows() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    unsent = drafted(phase=phase, bank=bank)
    content = b"%PDF-1.7\naccounts"
    paper = documents.add(
        application=unsent, kind=DocumentKind.ACCOUNTS, name="accounts.pdf", content=content, by=OFFICE
    )
    asked = applications.send(application=unsent, by=OFFICE)

    assert look(at_bank(bank), "loans:bank_document", asked.reference, paper.pk) == content.decode()

    opened = Event.objects.filter(name="loans.document_opened")
    assert opened.count() == 1
    look(at_bank(a_bank()), "loans:bank_document", asked.reference, paper.pk, status=404)
    assert opened.count() == 1


def test_what_is_left_to_lend_follows_what_is_reserved() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    officer = at_bank(bank)
    assert "18,000,000,000 baht" in look(officer, "loans:bank_room")

    approved(phase=phase, bank=bank)

    assert "17,998,000,000 baht" in look(officer, "loans:bank_room")
    banks.leave(bank=bank, phase_id=phase.pk, by=OFFICE)
    assert "takes part in no phase" in look(officer, "loans:bank_room")
