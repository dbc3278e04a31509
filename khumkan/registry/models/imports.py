"""Files that were taken over, and what became of each of their rows."""

import json

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from khumkan.kernel import crypto
from khumkan.kernel.errors import Reason
from khumkan.registry.models.employers import Employer
from khumkan.registry.models.persons import ACTOR_KINDS
from khumkan.registry.states import OPEN, ImportKind, ImportState, RowVerdict


class Import(models.Model):
    """One file. Its rows are all accounted for: `rows_in` = accepted + refused + duplicate + unchanged."""

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.RUNNING)
    file_name = models.CharField(max_length=200)
    file_hash = models.BinaryField(max_length=32)
    file_bytes = models.BigIntegerField()
    #: How the text of the file was understood: encoding and separator.
    read_as = models.CharField(max_length=40, blank=True)
    #: The headings of its columns.
    heading = models.JSONField(default=list)
    #: Of a filing: whose it is, of which branch, and the first day of its month.
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, blank=True, related_name="+")
    branch_serial = models.CharField(max_length=6, blank=True)
    month = models.DateField(null=True, blank=True)
    rows_in = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    #: Why the file was refused as a whole: a code, a sentence marked for translation, and its values.
    problem_code = models.CharField(max_length=40, blank=True)
    problem_text = models.CharField(max_length=400, blank=True)
    problem_params = models.JSONField(default=dict)
    by_kind = models.CharField(max_length=10, choices=ACTOR_KINDS)
    by_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        ordering = ("-started_at", "-id")
        constraints = [
            CheckConstraint(
                condition=~Q(state="done") | Q(rows_in=F("accepted") + F("refused") + F("duplicate") + F("unchanged")),
                name="import_rows_accounted_for",
            ),
            CheckConstraint(
                condition=Q(state__in=("waiting", "running"), finished_at__isnull=True)
                | ~Q(state__in=("waiting", "running")) & Q(finished_at__isnull=False),
                name="import_finished_when_over",
            ),
            CheckConstraint(
                condition=Q(kind="filing") | Q(employer__isnull=True, month__isnull=True),
                name="import_employer_of_filings_only",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether the file is still to be read to its end."""
        return self.state in OPEN

    @property
    def problem(self) -> Reason | None:
        """Why the file was refused as a whole, or None."""
        if not self.problem_text:
            return None
        return Reason(self.problem_code, self.problem_text, self.problem_params)


class KeptFile(models.Model):
    """A file that was sent and is to be read by the queue; it is gone when its import is over.

    Nothing here is locked while the import runs, so that its page can show how far it is.
    """

    batch = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="kept")
    #: Line ends in the file: about so many rows.
    lines = models.PositiveIntegerField()
    #: The row that was reached.
    reached = models.PositiveIntegerField(default=0)
    #: How often reading it was begun.
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)


class KeptPiece(models.Model):
    """Some bytes of a kept file, sealed: it is full of personal data."""

    file = models.ForeignKey(KeptFile, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ("file", "number")
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="keptpiece_once")]


class ImportRow(models.Model):
    """A row that was not taken over, with the reason; accepted and unchanged rows are only counted."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    #: The number of the row as a spreadsheet shows it: the heading is row 1.
    row_number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=9, choices=RowVerdict.choices)
    #: The heading of the column at fault; empty when it is the whole row.
    column = models.CharField(max_length=100, blank=True)
    code = models.CharField(max_length=40)
    #: The reason, a sentence marked for translation.
    text = models.CharField(max_length=400)
    #: The cells of the row as they stood in the file and the values that the reason names: sealed, as they may be
    #: personal.
    sealed = models.BinaryField()

    class Meta:
        ordering = ("batch", "row_number")
        constraints = [
            models.UniqueConstraint(fields=["batch", "row_number"], name="importrow_once"),
            CheckConstraint(condition=Q(verdict__in=["refused", "duplicate"]), name="importrow_not_taken_over"),
        ]

    def opened(self) -> tuple[list[str], Reason]:
        """Return the cells of the row as they stood in the file, and the reason.

        :raises khumkan.kernel.crypto.CannotOpen: when the sealed value is damaged or stands in the wrong row.
        """
        plain = crypto.open_sealed(bytes(self.sealed), where=import_row_place(self.batch_id, self.row_number))
        cells, params = json.loads(plain)
        return cells, Reason(self.code, self.text, params)


def import_row_place(import_id: int, row_number: int) -> str:
    """Return where a sealed row of a file stands."""
    return f"registry_importrow.sealed.{import_id}.{row_number}"


def kept_piece_place(import_id: int, number: int) -> str:
    """Return where a sealed piece of a kept file stands."""
    return f"registry_keptpiece.sealed.{import_id}.{number}"
