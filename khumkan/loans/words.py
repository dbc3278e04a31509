"""How the states of the loan programme are called on pages, and in which colour they stand."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from khumkan.kernel.by_state import ByState
from khumkan.loans.choices import Standing
from khumkan.loans.money_choices import Delay, LineVerdict
from khumkan.loans.rules.certificates import Standing as PaperStanding
from khumkan.loans.states import ApplicationState, BankFileState, CaseState, LoanState, WaiverState
from khumkan.policies.states import PhaseState
from khumkan.ui.shown import Shown

WORDS: Mapping[StrEnum, Shown] = ByState(
    (ApplicationState.DRAFT, Shown(_("Draft, not sent yet"), "plain")),
    (ApplicationState.SENT, Shown(_("With the bank"), "wait")),
    (ApplicationState.RETURNED, Shown(_("The bank asks for something"), "bad")),
    (ApplicationState.PROPOSED, Shown(_("Waits for a second officer of the bank"), "wait")),
    (ApplicationState.APPROVED, Shown(_("Approved, money reserved"), "good")),
    (ApplicationState.DECLINED, Shown(_("Declined by the bank"), "bad")),
    (ApplicationState.SIGNED, Shown(_("Contract signed"), "good")),
    (ApplicationState.WITHDRAWN, Shown(_("Application withdrawn"), "done")),
    (ApplicationState.LAPSED, Shown(_("Lapsed"), "done")),
    (LoanState.SIGNED, Shown(_("Signed, nothing drawn yet"), "wait")),
    (LoanState.DRAWN, Shown(_("Money drawn"), "good")),
    (LoanState.REPAID, Shown(_("Repaid"), "done")),
    (LoanState.RECALLED, Shown(_("Recalled by the bank"), "bad")),
    (CaseState.CURE, Shown(_("Time to hire back"), "wait")),
    (CaseState.BREACHED, Shown(_("Breached, the bank decides"), "bad")),
    (CaseState.CURED, Shown(_("Enough workers again"), "good")),
    (CaseState.WAIVED, Shown(_("Waived by the office"), "done")),
    (CaseState.DECIDED, Shown(_("Decided by the bank"), "done")),
    (CaseState.RECALLED, Shown(_("Loan recalled"), "bad")),
    (CaseState.VOID, Shown(_("Void after a later filing"), "plain")),
    (WaiverState.ASKED, Shown(_("Waits for a second officer"), "wait")),
    (WaiverState.GIVEN, Shown(_("Waiver given"), "good")),
    (WaiverState.REFUSED, Shown(_("Waiver refused"), "bad")),
    (Standing.AWAITED, Shown(Standing.AWAITED.label, "wait")),
    (Standing.LATE, Shown(Standing.LATE.label, "wait")),
    (Standing.KEPT, Shown(Standing.KEPT.label, "good")),
    (Standing.WARNING, Shown(Standing.WARNING.label, "info")),
    (Standing.CURE, Shown(Standing.CURE.label, "bad")),
    (Standing.BREACHED, Shown(Standing.BREACHED.label, "bad")),
    (Standing.WAIVED, Shown(Standing.WAIVED.label, "done")),
    (LoanState.CANCELLED, Shown(_("Given up before any money"), "done")),
    (BankFileState.CHECKED, Shown(_("Checked, not booked yet"), "wait")),
    (BankFileState.TAKEN, Shown(_("All good lines are booked"), "good")),
    (BankFileState.DROPPED, Shown(_("Put aside"), "done")),
    (LineVerdict.GOOD, Shown(LineVerdict.GOOD.label, "good")),
    (LineVerdict.DOUBLED, Shown(LineVerdict.DOUBLED.label, "done")),
    (LineVerdict.REFUSED, Shown(LineVerdict.REFUSED.label, "bad")),
    (Delay.NONE, Shown(Delay.NONE.label, "good")),
    (Delay.LATE, Shown(Delay.LATE.label, "wait")),
    (Delay.WATCH, Shown(Delay.WATCH.label, "wait")),
    (Delay.SUBSTANDARD, Shown(Delay.SUBSTANDARD.label, "bad")),
    (Delay.DOUBTFUL, Shown(Delay.DOUBTFUL.label, "bad")),
    (Delay.LOST, Shown(Delay.LOST.label, "bad")),
    (PhaseState.PLANNED, Shown(_("Waits for a signature"), "wait")),
    (PhaseState.OPEN, Shown(_("Open"), "good")),
    (PhaseState.PAUSED, Shown(_("Paused"), "wait")),
    (PhaseState.CLOSED, Shown(_("Closed"), "done")),
)
#: What a check of a certificate of establishment status finds.
STANDINGS: Mapping[PaperStanding, Shown] = {
    PaperStanding.VALID: Shown(_("Valid"), "good"),
    PaperStanding.EXPIRED: Shown(_("Expired"), "done"),
    PaperStanding.REVOKED: Shown(_("Revoked"), "bad"),
    PaperStanding.UNKNOWN: Shown(_("This code is not known"), "bad"),
}
