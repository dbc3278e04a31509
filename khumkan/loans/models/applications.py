"""Applications of employers at banks, their documents, and every step that was made."""

from django.db import models
from django.db.models import F, Q

from khumkan.kernel import crypto
from khumkan.kernel.actors import ActorKind
from khumkan.loans.choices import DocumentKind, Proposal, Security, SizeBand
from khumkan.loans.models.banks import Bank
from khumkan.loans.models.certificates import EmployerCertificate
from khumkan.loans.rules.documents import ENDINGS
from khumkan.loans.states import LIVE_APPLICATIONS, SEEN_BY_BANK, ApplicationState
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer

LIVE = [state.value for state in LIVE_APPLICATIONS]
DECIDED = ["approved", "signed"]


class Application(models.Model):
    """One employer asks one bank for one loan of one phase.

    The borrower is the juristic person behind the account: its number is sealed, and its index finds other accounts
    of the same borrower. Of one employer, and of one borrower, one application is alive in a phase.
    """

    reference = models.CharField(max_length=20, unique=True)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(EmployerCertificate, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=9, choices=[(s.value, s.value) for s in ApplicationState], default=ApplicationState.DRAFT
    )
    size = models.CharField(max_length=6, choices=SizeBand.choices, help_text="as certified")
    amount = models.DecimalField(max_digits=14, decimal_places=2, help_text="baht asked for")
    refinance = models.DecimalField(
        max_digits=14, decimal_places=2, default=0, help_text="baht of it that repay other loans"
    )
    security = models.CharField(max_length=10, choices=Security.choices)
    purpose = models.CharField(max_length=500, help_text="what it is for, in the employer's words")
    borrower_index = models.BinaryField(max_length=32, help_text="keyed index of the juristic person's number")
    borrower_sealed = models.BinaryField(help_text="the number, sealed")
    borrower_last4 = models.CharField(max_length=4)
    terms_version = models.PositiveIntegerField(help_text="of loans.terms, when it was last sent or decided")
    changed_at = models.DateTimeField(help_text="of the last step; after a time without one it lapses")
    drafted_at = models.DateTimeField()
    drafted_by = models.BigIntegerField(null=True)
    sent_at = models.DateTimeField(null=True)
    proposal = models.CharField(max_length=7, choices=Proposal.choices, blank=True)
    proposed_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="baht")
    proposed_refinance = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="baht")
    proposed_by = models.BigIntegerField(null=True, help_text="the maker")
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True, help_text="the checker")
    decided_at = models.DateTimeField(null=True)
    claim_id = models.BigIntegerField(null=True, unique=True, help_text="of capacity: what is reserved of the tranche")
    pace_claim_id = models.BigIntegerField(null=True, unique=True, help_text="of capacity: the bank's share of a month")
    reserved_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "employer"], condition=Q(state__in=LIVE), name="loans_application_one_alive"
            ),
            models.UniqueConstraint(
                fields=["phase", "borrower_index"],
                condition=Q(state__in=LIVE) & ~Q(state="draft"),
                name="loans_application_one_borrower",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(refinance__gte=0) & Q(refinance__lte=F("amount")),
                name="loans_application_amounts",
            ),
            models.CheckConstraint(
                condition=Q(proposed_amount=None, proposed_refinance=None)
                | Q(proposed_amount__gt=0, proposed_refinance__gte=0)
                & Q(proposed_amount__lte=F("amount"), proposed_refinance__lte=F("proposed_amount")),
                name="loans_application_proposed_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn", "lapsed"]) | Q(sent_at__isnull=False),
                name="loans_application_sent_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="proposed") | ~Q(proposal="") & Q(proposed_by__isnull=False),
                name="loans_application_has_a_maker",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*DECIDED, "declined"])
                | Q(decided_by__isnull=False, decided_at__isnull=False, proposed_by__isnull=False),
                name="loans_application_has_a_checker",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="loans_application_two_bankers"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED)
                | Q(proposal="approve", claim_id__isnull=False, proposed_amount__isnull=False),
                name="loans_application_money_reserved",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(reserved_until__isnull=False), name="loans_application_lapses"
            ),
        ]
        indexes = [
            models.Index(fields=["bank", "state", "changed_at"], name="loans_application_of_bank"),
            models.Index(fields=["employer", "-drafted_at"], name="loans_application_of_employer"),
            models.Index(fields=["phase", "state", "size"], name="loans_application_of_phase"),
            models.Index(
                fields=["changed_at"],
                condition=Q(state__in=["draft", "sent", "returned", "proposed"]),
                name="loans_application_waiting",
            ),
            models.Index(fields=["reserved_until"], condition=Q(state="approved"), name="loans_application_reserved"),
            models.Index(fields=["borrower_index"], name="loans_application_borrower"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def borrower_number(self) -> str:
        """The number of the juristic person in clear.

        :raises khumkan.kernel.crypto.CannotOpen: when the sealed value is damaged or stands in the wrong row.
        """
        return crypto.open_sealed(bytes(self.borrower_sealed), where=borrower_place(self.reference)).decode()

    @property
    def is_seen_by_bank(self) -> bool:
        """Whether the bank may see it: whether it was ever sent."""
        return ApplicationState(self.state) in SEEN_BY_BANK and self.sent_at is not None


class ApplicationStep(models.Model):
    """A step of an application with who, when and why. Rows are only added; the last one is the state."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps", db_index=False)
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in ApplicationState])
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    by_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(fields=["application", "at", "id"], name="loans_step_of_application")]


class ApplicationDocument(models.Model):
    """A file that an employer sent with an application, sealed. One that was taken back keeps its row."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents", db_index=False)
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    file_name = models.CharField(max_length=200)
    file_type = models.CharField(max_length=40, help_text="media type, as found in the content")
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of what was sent")
    file_bytes = models.PositiveIntegerField()
    sealed = models.BinaryField(null=True, help_text="the content, sealed; none after it was taken back")
    sent_at = models.DateTimeField()
    sent_by = models.BigIntegerField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("sent_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "file_hash"], condition=Q(removed_at=None), name="loans_document_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, sealed__isnull=False) | Q(removed_at__isnull=False, sealed=None),
                name="loans_document_gone_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def ending(self) -> str:
        """The ending of the file by its content, such as `.pdf`."""
        return ENDINGS.get(self.file_type, "")

    def opened(self, reference: str) -> bytes:
        """Return the content.

        :param reference: of the application.
        :raises khumkan.kernel.crypto.CannotOpen: when the sealed value is damaged or stands in the wrong row.
        """
        return crypto.open_sealed(bytes(self.sealed or b""), where=document_place(reference, self.file_hash))


def borrower_place(reference: str) -> str:
    """Return where the sealed number of the borrower of an application stands."""
    return f"loans_application.borrower_sealed.{reference}"


def document_place(reference: str, file_hash: str) -> str:
    """Return where the sealed content of a document stands."""
    return f"loans_applicationdocument.sealed.{reference}.{file_hash}"
