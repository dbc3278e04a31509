"""What the office says to the public: the words, whom they concern, how far they are, and whom they reached."""

from django.db import models
from django.db.models import F, Q

from khumkan.registry.models import Person
from khumkan.situation.choices import SendingKind
from khumkan.situation.states import AnnouncementState

LANGUAGES = (("th", "th"), ("en", "en"))
STATES = [(state.value, state.value) for state in AnnouncementState]
#: Nobody has approved it.
UNAPPROVED = [AnnouncementState.DRAFT.value, AnnouncementState.SUBMITTED.value, AnnouncementState.DROPPED.value]


class Announcement(models.Model):
    """Something that the office makes known. Its words stay as they were approved."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=9, choices=STATES)
    segment = models.JSONField(default=dict, help_text="whom it concerns; see `rules.segments`")
    is_public = models.BooleanField(default=True, help_text="stands among the news that everybody reads")
    is_banner = models.BooleanField(default=False, help_text="stands above every page until it ends")
    by_message = models.BooleanField(default=False, help_text="is sent to everybody of the segment")
    is_urgent = models.BooleanField(default=False, help_text="its messages do not wait for the morning")
    publish_at = models.DateTimeField(null=True, help_text="not before; none: as soon as it is approved")
    until_at = models.DateTimeField(null=True, help_text="from then on it is no news and no banner any more")
    people = models.PositiveIntegerField(null=True, help_text="how many people the segment has, as counted last")
    counted_at = models.DateTimeField(null=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.BigIntegerField(null=True)
    changed_by = models.BigIntegerField(null=True, help_text="who wrote the words as they stand")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="withdrawn or dropped")
    ended_why_th = models.CharField(max_length=160, blank=True, help_text="for everybody who was told")
    ended_why_en = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ("-drafted_at", "-id")
        indexes = [
            models.Index(fields=["state", "publish_at"], name="situation_announcement_due"),
            models.Index(
                fields=["-published_at"],
                condition=Q(is_public=True, published_at__isnull=False),
                name="situation_announcement_news",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=UNAPPROVED) | Q(approved_at__isnull=False),
                name="situation_announcement_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")) & ~Q(approved_by=F("changed_by")),
                name="situation_announcement_two_people",
            ),
            models.CheckConstraint(
                condition=Q(is_public=True) | Q(is_banner=False, by_message=True),
                name="situation_announcement_is_heard",
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(publish_at=None) | Q(until_at__gt=F("publish_at")),
                name="situation_announcement_ends_later",
            ),
            models.CheckConstraint(
                condition=~Q(state=AnnouncementState.WITHDRAWN.value)
                | ~Q(ended_why_th="") & ~Q(ended_why_en="") & Q(ended_at__isnull=False),
                name="situation_announcement_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class AnnouncementText(models.Model):
    """The words of an announcement in one language."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="texts", db_index=False)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    title = models.CharField(max_length=80)
    body = models.TextField(max_length=6000, help_text="paragraphs, with empty lines between them")
    sms = models.CharField(max_length=200, blank=True, help_text="a link to the whole is put behind it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["announcement", "language"], name="situation_text_once_a_language"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="situation_text_has_words"),
        ]


class AnnouncementStep(models.Model):
    """What became of an announcement. Rows are only added."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=9, choices=STATES)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "id")


class Sending(models.Model):
    """Messages of one announcement to everybody whom it concerns, with counters that a job keeps."""

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="sendings", db_index=False)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in SendingKind])
    after_person_id = models.BigIntegerField(default=0, help_text="everybody up to this one is in the queue")
    started_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, help_text="when the last one was put into the queue")
    stopped_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True, help_text="nothing moves any more, and is counted no more")
    queued = models.PositiveIntegerField(default=0, help_text="all who were put into the queue")
    waiting = models.PositiveIntegerField(default=0, help_text="no provider has it yet")
    handed = models.PositiveIntegerField(default=0, help_text="a provider has it, and has not said what became of it")
    delivered = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    unreachable = models.PositiveIntegerField(default=0, help_text="has no telephone number and no e-mail address")
    stopped = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(settled_at=None), name="situation_sending_live"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "kind"], name="situation_sending_once"),
        ]


class Reached(models.Model):
    """A person for whom a message of a sending was put into the queue: each once."""

    sending = models.ForeignKey(Sending, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_constraint=False, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "sending"], name="situation_reached_once"),
        ]
