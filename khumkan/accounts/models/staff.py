"""Staff: everybody who signs in with a user name."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from khumkan.accounts.states import STAFF_ROLES, FactorKind
from khumkan.kernel.actors import ScopeKind


class User(AbstractBaseUser):
    """One human being with a user name: staff of the office, a site, an employer or a bank. Never shared."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="th")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    password_changed_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    objects = BaseUserManager["User"]()

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_name_is_small_letters", condition=Q(username=Lower("username"))),
        ]
        ordering = ["username"]

    def __str__(self) -> str:
        return self.username


class RoleGrant(models.Model):
    """One role within one scope, from when to when; a withdrawn grant stays as history."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20)
    scope_kind = models.CharField(max_length=10)
    key = models.CharField(max_length=20, blank=True)
    granted_by = models.BigIntegerField(null=True)
    granted_at = models.DateTimeField(db_default=Now())
    withdrawn_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="grant_held_once",
                fields=["user", "role", "scope_kind", "key"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="grant_key_unless_national", condition=Q(scope_kind=ScopeKind.NATIONAL.value) ^ ~Q(key="")
            ),
            models.CheckConstraint(
                name="grant_role_of_staff", condition=Q(role__in=[role.value for role in STAFF_ROLES])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} ({self.scope_kind} {self.key})".replace(" )", ")")


class Factor(models.Model):
    """What a user holds besides the password: an authenticator app (its secret is sealed) or a passkey."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=10)
    label = models.CharField(max_length=60)
    secret = models.BinaryField(null=True)
    last_step = models.BigIntegerField(default=0)
    credential_id = models.BinaryField(null=True, unique=True)
    public_key = models.BinaryField(null=True)
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="factor_holds_what_its_kind_needs",
                condition=Q(kind=FactorKind.TOTP.value, credential_id__isnull=True, public_key__isnull=True)
                | Q(kind=FactorKind.PASSKEY.value, credential_id__isnull=False, public_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class RecoveryCode(models.Model):
    """A code on paper for the day when the factor is lost; hashed, good for once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class Invitation(models.Model):
    """The one-time secret with which a user sets a first or a new password and enrols a factor."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    code_hash = models.BinaryField(unique=True)
    made_by = models.BigIntegerField(null=True)
    approved_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_second_person", condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
