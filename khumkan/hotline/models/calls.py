"""Calls as the exchange tells of them, promises to call back with every try, surges, messages that came in."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from khumkan.accounts.models import User
from khumkan.hotline.call_choices import CallOutcome, Dropped, MessageChannel, Tried
from khumkan.hotline.call_states import LIVE_CALL_BACKS, LIVE_CALLS, CallBackState, CallState
from khumkan.hotline.choices import Reason, Skill, Spoken
from khumkan.hotline.models.cases import Case

LIVE = [str(state) for state in LIVE_CALL_BACKS]


class CallQuerySet(models.QuerySet["Call"]):
    """The words for calls."""

    def ringing(self, *, since: datetime) -> Self:
        """Keep those that ring, the longest waiting first; what began before is long over, whatever was not told."""
        return self.filter(state=CallState.RINGING, heard_at__gt=since).order_by("heard_at", "pk")


class Call(models.Model):
    """One telephone call at the hotline.

    The exchange tells of it in events that may come twice, late and in any order: each moment is the earliest that was
    told, and the state follows from the moments.
    """

    reference = models.CharField(max_length=20)
    exchange = models.CharField(max_length=20, help_text="the name of the telephone exchange")
    exchange_call = models.CharField(max_length=80, help_text="the exchange's own name of the call")
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in CallState])
    skill = models.CharField(max_length=11, choices=Skill.choices)
    language = models.CharField(max_length=2, choices=Spoken.choices)
    number_sealed = models.BinaryField(null=True, help_text="the number that called, sealed; none: withheld")
    number_index = models.BinaryField(null=True, help_text="blind index of that number")
    hint = models.CharField(max_length=2, blank=True, help_text="the last two digits of the number, for lists")
    heard_at = models.DateTimeField(help_text="when the exchange first told of it, by our clock")
    rang_at = models.DateTimeField(null=True)
    rings_at = models.DateTimeField(null=True, help_text="when it began to ring where it rings now")
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    agent = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, help_text="for whom it rings"
    )
    outcome = models.CharField(max_length=9, choices=CallOutcome.choices, blank=True)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="calls", db_index=False)
    wants_call_back = models.BooleanField(default=False, help_text="the caller pressed the key for it")
    settled_at = models.DateTimeField(null=True, help_text="when it was decided what follows from nobody answering")

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="hotline_call_reference_once"),
            models.UniqueConstraint(fields=["exchange", "exchange_call"], name="hotline_call_once"),
            models.CheckConstraint(condition=Q(state__in=list(CallState)), name="hotline_call_state_known"),
            models.CheckConstraint(
                condition=Q(number_sealed=None, number_index=None)
                | Q(number_sealed__isnull=False, number_index__isnull=False),
                name="hotline_call_number_found",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "ended"]) | Q(answered_at__isnull=False),
                name="hotline_call_was_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state="abandoned") | Q(answered_at=None), name="hotline_call_nobody_answered"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in LIVE_CALLS], ended_at=None)
                | ~Q(state__in=[str(state) for state in LIVE_CALLS]) & Q(ended_at__isnull=False),
                name="hotline_call_end_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "-heard_at"], condition=Q(agent__isnull=False), name="hotline_call_of_agent"),
            models.Index(
                fields=["heard_at"],
                condition=Q(state__in=[str(state) for state in LIVE_CALLS]),
                name="hotline_call_live",
            ),
            models.Index(
                fields=["ended_at"], condition=Q(state="abandoned", settled_at=None), name="hotline_call_unsettled"
            ),
            models.Index(
                fields=["number_index", "-heard_at"],
                condition=Q(number_index__isnull=False),
                name="hotline_call_of_number",
            ),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="hotline_call_of_case"),
        ]

    def __str__(self) -> str:
        return self.reference


class CallBackQuerySet(models.QuerySet["CallBack"]):
    """The words for call-backs."""

    def live(self) -> Self:
        """Keep the promises that still have to be kept."""
        return self.filter(state__in=LIVE)

    def due(self, *, now: datetime) -> Self:
        """Keep those that may be called now, the first promised first."""
        return self.filter(state=CallBackState.DUE, due_at__lte=now).order_by("due_at", "pk")


class CallBack(models.Model):
    """The promise to call somebody back: within an hour that was agreed, or as soon as somebody is free."""

    reference = models.CharField(max_length=20)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="call_backs", db_index=False)
    call = models.OneToOneField(
        Call, on_delete=models.PROTECT, null=True, related_name="call_back", help_text="the call that it answers"
    )
    state = models.CharField(max_length=11, choices=[(s.value, s.value) for s in CallBackState])
    claim_id = models.BigIntegerField(null=True, help_text="the claim on the hour; none: as soon as possible")
    supply_id = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(help_text="from when on the caller is called")
    until = models.DateTimeField(null=True, help_text="the end of the hour that was agreed")
    attempts = models.PositiveSmallIntegerField(default=0)
    most_attempts = models.PositiveSmallIntegerField(help_text="by the terms when it was promised")
    terms_version = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    dropped = models.CharField(max_length=12, choices=Dropped.choices, blank=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="hotline_callback_reference_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(state__in=LIVE), name="hotline_callback_one_live"),
            models.UniqueConstraint(
                fields=["claim_id"], condition=Q(claim_id__isnull=False), name="hotline_callback_claim_once"
            ),
            models.CheckConstraint(condition=Q(state__in=list(CallBackState)), name="hotline_callback_state_known"),
            models.CheckConstraint(
                condition=Q(attempts__lte=F("most_attempts")) & Q(most_attempts__gte=1),
                name="hotline_callback_tries_limited",
            ),
            models.CheckConstraint(
                condition=Q(state="calling", taken_by__isnull=False, taken_at__isnull=False)
                | ~Q(state="calling") & Q(taken_by=None, taken_at=None),
                name="hotline_callback_one_calls",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, ended_at=None) | ~Q(state__in=LIVE) & Q(ended_at__isnull=False),
                name="hotline_callback_end_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled") & ~Q(dropped="") | ~Q(state="cancelled") & Q(dropped=""),
                name="hotline_callback_says_why",
            ),
            models.CheckConstraint(
                condition=Q(claim_id=None, supply_id=None)
                | Q(state__in=LIVE, claim_id__isnull=False, supply_id__isnull=False, until__isnull=False),
                name="hotline_callback_hour_held",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="due"), name="hotline_callback_due"),
            models.Index(fields=["taken_at"], condition=Q(state="calling"), name="hotline_callback_calling"),
            models.Index(fields=["case", "-asked_at"], name="hotline_callback_of_case"),
        ]

    def __str__(self) -> str:
        return self.reference


class CallBackTry(models.Model):
    """One try to reach somebody; a row is added, never edited."""

    call_back = models.ForeignKey(CallBack, on_delete=models.PROTECT, related_name="tries", db_index=False)
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=12, choices=Tried.choices)
    by_staff = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("call_back", "number")
        constraints = [
            models.UniqueConstraint(fields=["call_back", "number"], name="hotline_callbacktry_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="hotline_callbacktry_counted"),
        ]


class Surge(models.Model):
    """A time in which more call than can be answered: a recorded message, urgent reasons only, call-backs offered."""

    message = models.CharField(max_length=40, help_text="the exchange's name of the recorded message")
    why = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    until = models.DateTimeField(help_text="ends by itself then")
    started_by = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True, help_text="none: it ended by itself")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ended_at"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="hotline_surge_one",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("started_at")), name="hotline_surge_in_order"),
            models.CheckConstraint(condition=~Q(message="") & ~Q(why=""), name="hotline_surge_says_why"),
        ]
        indexes = [models.Index(fields=["-started_at"], name="hotline_surge_latest")]


class CallCount(models.Model):
    """How often something happened within one hour: kept up to date by the events of calls, for the wallboard."""

    day = models.DateField()
    hour = models.PositiveSmallIntegerField(help_text="the hour of the clock in Bangkok in which the call came")
    name = models.CharField(max_length=30, help_text="one of rules.calls.Counted, or `reason.` and a reason")
    number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "hour", "name"], name="hotline_callcount_once"),
            models.CheckConstraint(condition=Q(hour__lte=23), name="hotline_callcount_hour"),
            models.CheckConstraint(condition=Q(number__gte=0), name="hotline_callcount_from_0"),
        ]


class IncomingMessage(models.Model):
    """A message that somebody sent to the hotline. What it says is kept sealed, and stands in the case's history."""

    provider = models.CharField(max_length=40)
    provider_message = models.CharField(max_length=80, help_text="the provider's own name of the message")
    channel = models.CharField(max_length=4, choices=MessageChannel.choices)
    sender_sealed = models.BinaryField()
    sender_index = models.BinaryField()
    text_sealed = models.BinaryField()
    came_at = models.DateTimeField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages_in", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_message"], name="hotline_incoming_once"),
        ]
        indexes = [
            models.Index(fields=["sender_index", "-came_at"], name="hotline_incoming_of_sender"),
            models.Index(fields=["case"], name="hotline_incoming_of_case"),
        ]
