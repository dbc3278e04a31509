"""What callers need, as cases with everything that was done about them; who is at the desk; who was verified."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from khumkan.accounts.models import User
from khumkan.hotline.choices import (
    CaseChannel,
    Closed,
    Reason,
    Reply,
    Skill,
    Spoken,
    StepKind,
    Thing,
    VerifiedHow,
)
from khumkan.hotline.states import ENDED_CASES, HELD_CASES, LIVE_CASES, CaseState
from khumkan.registry.models import Employer, Person

LIVE = [str(state) for state in LIVE_CASES]


class CaseQuerySet(models.QuerySet["Case"]):
    """The words for cases."""

    def live(self) -> Self:
        """Keep those that somebody still has to solve."""
        return self.filter(state__in=LIVE)

    def queued(self) -> Self:
        """Keep those that nobody has, the first to be served first."""
        return self.filter(state=CaseState.NEW).order_by("-priority", "due_at", "pk")

    def overdue(self, *, now: datetime) -> Self:
        """Keep those that should have been solved by now, the longest overdue first."""
        return self.live().filter(due_at__lte=now).order_by("due_at", "pk")

    def waiting_for(self, thing: Thing) -> Self:
        """Keep those that close themselves when this thing happens."""
        return self.live().filter(waits_for=thing)


class Case(models.Model):
    """One need of one caller, from the call to the solution.

    A queue is a skill and a language. `waits_for` says what solves the case, also while somebody works on it: when it
    happens, the case closes itself.
    """

    reference = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    channel = models.CharField(max_length=6, choices=CaseChannel.choices)
    state = models.CharField(max_length=7, choices=[(s.value, s.value) for s in CaseState])
    skill = models.CharField(max_length=11, choices=Skill.choices)
    language = models.CharField(max_length=2, choices=Spoken.choices)
    priority = models.PositiveSmallIntegerField(help_text="by the terms; higher is sooner, 100 and more is urgent")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    province_code = models.CharField(max_length=2, blank=True, help_text="where the person lives")
    caller_sealed = models.BinaryField(null=True, help_text="the number that called, sealed")
    caller_index = models.BinaryField(null=True, help_text="blind index of that number")
    waits_for = models.CharField(max_length=11, choices=Thing.choices, blank=True)
    about_kind = models.CharField(max_length=60, blank=True, help_text="label of the row that it is about")
    about_id = models.BigIntegerField(null=True)
    chain = models.CharField(max_length=60, blank=True, help_text="the stuck chain that opened it: a rule and a row")
    terms_version = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True, help_text="id of the member of staff; none: Khumkan or the caller")
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=11, choices=Closed.choices, blank=True)
    closed_by = models.BigIntegerField(null=True, help_text="id of the member of staff; none: it closed itself")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="took_in", db_index=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="hotline_case_reference_once"),
            models.UniqueConstraint(fields=["chain"], condition=~Q(chain=""), name="hotline_case_chain_once"),
            models.UniqueConstraint(
                fields=["person", "reason"],
                condition=Q(state__in=LIVE, person__isnull=False),
                name="hotline_case_one_live",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(employer__isnull=True), name="hotline_case_of_one"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[str(state) for state in HELD_CASES]) | Q(owner__isnull=False),
                name="hotline_case_open_has_owner",
            ),
            models.CheckConstraint(condition=~Q(state="new") | Q(owner=None), name="hotline_case_new_has_none"),
            models.CheckConstraint(condition=~Q(state="waiting") | ~Q(waits_for=""), name="hotline_case_waits_for"),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, closed_at=None, closed_because="")
                | Q(state__in=[str(state) for state in ENDED_CASES], closed_at__isnull=False) & ~Q(closed_because=""),
                name="hotline_case_end_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | ~Q(state="merged") & Q(merged_into=None),
                name="hotline_case_merged_into",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="hotline_case_not_into_self"
            ),
            models.CheckConstraint(
                condition=Q(caller_sealed=None, caller_index=None)
                | Q(caller_sealed__isnull=False, caller_index__isnull=False),
                name="hotline_case_caller_found",
            ),
        ]
        indexes = [
            models.Index(
                fields=["skill", "language", "-priority", "due_at", "id"],
                condition=Q(state="new"),
                name="hotline_case_queue",
            ),
            models.Index(fields=["owner", "state"], condition=Q(state__in=LIVE), name="hotline_case_of_owner"),
            models.Index(
                fields=["person", "-opened_at"], condition=Q(person__isnull=False), name="hotline_case_of_person"
            ),
            models.Index(fields=["employer"], condition=Q(employer__isnull=False), name="hotline_case_of_employer"),
            models.Index(
                fields=["waits_for", "person"],
                condition=Q(state__in=LIVE) & ~Q(waits_for=""),
                name="hotline_case_waits_index",
            ),
            models.Index(fields=["due_at"], condition=Q(state__in=LIVE), name="hotline_case_due"),
            models.Index(fields=["opened_at"], name="hotline_case_opened"),
            models.Index(fields=["closed_at"], condition=Q(state="done"), name="hotline_case_closed"),
            models.Index(
                fields=["caller_index"], condition=Q(caller_index__isnull=False), name="hotline_case_of_caller"
            ),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="hotline_case_took_in"),
        ]

    def __str__(self) -> str:
        return self.reference


class CaseStep(models.Model):
    """Something that was done with a case; a row is added, never edited."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps", db_index=False)
    kind = models.CharField(max_length=11, choices=StepKind.choices)
    at = models.DateTimeField()
    by_staff = models.BigIntegerField(null=True, help_text="id of the member of staff; none: Khumkan")
    note_sealed = models.BinaryField(null=True, help_text="what was noted, sealed: it may name people")
    reply = models.CharField(max_length=12, choices=Reply.choices, blank=True)
    data = models.JSONField(default=dict, help_text="codes and ids: to whom, why, for what")

    class Meta:
        ordering = ("case", "at", "id")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="note") | Q(note_sealed__isnull=False), name="hotline_casestep_note_says_what"
            ),
            models.CheckConstraint(
                condition=~Q(kind="replied") | ~Q(reply=""), name="hotline_casestep_reply_says_what"
            ),
        ]
        indexes = [models.Index(fields=["case", "at", "id"], name="hotline_casestep_of_case")]


class Presence(models.Model):
    """A member of the hotline at the desk: what they know, which languages they speak, until when they are there."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    skills = ArrayField(models.CharField(max_length=11, choices=Skill.choices))
    languages = ArrayField(models.CharField(max_length=2, choices=Spoken.choices))
    province_codes = ArrayField(
        models.CharField(max_length=2), default=list, help_text="whose cases they see; empty: the whole country"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="not there any more from then on, also without signing off")
    routed_at = models.DateTimeField(null=True, help_text="when a case was last given to them")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="hotline_presence_in_order"),
            models.CheckConstraint(
                condition=~Q(skills=[]) & ~Q(languages=[]), name="hotline_presence_can_do_something"
            ),
        ]
        indexes = [models.Index(fields=["until"], name="hotline_presence_now")]


class Verification(models.Model):
    """The hotline made sure that a caller is this person; it holds for one member of staff, for some minutes."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_staff = models.BigIntegerField()
    how = models.CharField(max_length=7, choices=VerifiedHow.choices)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(at__lt=F("until")), name="hotline_verification_in_order"),
        ]
        indexes = [models.Index(fields=["person", "by_staff", "-until"], name="hotline_verification_now")]


class Review(models.Model):
    """What a supervisor thinks of a closed case that was drawn at random."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="review")
    listened = models.PositiveSmallIntegerField(help_text="1 to 5")
    solved = models.PositiveSmallIntegerField(help_text="1 to 5")
    plain = models.PositiveSmallIntegerField(help_text="1 to 5: were the words plain and polite")
    note_sealed = models.BinaryField(null=True)
    by_staff = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(listened__range=(1, 5), solved__range=(1, 5), plain__range=(1, 5)),
                name="hotline_review_marks_1_to_5",
            ),
        ]
        indexes = [models.Index(fields=["at"], name="hotline_review_at")]
