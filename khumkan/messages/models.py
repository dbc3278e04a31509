"""The tables of messages. The texts themselves are not among them."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from khumkan.messages.states import NAMES, Channel, State


class Message(models.Model):
    """One message to one person or address. Partitioned by the month of `created_at`."""

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField()
    #: Our name for the message at the provider; the same at every attempt.
    reference = models.UUIDField(default=uuid.uuid4)
    #: `<app>.<name>`
    template = models.CharField(max_length=120)
    person_id = models.BigIntegerField(null=True)
    #: For an address instead of a person: address, language and secret words, sealed; emptied when it is sent.
    sealed = models.BinaryField(null=True)
    channel = models.CharField(max_length=10, blank=True, choices=[(each.value, each.value) for each in Channel])
    #: Ids and harmless words for the template.
    params = models.JSONField(default=dict)
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    #: Codes and alarms do not wait for the morning.
    is_urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=[(state.value, NAMES[state]) for state in State])
    changed_at = models.DateTimeField()
    #: Not to be taken up before; while being sent, when the sender is given up for dead.
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    provider = models.CharField(max_length=40, blank=True)
    provider_reference = models.CharField(max_length=80, blank=True)
    #: A short code that says why it was not accepted or delivered.
    problem = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "messaging_message"
        constraints = [
            models.CheckConstraint(
                condition=Q(person_id__isnull=False) | Q(sealed__isnull=False) | ~Q(state__in=[State.QUEUED]),
                name="messaging_message_recipient",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_urgent", "due_at"],
                name="messaging_message_due",
                condition=Q(state__in=[State.QUEUED, State.SENDING]),
            ),
            models.Index(fields=["reference"], name="messaging_message_reference"),
            models.Index(
                fields=["provider_reference"],
                name="messaging_message_provider",
                condition=~Q(provider_reference=""),
            ),
            models.Index(
                fields=["person_id", "created_at"],
                name="messaging_message_person",
                condition=Q(person_id__isnull=False),
            ),
            models.Index(
                fields=["about_kind", "about_id"],
                name="messaging_message_about",
                condition=Q(about_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.state}"


class Provider(models.Model):
    """What is known of a provider at this moment: how much it may be given, and whether it answers."""

    name = models.CharField(max_length=40, primary_key=True)
    #: Messages that it may be given now; filled up by its rate as time passes.
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField(db_default=Now())
    #: Calls in a row that failed.
    failures = models.PositiveIntegerField(default=0)
    #: After too many failures nothing is given to it until then.
    rests_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "messaging_provider"

    def __str__(self) -> str:
        return self.name


class Shown(models.Model):
    """A message in the inbox page of a development or demonstration installation; nowhere else is a text kept."""

    id = models.BigAutoField(primary_key=True)
    reference = models.UUIDField(unique=True)
    at = models.DateTimeField()
    channel = models.CharField(max_length=10)
    template = models.CharField(max_length=120)
    #: The last four digits of the phone, to find it.
    last4 = models.CharField(max_length=4, blank=True)
    #: Address, subject and body, sealed.
    sealed = models.BinaryField()

    class Meta:
        db_table = "messaging_shown"
        indexes = [models.Index(fields=["last4", "-id"], name="messaging_shown_last4")]

    def __str__(self) -> str:
        return f"{self.template} to …{self.last4}"
