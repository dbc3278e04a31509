"""Insured persons at the door: one-time codes, links to other providers, changes of phone.

Persons themselves live in the registry; here stand their ids, and numbers only sealed or as blind indexes.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from khumkan.accounts.states import CodePurpose, PhoneChangeState

MOST_ATTEMPTS = 5


class OneTimeCode(models.Model):
    """A code to a phone or in a letter, for one purpose and one browser.

    The row is made before anybody looks into the register, for a known and an unknown number alike; only the worker
    that delivers the code fills in the person. The code itself stands nowhere, only its keyed hash.
    """

    purpose = models.CharField(max_length=10)
    handle_hash = models.BinaryField(null=True, unique=True)
    number_index = models.BinaryField(null=True)
    sealed_target = models.BinaryField(null=True)
    person_id = models.BigIntegerField(null=True)
    language = models.CharField(max_length=2, default="th")
    code_hash = models.BinaryField(null=True)
    digits = models.PositiveSmallIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="code_attempts", condition=Q(attempts__lte=MOST_ATTEMPTS)),
            models.CheckConstraint(
                name="code_found_somehow", condition=Q(handle_hash__isnull=False) | Q(number_index__isnull=False)
            ),
        ]
        indexes = [
            models.Index(name="code_expiry", fields=["expires_at"]),
            models.Index(name="code_letter", fields=["number_index"], condition=Q(purpose=CodePurpose.LETTER.value)),
        ]

    def __str__(self) -> str:
        return f"code {self.pk} for {self.purpose}"


class ProviderLink(models.Model):
    """Whom a subject of an OpenID Connect provider stands for. A subject never passes to somebody else."""

    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="provider_links")
    person_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="provider_subject_once", fields=["issuer", "subject"]),
            models.UniqueConstraint(
                name="provider_person_once", fields=["issuer", "person_id"], condition=Q(person_id__isnull=False)
            ),
            models.CheckConstraint(
                name="provider_link_of_one", condition=Q(user__isnull=True) ^ Q(person_id__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.pk}"


class PhoneChange(models.Model):
    """A new phone that waits before it opens an account; the old phone was told."""

    person_id = models.BigIntegerField()
    sealed_phone = models.BinaryField()
    state = models.CharField(max_length=10, default=PhoneChangeState.WAITING.value)
    asked_kind = models.CharField(max_length=10)
    asked_by = models.BigIntegerField()
    approved_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField(db_default=Now())
    effective_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="phone_change_one_waiting", fields=["person_id"], condition=Q(state=PhoneChangeState.WAITING.value)
            ),
            models.CheckConstraint(
                name="phone_change_by_staff_needs_two",
                condition=Q(asked_kind="person")
                | (Q(approved_by__isnull=False) & ~Q(approved_by=models.F("asked_by"))),
            ),
        ]
        indexes = [
            models.Index(
                name="phone_change_due", fields=["effective_at"], condition=Q(state=PhoneChangeState.WAITING.value)
            ),
        ]

    def __str__(self) -> str:
        return f"phone change {self.pk}"
