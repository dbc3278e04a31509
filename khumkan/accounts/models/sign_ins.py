"""Sign-ins: those that are alive, those under way, those that were tried, and how often anything may be tried."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from khumkan.accounts.models.staff import User


class Session(models.Model):
    """A sign-in that is alive. The browser holds a random key; only its hash stands here.

    There is a row only for somebody who has proved who they are: what comes before is a `Ticket`.
    """

    key_hash = models.BinaryField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    person_id = models.BigIntegerField(null=True)
    method = models.CharField(max_length=20)
    started_at = models.DateTimeField(db_default=Now())
    proved_at = models.DateTimeField(db_default=Now())
    idle_until = models.DateTimeField()
    expires_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="session_of_one", condition=Q(user__isnull=True) ^ Q(person_id__isnull=True)),
        ]
        indexes = [
            models.Index(name="session_person", fields=["person_id"], condition=Q(person_id__isnull=False)),
            models.Index(name="session_expiry", fields=["expires_at"]),
        ]

    def __str__(self) -> str:
        return f"session of {'user' if self.user_id else 'person'} {self.user_id or self.person_id}"


class Ticket(models.Model):
    """What a browser is in the middle of before it is signed in. Its cookie holds a handle; here stands the hash."""

    handle_hash = models.BinaryField(primary_key=True)
    purpose = models.CharField(max_length=20)
    data = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="ticket_expiry", fields=["expires_at"])]

    def __str__(self) -> str:
        return f"ticket for {self.purpose}"


class SignInEvent(models.Model):
    """One try to sign in, kept for ninety days as the law on computer crime asks; apart from the record."""

    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=10)
    user_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=20)
    method = models.CharField(max_length=20, blank=True)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(name="sign_in_event_at", fields=["-at"]),
            models.Index(name="sign_in_event_user", fields=["user_id", "-at"], condition=Q(user_id__isnull=False)),
            models.Index(
                name="sign_in_event_person", fields=["person_id", "-at"], condition=Q(person_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at}"


class DemonstrationEntry(models.Model):
    """One line of the page on which the demonstration signs people in with one click; empty everywhere else."""

    label = models.CharField(max_length=120)
    role = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    person_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="demonstration_of_one", condition=Q(user__isnull=True) ^ Q(person_id__isnull=True)
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label


class Bucket(models.Model):
    """A token bucket: how much of a limit is left. The table is unlogged; a crash of the database fills all buckets."""

    key = models.BinaryField(primary_key=True)
    level = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="bucket_not_below_zero", condition=Q(level__gte=0))]

    def __str__(self) -> str:
        return "bucket"
