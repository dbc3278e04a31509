"""The states of the loan programme, the moves that are allowed, and who owns each state.

The diagrams in `docs/generated/` are printed from these tables.
"""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel import moves
from khumkan.kernel.actors import Role
from khumkan.kernel.by_state import ByState
from khumkan.kernel.errors import Verdict
from khumkan.kernel.moves import Moves


class ApplicationState(StrEnum):
    """How far an employer's application at one bank is."""

    DRAFT = "draft"  # the employer writes; the bank does not see it
    SENT = "sent"  # the bank looks at it
    RETURNED = "returned"  # the bank asks for documents or corrections
    PROPOSED = "proposed"  # one officer of the bank has proposed what to decide
    APPROVED = "approved"  # a second officer agreed; the money is reserved until a moment
    DECLINED = "declined"
    SIGNED = "signed"  # there is a loan
    WITHDRAWN = "withdrawn"  # the employer does not want it any more
    LAPSED = "lapsed"  # nobody went on with it in time


class LoanState(StrEnum):
    """How far a loan is, from the contract to its end."""

    SIGNED = "signed"  # nothing has been drawn
    DRAWN = "drawn"  # all of it or a part
    REPAID = "repaid"
    RECALLED = "recalled"  # the bank asked for the money back
    CANCELLED = "cancelled"  # given up before any money was drawn, or none was drawn in time


class BankFileState(StrEnum):
    """How far a file of a bank is, from its check to the ledger."""

    CHECKED = "checked"  # each line has its verdict; nothing is booked
    TAKEN = "taken"  # all good lines are booked
    DROPPED = "dropped"


class CaseState(StrEnum):
    """What becomes of a run of months in which an employer has too few workers."""

    CURE = "cure"  # there is time to hire back
    BREACHED = "breached"  # the time is over; the bank is told and decides
    CURED = "cured"  # there are enough workers again
    WAIVED = "waived"  # two of the office have waived it
    DECIDED = "decided"  # the bank keeps the rate or steps it up
    RECALLED = "recalled"  # the bank asked for the money back
    VOID = "void"  # a filing that came later shows that there were enough workers


class WaiverState(StrEnum):
    """How far a waiver is that one officer asks for and another one decides."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


#: Figures can be corrected, so that a run can turn out longer, shorter or none; what people decided stands.
_BY_FIGURES = frozenset({CaseState.CURE, CaseState.BREACHED, CaseState.CURED, CaseState.VOID})
MOVES: Mapping[type[StrEnum], Moves] = {
    CaseState: {
        CaseState.CURE: _BY_FIGURES - {CaseState.CURE} | {CaseState.WAIVED},
        CaseState.BREACHED: _BY_FIGURES - {CaseState.BREACHED}
        | {CaseState.WAIVED, CaseState.DECIDED, CaseState.RECALLED},
        CaseState.CURED: _BY_FIGURES - {CaseState.CURED},
        CaseState.VOID: _BY_FIGURES - {CaseState.VOID},
        CaseState.WAIVED: frozenset(),
        CaseState.DECIDED: frozenset(),
        CaseState.RECALLED: frozenset(),
    },
    WaiverState: {
        WaiverState.ASKED: frozenset({WaiverState.GIVEN, WaiverState.REFUSED}),
        WaiverState.GIVEN: frozenset(),
        WaiverState.REFUSED: frozenset(),
    },
    ApplicationState: {
        ApplicationState.DRAFT: frozenset({ApplicationState.SENT, ApplicationState.WITHDRAWN, ApplicationState.LAPSED}),
        ApplicationState.SENT: frozenset(
            {
                ApplicationState.RETURNED,
                ApplicationState.PROPOSED,
                ApplicationState.WITHDRAWN,
                ApplicationState.LAPSED,
            }
        ),
        ApplicationState.RETURNED: frozenset(
            {ApplicationState.SENT, ApplicationState.WITHDRAWN, ApplicationState.LAPSED}
        ),
        ApplicationState.PROPOSED: frozenset(
            {
                ApplicationState.APPROVED,
                ApplicationState.DECLINED,
                ApplicationState.SENT,  # the second officer does not agree
                ApplicationState.WITHDRAWN,
                ApplicationState.LAPSED,
            }
        ),
        ApplicationState.APPROVED: frozenset(
            {ApplicationState.SIGNED, ApplicationState.WITHDRAWN, ApplicationState.LAPSED}
        ),
        ApplicationState.DECLINED: frozenset(),
        # the contract was given up before any money, or none was drawn in time
        ApplicationState.SIGNED: frozenset({ApplicationState.WITHDRAWN, ApplicationState.LAPSED}),
        ApplicationState.WITHDRAWN: frozenset(),
        ApplicationState.LAPSED: frozenset(),
    },
    LoanState: {
        LoanState.SIGNED: frozenset({LoanState.DRAWN, LoanState.CANCELLED}),
        LoanState.DRAWN: frozenset({LoanState.REPAID, LoanState.RECALLED}),
        LoanState.REPAID: frozenset({LoanState.DRAWN, LoanState.RECALLED}),  # the last repayment was reversed
        LoanState.RECALLED: frozenset({LoanState.REPAID}),
        LoanState.CANCELLED: frozenset(),
    },
    BankFileState: {
        BankFileState.CHECKED: frozenset({BankFileState.TAKEN, BankFileState.DROPPED}),
        BankFileState.TAKEN: frozenset(),
        BankFileState.DROPPED: frozenset(),
    },
}

#: Whose move is next, or who answers for the rest when nothing moves.
OWNERS: Mapping[StrEnum, Role] = ByState(
    (ApplicationState.DRAFT, Role.EMPLOYER),
    (ApplicationState.SENT, Role.BANKER),
    (ApplicationState.RETURNED, Role.EMPLOYER),
    (ApplicationState.PROPOSED, Role.BANKER),
    (ApplicationState.APPROVED, Role.BANKER),
    (ApplicationState.DECLINED, Role.BANKER),
    (ApplicationState.SIGNED, Role.BANKER),
    (ApplicationState.WITHDRAWN, Role.EMPLOYER),
    (ApplicationState.LAPSED, Role.SYSTEM),
    (LoanState.SIGNED, Role.BANKER),
    (LoanState.DRAWN, Role.EMPLOYER),
    (LoanState.REPAID, Role.BANKER),
    (LoanState.RECALLED, Role.BANKER),
    (LoanState.CANCELLED, Role.BANKER),
    (BankFileState.CHECKED, Role.BANKER),
    (BankFileState.TAKEN, Role.BANKER),
    (BankFileState.DROPPED, Role.BANKER),
    (CaseState.CURE, Role.EMPLOYER),
    (CaseState.BREACHED, Role.BANKER),
    (CaseState.CURED, Role.EMPLOYER),
    (CaseState.WAIVED, Role.OFFICER),
    (CaseState.DECIDED, Role.BANKER),
    (CaseState.RECALLED, Role.BANKER),
    (CaseState.VOID, Role.SYSTEM),
    (WaiverState.ASKED, Role.OFFICER),
    (WaiverState.GIVEN, Role.OFFICER),
    (WaiverState.REFUSED, Role.OFFICER),
)

#: An application that stands in the way of another one: of one employer and phase there is at most one.
LIVE_APPLICATIONS = (
    ApplicationState.DRAFT,
    ApplicationState.SENT,
    ApplicationState.RETURNED,
    ApplicationState.PROPOSED,
    ApplicationState.APPROVED,
    ApplicationState.SIGNED,
)
#: An application that waits for the bank or the employer and ends when nobody goes on with it in time.
WAITING_APPLICATIONS = (
    ApplicationState.DRAFT,
    ApplicationState.SENT,
    ApplicationState.RETURNED,
    ApplicationState.PROPOSED,
)
#: What a bank sees of applications: everything that was ever sent to it.
SEEN_BY_BANK = tuple(state for state in ApplicationState if state is not ApplicationState.DRAFT)
#: A loan under which the employer keeps its workers.
LIVE_LOANS = (LoanState.SIGNED, LoanState.DRAWN)


def may_move(old: StrEnum, new: StrEnum) -> Verdict:
    """Say whether a move is in the table."""
    return moves.may_move(MOVES, old, new)
