"""Stays: who has which bed from when to when. The constraints of this table are the promise of the whole programme."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from khumkan.isolation.choices import NotLetIn, StayEnd
from khumkan.isolation.models.cares import Care
from khumkan.isolation.models.sites import Bed, Room
from khumkan.isolation.states import PRESENT, PROMISED, StayState
from khumkan.places.models import Site
from khumkan.registry.models import Person

PROMISED_STATES = [str(state) for state in PROMISED]
PRESENT_STATES = [str(state) for state in PRESENT]


class StayQuerySet(models.QuerySet["Stay"]):
    """The words for stays."""

    def promised(self, *, now: datetime) -> Self:
        """Keep those whose bed is held and not lapsed."""
        return self.filter(state__in=PROMISED_STATES, blocks__contains=now)

    def present(self) -> Self:
        """Keep those of people who lie in their beds."""
        return self.filter(state__in=PRESENT_STATES)


class Stay(models.Model):
    """One person's claim on one bed: held, lain in, and cleaned after.

    :ivar blocks: while nobody else gets the bed: from the hold to the end of the cleaning. A hold ends by itself here.
    :ivar during: while the bed is this person's; empty while it is held for somebody who still lies in another bed.
    :ivar sharing: who may be in the room at the same time: `women`, `men`, or the family or person who is alone in it.
    """

    care = models.ForeignKey(Care, on_delete=models.PROTECT, related_name="stays")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="stays", db_index=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in StayState])
    sharing = models.CharField(max_length=24)
    blocks = DateTimeRangeField()
    during = DateTimeRangeField()
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="the bed that is left for this one; one promise after another may follow it",
    )
    terms_version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=10, choices=StayEnd.choices, blank=True)
    cleaned_at = models.DateTimeField(null=True)
    belongings = models.CharField(max_length=200, blank=True, help_text="what the front desk keeps")

    objects = StayQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-made_at"], name="isolation_stay_of_person"),
            models.Index(fields=["site", "state"], name="isolation_stay_of_site"),
            models.Index(fields=["site", "arrived_at"], name="isolation_stay_arrivals"),
            models.Index(fields=["site", "left_at"], condition=Q(state="left"), name="isolation_stay_leavings"),
            # which beds somebody has at a moment, without a look at the stays that are over
            models.Index("blocks__endswith", name="isolation_stay_until"),
        ]
        constraints = [
            ExclusionConstraint(
                name="isolation_stay_bed_not_twice",
                expressions=[("bed", RangeOperators.EQUAL), ("blocks", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="isolation_stay_person_not_twice",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="isolation_stay_no_strangers",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    ("sharing", RangeOperators.NOT_EQUAL),
                    ("blocks", RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(
                fields=["care"], condition=Q(state__in=PROMISED_STATES), name="isolation_stay_one_promise"
            ),
            models.UniqueConstraint(
                fields=["care"], condition=Q(state__in=PRESENT_STATES), name="isolation_stay_one_presence"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PRESENT_STATES, blocks__upper_inf=True, during__upper_inf=True, left_at=None)
                | Q(state__in=PROMISED_STATES, blocks__upper_inf=False, arrived_at=None)
                | Q(state__in=["left", "lapsed", "given_back"], blocks__upper_inf=False, during__upper_inf=False),
                name="isolation_stay_spans_follow_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*PRESENT_STATES, "left"]) | Q(arrived_at__isnull=False),
                name="isolation_stay_arrival_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="left") | Q(left_at__gte=models.F("arrived_at")), name="isolation_stay_left_after"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["left", "lapsed", "given_back"]) | ~Q(ended_because=""),
                name="isolation_stay_end_says_why",
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False) | Q(follows__isnull=False) | ~Q(state__in=PROMISED_STATES),
                name="isolation_stay_second_bed_follows",
            ),
            models.CheckConstraint(
                condition=Q(during__contained_by=models.F("blocks")), name="isolation_stay_bed_blocked_while_used"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.care_id}/{self.bed_id}"


class DoorNote(models.Model):
    """Somebody stood at the door and was not let in. Rows are only added."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="door_notes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=NotLetIn.choices)
    note = models.CharField(max_length=200, blank=True, help_text="for colleagues; no illness")
    by_staff = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("stay", "at", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(why__in=NotLetIn.values), name="isolation_door_note_why_known"),
        ]

    def __str__(self) -> str:
        return f"{self.stay_id}: {self.why}"
