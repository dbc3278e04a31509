"""Other systems: laboratories, hospitals, HR software, banks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from khumkan.accounts.models.staff import User
from khumkan.kernel.actors import ScopeKind


class ApiToken(models.Model):
    """A bearer token of another system. Its prefix is shown, its secret is known only to its holder."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.BinaryField()
    scopes = ArrayField(models.CharField(max_length=60))
    scope_kind = models.CharField(max_length=10)
    key = models.CharField(max_length=20, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="token_key_unless_national", condition=Q(scope_kind=ScopeKind.NATIONAL.value) ^ ~Q(key="")
            ),
        ]
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
