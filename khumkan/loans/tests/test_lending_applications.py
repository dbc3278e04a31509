"""An application from the draft to the decision: who may do what, what stops it, and where the money is meanwhile."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from khumkan.capacity.models import Claim, Supply
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.loans.actions import applications, deciding, documents, lapsing
from khumkan.loans.choices import DocumentKind, Finding, Proposal
from khumkan.loans.models import Application, ApplicationStep, Participation, PhaseTranche
from khumkan.loans.queries import applications as queries
from khumkan.loans.queries import checking
from khumkan.loans.states import ApplicationState
from khumkan.loans.tests.lender import (
    MILLION,
    OFFICE,
    OFFICER,
    a_bank,
    a_phase,
    a_wish,
    an_employer,
    approved,
    banker,
    borrower_number,
    drafted,
    hr_of,
    proposed,
    sent,
)
from khumkan.messages.models import Message
from khumkan.policies.models import Phase
from khumkan.record.models import Event
from khumkan.registry.models import Employer, EmployerContact

pytestmark = pytest.mark.django_db


@pytest.fixture
def phase() -> Phase:
    """Return a phase that runs."""
    return a_phase()


def taken(phase: Phase, size: str = "small") -> int:
    """Return how many baht of a tranche are taken."""
    tranche = PhaseTranche.objects.get(phase=phase, size=size)
    return Supply.objects.get(pk=tranche.supply_id).taken


def test_an_application_goes_from_the_employer_to_two_officers_of_the_bank(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made = drafted(phase=phase, bank=bank)
    assert (made.state, made.certificate.headcount, made.size) == (ApplicationState.DRAFT, 10, "small")
    applications.send(application=made, by=hr_of(made.employer))
    deciding.propose(application=made, proposal=Proposal.APPROVE, why="sound", amount=MILLION, by=banker(bank, 501))
    done = deciding.decide(application=made, agrees=True, by=banker(bank, 502))
    assert (done.state, done.proposed_amount, taken(phase)) == (ApplicationState.APPROVED, MILLION, 1_000_000)
    states = [step.state for step in ApplicationStep.objects.filter(application=made).order_by("id")]
    assert states == ["draft", "sent", "proposed", "approved"]
    events = Event.objects.filter(about_kind="loans.application", about_id=made.pk).order_by("id")
    assert [event.name for event in events] == [
        "loans.application_drafted", "loans.application_sent", "loans.application_proposed",
        "loans.application_approved",
    ]  # fmt: skip
    counted = Participation.objects.get(bank=bank, phase=phase)
    assert (counted.lent, counted.refinanced) == (MILLION, 0)


def test_nobody_decides_what_they_proposed(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made = proposed(phase=phase, bank=bank)
    for by in (banker(bank, 501), OFFICE):
        with pytest.raises(Refused) as refusal:
            deciding.decide(application=made, agrees=True, by=by)
        assert refusal.value.code in {"needs_second", "needs_banker"}
    made.refresh_from_db()
    assert made.state == ApplicationState.PROPOSED
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=made.pk).update(decided_by=made.proposed_by)


def test_a_bank_sees_only_what_was_sent_to_it(phase: Phase) -> None:
    bank, other = a_bank(phase=phase), a_bank(phase=phase)
    draft = drafted(phase=phase, bank=bank)
    here = sent(phase=phase, bank=bank)
    assert [each.pk for each in queries.of_banks(banker(bank))] == [here.pk]
    assert not queries.of_banks(banker(other))
    with pytest.raises(Missing):
        queries.for_banker(banker(bank), draft.reference)
    with pytest.raises(Missing):
        queries.for_banker(banker(other), here.reference)
    for act in (
        lambda: deciding.return_(application=here, why="x", by=banker(other)),
        lambda: deciding.propose(application=here, proposal=Proposal.APPROVE, why="x", by=banker(other)),
        lambda: deciding.propose(application=draft, proposal=Proposal.APPROVE, why="x", by=banker(bank)),
        lambda: deciding.decide(application=here, agrees=True, by=banker(other)),
        lambda: deciding.return_(application=here, why="x", by=hr_of(here.employer)),
    ):
        with pytest.raises(Missing):
            act()


def test_an_employer_touches_only_its_own(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made = drafted(phase=phase, bank=bank)
    stranger = hr_of(an_employer())
    for act in (
        lambda: applications.change(application=made, wish=a_wish(), by=stranger),
        lambda: applications.send(application=made, by=stranger),
        lambda: applications.withdraw(application=made, why="x", by=stranger),
        lambda: applications.send(application=made, by=banker(bank)),
        lambda: documents.add(application=made, kind=DocumentKind.PLAN, name="a.pdf", content=b"%PDF-1.7", by=stranger),
        lambda: applications.draft(employer=made.employer, phase_id=phase.pk, bank=bank, wish=a_wish(), by=stranger),
    ):
        with pytest.raises(Missing):
            act()
    assert not queries.for_office(OFFICER), "what was never sent is nobody's business"


def test_an_employer_asks_one_bank_at_a_time(phase: Phase) -> None:
    first, second = a_bank(phase=phase), a_bank(phase=phase)
    employer = an_employer()
    made = drafted(phase=phase, bank=first, employer=employer)
    with pytest.raises(Refused) as refusal:
        drafted(phase=phase, bank=second, employer=employer)
    assert refusal.value.code == "one_alive"
    applications.withdraw(application=made, why="another bank", by=hr_of(employer))
    assert drafted(phase=phase, bank=second, employer=employer).bank == second


def test_two_accounts_of_one_juristic_person_do_not_both_ask(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    number = borrower_number()
    sent(phase=phase, bank=bank, borrower=number)
    with pytest.raises(Refused) as refusal:
        sent(phase=phase, bank=a_bank(phase=phase), borrower=number)
    assert refusal.value.code == Finding.SAME_BORROWER
    control = sent(phase=phase, bank=bank, borrower=borrower_number())
    assert control.state == ApplicationState.SENT
    other = Application.objects.exclude(pk=control.pk).get(state="sent")
    index = bytes(other.borrower_index)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=control.pk).update(borrower_index=index)


def test_the_number_of_the_borrower_is_sealed_and_must_be_possible(phase: Phase) -> None:
    number = borrower_number()
    made = drafted(phase=phase, bank=a_bank(phase=phase), borrower=number)
    made.refresh_from_db()
    assert made.borrower_number == number
    assert number.encode() not in bytes(made.borrower_sealed)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    with pytest.raises(Refused) as refusal:
        applications.change(application=made, wish=a_wish(borrower=wrong), by=hr_of(made.employer))
    assert refusal.value.code == "number_check"


def test_an_enterprise_that_closes_is_found_before_any_money(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made = proposed(phase=phase, bank=bank)
    Employer.objects.filter(pk=made.employer_id).update(closed_on=clock.today())
    with pytest.raises(Refused) as refusal:
        deciding.decide(application=made, agrees=True, by=banker(bank, 502))
    assert refusal.value.code == Finding.CLOSED
    assert taken(phase) == 0
    Employer.objects.filter(pk=made.employer_id).update(closed_on=None)
    assert deciding.decide(application=made, agrees=True, by=banker(bank, 502)).claim_id, "control: nothing else stops"


def test_accounts_with_the_same_contact_are_shown_to_people(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    there, here = sent(phase=phase, bank=bank), sent(phase=phase, bank=bank)
    for each in (there, here):
        EmployerContact.objects.create(
            employer=each.employer, kind="phone", blind_index=b"x" * 32, sealed=b"x", hint="12"
        )
    (found,) = checking.findings(here)
    assert (found.finding, found.accounts) == (Finding.SAME_CONTACT, (there.employer_id,))


def test_amounts_stay_within_the_cap_of_the_size(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    with pytest.raises(Refused) as refusal:
        drafted(phase=phase, bank=bank, amount=5 * MILLION + 1)
    assert refusal.value.code == "amount_above_cap"
    bigger = drafted(phase=phase, bank=bank, employer=an_employer(workers=51), amount=10 * MILLION)
    assert bigger.size == "medium"


def test_what_the_bank_returns_can_be_changed_and_sent_again(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made = sent(phase=phase, bank=bank)
    hr = hr_of(made.employer)
    with pytest.raises(Refused) as refusal:
        applications.change(application=made, wish=a_wish(), by=hr)
    assert refusal.value.code == "not_writable"
    with pytest.raises(Refused) as refusal:
        deciding.return_(application=made, why=" ", by=banker(bank))
    assert refusal.value.code == "no_reason"
    deciding.return_(application=made, why="accounts of 2020, please", by=banker(bank))
    applications.change(application=made, wish=a_wish(amount=MILLION), by=hr)
    again = applications.send(application=made, by=hr)
    assert (again.state, again.amount) == (ApplicationState.SENT, MILLION)


def test_an_officer_who_does_not_agree_gives_it_back_to_the_colleague(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made = proposed(phase=phase, bank=bank)
    back = deciding.decide(application=made, agrees=False, why="look at the land", by=banker(bank, 502))
    assert (back.state, taken(phase)) == (ApplicationState.SENT, 0)
    deciding.propose(application=made, proposal=Proposal.DECLINE, why="no security", by=banker(bank, 502))
    done = deciding.decide(application=made, agrees=True, by=banker(bank, 501))
    assert done.state == ApplicationState.DECLINED
    assert drafted(phase=phase, bank=a_bank(phase=phase), employer=made.employer), "another bank may be asked"


def test_the_envelope_says_no_and_nothing_is_half_done() -> None:
    phase = a_phase(small=6 * MILLION)
    bank = a_bank(phase=phase)
    approved(phase=phase, bank=bank, amount=3 * MILLION)
    other = a_bank(phase=phase)
    made = proposed(phase=phase, bank=other, amount=4 * MILLION)
    with pytest.raises(Refused) as refusal:
        deciding.decide(application=made, agrees=True, by=banker(other, 502))
    assert refusal.value.code == "envelope_full"
    assert "3,000,000" in str(refusal.value)
    made.refresh_from_db()
    assert (made.state, made.claim_id, taken(phase)) == (ApplicationState.PROPOSED, None, 3_000_000)
    assert Participation.objects.get(bank=other, phase=phase).lent == 0
    assert Claim.objects.filter(employer_id=made.employer_id).count() == 0


def test_a_bank_at_its_pace_is_told_when_there_is_room_and_others_go_on() -> None:
    phase = a_phase(small=40 * MILLION)
    quick, slow = a_bank(phase=phase), a_bank(phase=phase)
    first = approved(phase=phase, bank=quick, amount=5 * MILLION)
    approved(phase=phase, bank=quick, amount=5 * MILLION)
    waiting = proposed(phase=phase, bank=quick, amount=MILLION)
    with pytest.raises(Refused) as refusal:
        deciding.decide(application=waiting, agrees=True, by=banker(quick, 502))
    assert refusal.value.code == "bank_at_its_pace"
    assert approved(phase=phase, bank=slow, amount=5 * MILLION).claim_id, "the others have their own share"
    applications.withdraw(application=first, why="not needed", by=hr_of(first.employer))
    done = deciding.decide(application=waiting, agrees=True, by=banker(quick, 502))
    assert done.claim_id, "room that comes back is there at once"


def test_half_of_what_a_bank_lends_repays_other_loans_at_most(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made = proposed(phase=phase, bank=bank, amount=2 * MILLION, refinance=Decimal(1_500_000))
    with pytest.raises(Refused) as refusal:
        deciding.decide(application=made, agrees=True, by=banker(bank, 502))
    assert refusal.value.code == "refinance_share"
    approved(phase=phase, bank=bank, amount=MILLION)
    done = deciding.decide(application=made, agrees=True, by=banker(bank, 502))
    assert done.state == ApplicationState.APPROVED
    counted = Participation.objects.get(bank=bank, phase=phase)
    assert (counted.lent, counted.refinanced) == (3 * MILLION, Decimal(1_500_000))


def test_withdrawing_gives_the_money_back_at_once(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made = approved(phase=phase, bank=bank)
    assert taken(phase) == 2_000_000
    done = applications.withdraw(application=made, why="a cheaper loan", by=hr_of(made.employer))
    assert (done.state, taken(phase)) == (ApplicationState.WITHDRAWN, 0)
    assert Participation.objects.get(bank=bank, phase=phase).lent == 0
    with pytest.raises(Refused):
        applications.withdraw(application=made, why="again", by=hr_of(made.employer))


def test_a_reservation_lapses_and_the_money_is_free(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made, other = approved(phase=phase, bank=bank), approved(phase=phase, bank=bank)
    assert made.reserved_until is not None
    assert lapsing.lapse_reservations(by=OFFICE) == 0, "not yet"
    Application.objects.filter(pk=made.pk).update(reserved_until=clock.now())
    assert lapsing.lapse_reservations(by=OFFICE) == 1
    assert lapsing.lapse_reservations(by=OFFICE) == 0
    made.refresh_from_db()
    assert (made.state, taken(phase)) == (ApplicationState.LAPSED, 2_000_000)
    other.refresh_from_db()
    assert other.state == ApplicationState.APPROVED


def test_an_application_with_which_nobody_goes_on_lapses(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    quiet, busy = sent(phase=phase, bank=bank), sent(phase=phase, bank=bank)
    Application.objects.filter(pk=quiet.pk).update(changed_at=clock.now() - timedelta(days=61))
    Application.objects.filter(pk=busy.pk).update(changed_at=clock.now() - timedelta(days=59))
    assert lapsing.lapse_quiet(by=Actor.system("loans")) == 1
    quiet.refresh_from_db()
    busy.refresh_from_db()
    assert (quiet.state, busy.state) == (ApplicationState.LAPSED, ApplicationState.SENT)


def test_the_employer_is_told_what_the_bank_does(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made = proposed(phase=phase, bank=bank)
    deciding.decide(application=made, agrees=True, by=banker(bank, 502))
    assert not Message.objects.exists(), "who cannot be reached is not told, and nothing breaks"


def test_documents_are_sealed_kept_once_and_gone_when_taken_back(phase: Phase) -> None:
    made = drafted(phase=phase, bank=a_bank(phase=phase))
    hr, content = hr_of(made.employer), b"%PDF-1.7 the accounts of the company"
    kept = documents.add(application=made, kind=DocumentKind.ACCOUNTS, name="../../a.exe", content=content, by=hr)
    again = documents.add(application=made, kind=DocumentKind.ACCOUNTS, name="b.pdf", content=content, by=hr)
    assert (again.pk, kept.file_name) == (kept.pk, "a.pdf")
    found = queries.document_of(made, kept.pk)
    assert found.opened(made.reference) == content
    assert b"accounts" not in bytes(found.sealed or b"")
    documents.remove(application=made, document_id=kept.pk, by=hr)
    with pytest.raises(Missing):
        queries.document_of(made, kept.pk)
    applications.send(application=made, by=hr)
    with pytest.raises(Refused) as refusal:
        documents.add(application=made, kind=DocumentKind.PLAN, name="c.pdf", content=b"%PDF-1.7 x", by=hr)
    assert refusal.value.code == "not_writable"


def test_steps_are_never_changed(phase: Phase) -> None:
    made = drafted(phase=phase, bank=a_bank(phase=phase))
    step = ApplicationStep.objects.get(application=made)
    for act in (lambda: ApplicationStep.objects.update(why="x"), step.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
