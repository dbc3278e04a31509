"""Specimens and the chain of custody."""

from django.db import models

from khumkan.places.models import Site
from khumkan.registry.models import Person
from khumkan.screening.models.choices import Method
from khumkan.screening.models.registrations import Registration, Session
from khumkan.screening.states import SpecimenState

#: No answer yet. Only these are indexed by time: an answer moves 100,000 rows at once, and every index would be moved.
OWED = models.Q(state__in=["taken", "sent", "received", "pooled"])


class Specimen(models.Model):
    """What was taken from a person, known by the code on its label. A laboratory sees the code and no name."""

    code = models.CharField(max_length=20)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="specimens")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="specimens")
    method = models.CharField(max_length=8, choices=Method.choices)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in SpecimenState])
    laboratory = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    manifest = models.ForeignKey(
        "screening.Manifest", on_delete=models.PROTECT, null=True, related_name="specimens", db_index=False
    )
    pool = models.ForeignKey(
        "screening.Pool", on_delete=models.PROTECT, null=True, related_name="members", db_index=False
    )
    province_code = models.CharField(max_length=2, blank=True, help_text="where the person lived when it was taken")
    district_code = models.CharField(max_length=4, blank=True, help_text="where the person lived when it was taken")
    section = models.PositiveSmallIntegerField(default=0, help_text="of the cover on that day, 0 without cover")
    taken_at = models.DateTimeField()
    resulted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="screening_specimen_code_once"),
            models.UniqueConstraint(
                fields=["registration"],
                condition=~models.Q(state="spoiled"),
                name="screening_specimen_one_good_per_registration",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-taken_at"]),
            models.Index(
                fields=["manifest"],
                condition=models.Q(manifest__isnull=False),
                name="screening_specimen_on_manifest",
            ),
            models.Index(fields=["pool"], condition=models.Q(pool__isnull=False), name="screening_specimen_in_pool"),
            models.Index(fields=["taken_at"], condition=OWED, name="screening_specimen_owed"),
            models.Index(fields=["laboratory", "taken_at"], condition=OWED, name="screening_specimen_owed_at"),
        ]

    def __str__(self) -> str:
        return self.code


class CustodyStep(models.Model):
    """A hand-over in the life of a specimen; a row is added, never edited."""

    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="custody", db_index=False)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in SpecimenState])
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    by_staff = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["specimen", "at"])]
