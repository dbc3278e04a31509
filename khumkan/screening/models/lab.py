"""The laboratory: manifests, pools, result files and results."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from khumkan.places.models import Site
from khumkan.screening.models.choices import Method, Outcome, ResultSource, RowVerdict
from khumkan.screening.models.specimens import Specimen
from khumkan.screening.states import FileState, ResultState


class Manifest(models.Model):
    """A box of specimens on its way from a site to a laboratory."""

    reference = models.CharField(max_length=20, unique=True)
    from_site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    laboratory = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    expected = models.PositiveIntegerField(help_text="specimens when it was closed")
    missing = models.PositiveIntegerField(default=0, help_text="specimens not in the box when it was opened")
    extra = models.PositiveIntegerField(default=0, help_text="specimens in the box that were not on its list")
    strangers = ArrayField(
        models.CharField(max_length=40), default=list, help_text="codes found in the box that no specimen carries"
    )

    class Meta:
        indexes = [models.Index(fields=["laboratory", "-sent_at"])]

    def __str__(self) -> str:
        return self.reference


class Pool(models.Model):
    """Specimens tested together. A negative pool answers for all; any other sends each member to a single test.

    Two persons read it: the first reading waits in `first_outcome` until the second agrees.
    """

    reference = models.CharField(max_length=20, unique=True)
    laboratory = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    first_outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    first_by = models.BigIntegerField(null=True)
    first_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    resulted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.reference


class ResultFile(models.Model):
    """A file of results: rows in = accepted + refused + duplicate, by constraint.

    It is kept before it is read, so that a worker that dies loses nothing; what it held is dropped once every row has
    its verdict. The same bytes from the same laboratory are the same file, unless rows of it were refused: those may be
    accepted later, so it is read again, and what was accepted before counts as a duplicate.
    """

    reference = models.CharField(max_length=20, unique=True)
    laboratory = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in FileState], default=FileState.WAITING)
    content = models.BinaryField(null=True, help_text="until it is read")
    columns = ArrayField(models.CharField(max_length=60), default=list, help_text="the heading, as it was read")
    rows_in = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    reason_code = models.CharField(max_length=40, blank=True, help_text="why it was refused as a whole")
    reason_text = models.CharField(max_length=300, blank=True, help_text="an English sentence, translated when shown")
    reason_params = models.JSONField(default=dict)
    source = models.CharField(max_length=4, choices=ResultSource.choices, default=ResultSource.FILE)
    by_staff = models.BigIntegerField(null=True)
    by_client = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["laboratory", "sha256"],
                condition=~models.Q(state=FileState.REFUSED) & models.Q(refused=0),
                name="screening_result_file_once",
            ),
            models.CheckConstraint(
                condition=models.Q(rows_in=models.F("accepted") + models.F("refused") + models.F("duplicate")),
                name="screening_result_file_reconciles",
            ),
            models.CheckConstraint(
                condition=models.Q(state=FileState.WAITING, content__isnull=False)
                | models.Q(read_at__isnull=False, content__isnull=True) & ~models.Q(state=FileState.WAITING),
                name="screening_result_file_kept_until_read",
            ),
        ]
        indexes = [models.Index(fields=["laboratory", "-received_at"])]

    def __str__(self) -> str:
        return self.reference


class ResultFileRow(models.Model):
    """A row of a file that was not simply accepted, with its reason; the row number is the one a spreadsheet shows."""

    file = models.ForeignKey(ResultFile, on_delete=models.CASCADE, related_name="rows", db_index=False)
    row_number = models.PositiveIntegerField()
    column = models.CharField(max_length=60, blank=True)
    content = models.JSONField(help_text="the row as it was read")
    verdict = models.CharField(max_length=10, choices=RowVerdict.choices)
    reason_code = models.CharField(max_length=40)
    reason_params = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "row_number"], name="screening_result_file_row_once"),
        ]


class Result(models.Model):
    """What a test found. Rows are added; a correction supersedes, and only the state of the old row moves on."""

    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="results")
    method = models.CharField(max_length=8, choices=Method.choices)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in ResultState])
    source = models.CharField(max_length=4, choices=ResultSource.choices)
    file = models.ForeignKey(ResultFile, on_delete=models.PROTECT, null=True, related_name="results")
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    tested_on = models.DateField(null=True)
    entered_by = models.BigIntegerField(null=True)
    entered_at = models.DateTimeField()
    released_by = models.BigIntegerField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["specimen"], condition=models.Q(state="released"), name="screening_result_one_released"
            ),
            models.UniqueConstraint(
                fields=["specimen"], condition=models.Q(state="entered"), name="screening_result_one_entered"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="released")
                | ~(models.Q(source__in=["hand", "pool"]) | models.Q(source="site", supersedes__isnull=False))
                | models.Q(released_by__isnull=True)
                | ~models.Q(released_by=models.F("entered_by")),
                name="screening_result_needs_two_persons",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="released") | models.Q(released_at__isnull=False),
                name="screening_result_released_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["entered_at"], condition=models.Q(state="entered"), name="screening_result_to_release"
            ),
        ]
