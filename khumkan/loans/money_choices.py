"""What the money of a loan can be: kinds of schedules, counts of days, accounts, files of banks, classes of delay."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Repaying(TextChoices):
    """How a loan is paid back."""

    EQUAL_INSTALMENTS = "instalments", _("Equal instalments")
    EQUAL_PRINCIPAL = "principal", _("Equal parts of the principal, and the interest")
    INTEREST_FIRST = "interest", _("Interest only at first, then equal instalments")


class DayCount(TextChoices):
    """How the days of a span are counted for its interest."""

    ACTUAL_365 = "actual365", _("True days, of a year of 365")
    THIRTY_360 = "thirty360", _("Months of 30 days, of a year of 360")


class Prepaying(TextChoices):
    """What a payment ahead of time changes."""

    SHORTER = "shorter", _("The instalment stays, the last ones fall away")
    SMALLER = "smaller", _("The dates stay, the instalments become smaller")


class ScheduleReason(TextChoices):
    """Why a loan got another schedule."""

    DRAWN = "drawn", _("Money was drawn")
    PREPAID = "prepaid", _("Part was paid back ahead of time")
    MORATORIUM = "moratorium", _("Payments pause")
    RESTRUCTURED = "restructured", _("New terms were agreed")
    STEPPED_UP = "stepped_up", _("The rate rises after a breach")
    RECALLED = "recalled", _("The bank asked for everything back")


class AccountKind(TextChoices):
    """What an account of the ledger counts. A loan has the first three, a bank the next two, the office the last."""

    PRINCIPAL = "principal", _("Principal that an employer owes")
    INTEREST = "interest", _("Interest of a loan, paid or added to the principal")
    FEE = "fee", _("Fees for paying ahead of time")
    CASH = "cash", _("Money of the bank")
    DEPOSIT = "deposit", _("Deposit of the office at the bank")
    FUND = "fund", _("Money of the fund")


class MoneyEvent(TextChoices):
    """What a journal of the ledger books."""

    DRAWN = "drawn", _("Money was drawn")
    REPAID = "repaid", _("Paid back")
    PREPAID = "prepaid", _("Paid back ahead of time")
    CAPITALISED = "capitalised", _("Interest added to the principal")
    REVERSED = "reversed", _("Taken back")
    DEPOSITED = "deposited", _("Deposited at the bank")
    WITHDRAWN = "withdrawn", _("Taken from the deposit")


class BankFileKind(TextChoices):
    """What a file of a bank reports."""

    DRAWDOWNS = "drawdowns", _("Money that was drawn")
    REPAYMENTS = "repayments", _("Money that was paid back")


class LineVerdict(TextChoices):
    """What a line of a bank's file was found to be."""

    GOOD = "good", _("In order")
    DOUBLED = "doubled", _("Known already")
    REFUSED = "refused", _("Not taken")


class Delay(TextChoices):
    """How far a loan is behind, from the days since the oldest instalment that is not paid in full."""

    NONE = "none", _("On time")
    LATE = "late", _("Late")
    WATCH = "watch", _("To be watched")
    SUBSTANDARD = "substandard", _("Substandard")
    DOUBTFUL = "doubtful", _("Doubtful")
    LOST = "lost", _("Probably lost")
