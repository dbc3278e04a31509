"""Workplace rounds: the frame, the draw, and who was drawn."""

from fractions import Fraction

from django.db import models

from khumkan.places.models import Site
from khumkan.registry.models import Employer, Person
from khumkan.screening.models.choices import Method
from khumkan.screening.states import RoundState


class Round(models.Model):
    """One random test of the workers of chosen enterprises.

    The frame's hash and the hash of the seed are published before the draw, the seed after it. `frame_salt` makes the
    pseudonyms of the published file; it stays sealed, so that the file names nobody.
    """

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in RoundState], default=RoundState.PLANNED
    )
    province_code = models.CharField(max_length=2, blank=True, help_text="where an officer of a province may run it")
    method = models.CharField(max_length=8, choices=Method.choices)
    design = models.JSONField(help_text="strata, stages and size rule: khumkan.screening.rules.sampling.Design")
    terms_version = models.PositiveIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    frame_count = models.PositiveIntegerField(null=True)
    frame_hash = models.CharField(max_length=64, blank=True)
    frame_salt = models.BinaryField(blank=True, default=b"")
    seed_commitment = models.CharField(max_length=64, blank=True)
    seed_sealed = models.BinaryField(blank=True, default=b"")
    seed = models.CharField(max_length=64, blank=True, help_text="empty until it is revealed")
    public_source = models.CharField(
        max_length=200, blank=True, help_text="what will come out in public after the freeze, such as a lottery number"
    )
    public_value = models.CharField(max_length=40, blank=True, help_text="what came out; mixed into the seed")
    file_name = models.CharField(
        max_length=200, blank=True, help_text="of the published file; empty until it is written"
    )
    file_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the published file")
    file_bytes = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")), name="screening_round_days_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[RoundState.PLANNED, RoundState.CANCELLED])
                | ~models.Q(frame_hash="") & ~models.Q(seed_commitment=""),
                name="screening_round_frozen_before_drawn",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[RoundState.DRAWN, RoundState.ANNOUNCED, RoundState.CLOSED])
                | ~models.Q(seed=""),
                name="screening_round_seed_revealed_when_drawn",
            ),
            models.CheckConstraint(
                condition=models.Q(public_source="") | models.Q(seed="") | ~models.Q(public_value=""),
                name="screening_round_public_value_before_seed",
            ),
        ]
        indexes = [models.Index(fields=["state", "-first_day"])]

    def __str__(self) -> str:
        return self.reference


class Chance(models.Model):
    """The chance of being drawn, as an exact fraction."""

    chance_numerator = models.PositiveBigIntegerField(default=1)
    chance_denominator = models.PositiveBigIntegerField(default=1)

    class Meta:
        abstract = True

    @property
    def chance(self) -> Fraction:
        """The chance, above 0 and at most 1."""
        return Fraction(self.chance_numerator, self.chance_denominator)


def _chance_makes_sense(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(chance_numerator__gt=0, chance_numerator__lte=models.F("chance_denominator")), name=name
    )


class RoundEmployer(Chance):
    """An enterprise of a round: its risk when it was chosen, and whether the first stage drew it.

    The chance is that of the first stage, 1 where there is none.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="employers")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    risk_score = models.DecimalField(max_digits=6, decimal_places=2)
    risk_reasons = models.JSONField(default=list, help_text="the parts of the score, as codes and points")
    stratum = models.CharField(max_length=60, blank=True, db_collation="C")
    pseudonym = models.CharField(max_length=16, blank=True, db_collation="C", help_text="empty until the freeze")
    workers = models.PositiveIntegerField(default=0)
    is_drawn = models.BooleanField(default=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    at_workplace = models.BooleanField(default=False, help_text="whether the team comes to the enterprise")
    day = models.DateField(null=True)
    session = models.ForeignKey("screening.Session", on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "employer"], name="screening_round_employer_once"),
            _chance_makes_sense("screening_round_employer_chance"),
        ]


class Stratum(models.Model):
    """A stratum of a frozen frame and how many of it are drawn."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="strata")
    name = models.CharField(max_length=60, db_collation="C")
    frame_count = models.PositiveIntegerField(help_text="workers")
    enterprises = models.PositiveIntegerField()
    sample_size = models.PositiveIntegerField(help_text="workers to draw, or enterprises where these are drawn first")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "name"], name="screening_stratum_once"),
            models.CheckConstraint(
                condition=models.Q(sample_size__lte=models.F("frame_count")), name="screening_stratum_sample_in_frame"
            ),
        ]


class FrameUnit(models.Model):
    """A worker of a frozen frame. A million rows for a large round: no database foreign keys, filled by COPY."""

    round = models.ForeignKey(
        Round, on_delete=models.CASCADE, related_name="units", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    stratum = models.CharField(max_length=60, db_collation="C")
    pseudonym = models.CharField(max_length=32, db_collation="C")
    enterprise = models.CharField(max_length=16, db_collation="C", help_text="pseudonym of the employer")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="screening_frame_unit_once"),
            # The order of the frame hash: rows are written and read in it.
            models.UniqueConstraint(fields=["round", "stratum", "pseudonym"], name="screening_frame_order"),
        ]


class Drawn(Chance):
    """A worker whom the draw reached: in the sample, or in the queue of substitutes of the same list.

    A list is a stratum, or a drawn enterprise (`stratum/pseudonym`) where enterprises are drawn first. The chance is
    that of being in the sample, both stages together; a substitute has the same as those whose place it may take.
    Like the frame it comes from, it has no database foreign keys.
    """

    round = models.ForeignKey(
        Round, on_delete=models.CASCADE, related_name="drawn", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    stratum = models.CharField(max_length=60, db_collation="C")
    list_name = models.CharField(max_length=100, db_collation="C")
    pseudonym = models.CharField(max_length=32, db_collation="C")
    position = models.PositiveIntegerField(help_text="in the order of the draw within the list, from 1")
    is_substitute = models.BooleanField(default=False)
    called_at = models.DateTimeField(null=True, help_text="when the worker, or the substitute, was asked to come")
    session = models.ForeignKey(
        "screening.Session", on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    stands_in_for = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="substitute", db_constraint=False, db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="screening_drawn_once"),
            models.UniqueConstraint(fields=["round", "list_name", "position"], name="screening_drawn_position_once"),
            models.UniqueConstraint(
                fields=["stands_in_for"],
                condition=models.Q(stands_in_for__isnull=False),
                name="screening_drawn_one_substitute",
            ),
            _chance_makes_sense("screening_drawn_chance"),
        ]
        indexes = [
            # For employers' pages; a draw adds nothing to it, as nobody is called yet.
            models.Index(fields=["employer"], condition=models.Q(session__isnull=False), name="screening_drawn_called"),
        ]
