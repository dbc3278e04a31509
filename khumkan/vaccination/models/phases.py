"""What a phase of vaccination adds to the phase itself, and how districts were chosen."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from khumkan.policies.models import Phase
from khumkan.vaccination.choices import CaseSource, Vaccine
from khumkan.vaccination.rules.incidence import Because
from khumkan.vaccination.states import DistrictChoiceState


class PhaseDetail(models.Model):
    """Which vaccine a phase gives, to how many, and until when employers may change their lists."""

    phase = models.OneToOneField(Phase, on_delete=models.PROTECT, primary_key=True, related_name="+")
    vaccines = ArrayField(models.CharField(max_length=12, choices=Vaccine.choices))
    sections = ArrayField(models.PositiveSmallIntegerField(), help_text="of the Social Security Act: 33, 39, 40")
    doses = models.PositiveIntegerField(help_text="expected for the phase")
    lists_lock_on = models.DateField(help_text="from this day on lists change by request only")
    chosen_by_cases = models.BooleanField(
        default=False, help_text="whether its areas are districts chosen by their cases; it opens with a signed choice"
    )
    frame_codes = ArrayField(
        models.CharField(max_length=4),
        default=list,
        help_text="provinces or districts among which is chosen; empty: the whole country",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(vaccines__len__gte=1), name="vaccination_phase_has_a_vaccine"),
            models.CheckConstraint(condition=Q(sections__len__gte=1), name="vaccination_phase_has_a_section"),
            models.CheckConstraint(
                condition=Q(chosen_by_cases=True) | Q(frame_codes=[]), name="vaccination_phase_frame_is_for_choosing"
            ),
        ]


class CaseFile(models.Model):
    """Case figures that somebody else counted, as they were sent. Never changed; a better file is a new row."""

    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what was sent")
    by_district = models.BooleanField(help_text="whether its figures are of districts, or of provinces")
    source = models.CharField(max_length=200, help_text="who counted, as the officer says")
    rows = models.PositiveIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    days = models.PositiveIntegerField(help_text="days of which there is a figure")
    cases = models.PositiveIntegerField(help_text="within areas that are known")
    respelt = models.JSONField(default=dict, help_text="spellings that differ from the official name")
    apart = models.JSONField(default=dict, help_text="cases under names that are no area")
    unmatched = models.JSONField(default=dict, help_text="cases under names that fit no area")
    sent_at = models.DateTimeField()
    sent_by = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-sent_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(first_on__lte=models.F("last_on")), name="vaccination_casefile_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class CaseCount(models.Model):
    """Cases of one area on one day in a file. A day without a row was not counted; it is not zero."""

    file = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="counts", db_index=False)
    area_code = models.CharField(max_length=4)
    day = models.DateField()
    cases = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "area_code", "day"], name="vaccination_casecount_once"),
        ]


class InsuredCount(models.Model):
    """How many insured persons live in a district, counted from the register every night."""

    area_code = models.CharField(
        max_length=4, primary_key=True, help_text="of the province where the district is unknown"
    )
    people = models.PositiveIntegerField()
    counted_at = models.DateTimeField()


class DistrictChoice(models.Model):
    """Districts chosen by how many cases they have: simulated first, then signed by a second officer and frozen."""

    reference = models.CharField(max_length=20, unique=True)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in DistrictChoiceState])
    until_on = models.DateField(help_text="the last day of which cases are counted")
    days = models.PositiveSmallIntegerField(default=14)
    least_rate = models.DecimalField(max_digits=8, decimal_places=2, help_text="cases per 100,000 in those days")
    least_people = models.PositiveIntegerField(
        help_text="insured persons below which a district is judged together with its province"
    )
    doses = models.PositiveIntegerField(help_text="at most so many are promised to the chosen districts together")
    source = models.CharField(max_length=8, choices=CaseSource.choices)
    case_file = models.ForeignKey(CaseFile, on_delete=models.PROTECT, null=True, related_name="+")
    figures_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the frozen figures")
    terms_version = models.PositiveIntegerField()
    simulated_at = models.DateTimeField()
    simulated_by = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_at__isnull=False) & ~Q(figures_hash=""),
                name="vaccination_choice_signed_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(source="own", case_file=None) | Q(source="imported", case_file__isnull=False),
                name="vaccination_choice_says_its_source",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | Q(simulated_by=None) | ~Q(signed_by=models.F("simulated_by")),
                name="vaccination_choice_two_officers",
            ),
            models.UniqueConstraint(
                fields=["phase"], condition=Q(state="signed"), name="vaccination_choice_one_signed"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DistrictRate(models.Model):
    """The figures of one district in a choice, and whether the rule chose it."""

    choice = models.ForeignKey(DistrictChoice, on_delete=models.CASCADE, related_name="rates")
    area_code = models.CharField(max_length=4, help_text="of a district, or of a province where no more is known")
    cases = models.PositiveIntegerField()
    people = models.PositiveIntegerField(help_text="insured persons to whom the cases are related")
    rate = models.DecimalField(max_digits=10, decimal_places=2, help_text="cases per 100,000")
    wanted = models.PositiveIntegerField(help_text="doses for those who are listed there")
    rank = models.PositiveIntegerField()
    is_chosen = models.BooleanField()
    because = models.CharField(max_length=14, choices=[(one.value, one.value) for one in Because])
    with_province = models.BooleanField(
        default=False, help_text="whether it is so small that cases and people are those of its whole province"
    )
    days_known = models.PositiveSmallIntegerField(help_text="of how many of the days the cases were counted")

    class Meta:
        ordering = ("choice", "rank")
        constraints = [
            models.UniqueConstraint(fields=["choice", "area_code"], name="vaccination_rate_once"),
            models.UniqueConstraint(fields=["choice", "rank"], name="vaccination_rate_rank_once"),
            models.CheckConstraint(
                condition=Q(is_chosen=True, because="chosen") | Q(is_chosen=False) & ~Q(because="chosen"),
                name="vaccination_rate_chosen_says_so",
            ),
        ]
