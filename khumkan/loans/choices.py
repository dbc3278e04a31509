"""The closed lists of the loan programme that are no states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SizeBand(TextChoices):
    """Employers by their workers insured under section 33; the bounds are terms."""

    SMALL = "small", _("Small: up to 50 workers")
    MEDIUM = "medium", _("Medium: 51 to 200 workers")
    LARGE = "large", _("Large: more than 200 workers")


class Security(TextChoices):
    """What stands behind a loan; the rate follows from it."""

    COLLATERAL = "collateral", _("With collateral")
    GUARANTOR = "guarantor", _("Without collateral, with a personal guarantor")


class Proposal(TextChoices):
    """What an officer of the bank proposes to a second one."""

    APPROVE = "approve", _("Approve")
    DECLINE = "decline", _("Decline")


class DocumentKind(TextChoices):
    """What an employer sends with an application."""

    REGISTRATION = "registration", _("Registration of the company or business")
    ACCOUNTS = "accounts", _("Financial statements")
    STATEMENT = "statement", _("Bank statements")
    PLAN = "plan", _("What the money is for, and how the jobs are kept")
    COLLATERAL = "collateral", _("Documents of the collateral or the guarantor")
    OTHER = "other", _("Another document")


class Finding(TextChoices):
    """What the checks before any money look for."""

    CLOSED = "closed", _("The employer is closed")
    OTHER_APPLICATION = "other_application", _("The employer has an application at another bank")
    SAME_BORROWER = "same_borrower", _("Another account of the same juristic person has a loan or an application")
    SAME_CONTACT = "same_contact", _("Another account with the same telephone or e-mail has a loan or an application")
    SAME_WORKERS = "same_workers", _("Another account that has a loan or an application reported the same workers")
    NO_FILING = "no_filing", _("No contribution was filed for the last months")
    FEWER_WORKERS = "fewer_workers", _("Fewer workers than the certificate says")


class Standing(TextChoices):
    """How a month stands under the covenant."""

    AWAITED = "awaited", _("The filing is awaited")
    LATE = "late", _("The filing is late; not judged")
    KEPT = "kept", _("Enough workers")
    WARNING = "warning", _("Close to the line")
    CURE = "cure", _("Below the line, time to hire back")
    BREACHED = "breached", _("Below the line for too long")
    WAIVED = "waived", _("Waived by the office")


class BankDecision(TextChoices):
    """What a bank does about a breach. It is the bank that decides; the office reports."""

    KEEP = "keep", _("Keep the rate")
    STEP_UP = "step_up", _("Step the rate up")
    RECALL = "recall", _("Recall the loan")
