"""Employers' lists: what was sent, what each row was found to be, and who is listed now."""

import json

from django.db import models
from django.db.models import F, Q

from khumkan.kernel import crypto
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer, Person
from khumkan.vaccination.choices import ListedBy, ListSource, RowVerdict
from khumkan.vaccination.states import ListFileState, RequestState, RosterState


class Roster(models.Model):
    """The list of one employer for one phase."""

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=[(s.value, s.value) for s in RosterState], default=RosterState.OPEN)
    listed = models.PositiveIntegerField(default=0, help_text="people on it now")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)
    reopened_until = models.DateField(
        null=True, help_text="the last day of more time that an officer gave, after the lists of the phase were locked"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employer", "phase"], name="vaccination_roster_once"),
            models.CheckConstraint(
                condition=~Q(state="locked") | Q(locked_at__isnull=False), name="vaccination_roster_lock_dated"
            ),
        ]
        indexes = [models.Index(fields=["phase", "state"], name="vaccination_roster_of_phase")]


class ListFile(models.Model):
    """One list as it was sent. Its rows are all accounted for."""

    reference = models.CharField(max_length=20, unique=True)
    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="files")
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in ListFileState])
    source = models.CharField(max_length=8, choices=ListSource.choices)
    file_name = models.CharField(max_length=200, blank=True)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of what was sent")
    file_bytes = models.BigIntegerField()
    content_sealed = models.BinaryField(null=True, help_text="what was sent, sealed, until it is checked")
    read_as = models.CharField(max_length=40, blank=True, help_text="how the text was understood")
    heading = models.JSONField(default=list)
    replaces = models.BooleanField(default=False, help_text="whether who is missing in it is taken off the list")
    rows_in = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    look = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    doubled = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0, help_text="taken off the list because they are missing in it")
    problem_code = models.CharField(max_length=40, blank=True)
    problem_text = models.CharField(max_length=400, blank=True)
    problem_params = models.JSONField(default=dict)
    sent_by = models.BigIntegerField(null=True)
    sent_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-sent_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "refused", "dropped"])
                | Q(rows_in=F("new") + F("changed") + F("unchanged") + F("look") + F("refused") + F("doubled")),
                name="vaccination_listfile_rows_accounted_for",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_at__isnull=False), name="vaccination_listfile_taken_dated"
            ),
            models.UniqueConstraint(
                fields=["roster"], condition=Q(state__in=["waiting", "checked"]), name="vaccination_listfile_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ListRow(models.Model):
    """One row of a list that was sent, with its verdict. No database foreign key to the person: filled by COPY."""

    file = models.ForeignKey(
        ListFile, on_delete=models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    row_number = models.PositiveIntegerField(help_text="as a spreadsheet shows it: the heading is row 1")
    verdict = models.CharField(max_length=9, choices=RowVerdict.choices)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    column = models.CharField(max_length=100, blank=True, help_text="heading of the column at fault")
    code = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField(help_text="the cells as they stood, and the values that the reason names")
    mended_at = models.DateTimeField(null=True, help_text="when the employer put it right on the page")

    class Meta:
        ordering = ("file", "row_number")
        constraints = [models.UniqueConstraint(fields=["file", "row_number"], name="vaccination_listrow_once")]
        indexes = [
            models.Index(
                fields=["file", "verdict", "row_number"],
                condition=Q(verdict__in=["look", "refused", "doubled"]),
                name="vaccination_listrow_to_mend",
            )
        ]

    def opened(self) -> tuple[list[str], dict[str, str]]:
        """Return the cells of the row as they stood, and the values that the reason names.

        :raises khumkan.kernel.crypto.CannotOpen: when the sealed value is damaged or stands in the wrong row.
        """
        cells, params = json.loads(
            crypto.open_sealed(bytes(self.sealed), where=row_place(self.file_id, self.row_number))
        )
        return cells, params


class Listing(models.Model):
    """An employer lists a person for a phase. A person may be listed by two employers; enrolled once."""

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="listings", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    state = models.CharField(max_length=7, choices=ListedBy.choices, default=ListedBy.LISTED)
    file = models.ForeignKey(ListFile, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    branch_serial = models.CharField(max_length=6, blank=True)
    listed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster", "person"], name="vaccination_listing_once"),
            models.CheckConstraint(
                condition=Q(state="listed", removed_at=None) | Q(state="removed", removed_at__isnull=False),
                name="vaccination_listing_removal_dated",
            ),
        ]


class ListRequest(models.Model):
    """An employer asks to change a locked list; an officer decides."""

    reference = models.CharField(max_length=20, unique=True)
    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="requests")
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in RequestState])
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    adds = models.BooleanField(help_text="whether the person is to be put on the list, or taken off it")
    why = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "person"], condition=Q(state="asked"), name="vaccination_listrequest_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None) | ~Q(state="asked") & Q(decided_at__isnull=False),
                name="vaccination_listrequest_decision_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


def content_place(reference: str) -> str:
    """Return where the sealed content of a list that waits stands."""
    return f"vaccination_listfile.content_sealed.{reference}"


def row_place(file_id: int, row_number: int) -> str:
    """Return where a sealed row of a list stands."""
    return f"vaccination_listrow.sealed.{file_id}.{row_number}"
