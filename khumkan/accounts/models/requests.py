"""What one member of staff asks for and another decides."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from khumkan.accounts.models.staff import User
from khumkan.accounts.states import RequestState


class FourEyesRequest(models.Model):
    """A request that takes effect when a second person approves it."""

    kind = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="requests_about")
    person_id = models.BigIntegerField(null=True)
    sealed_data = models.BinaryField(null=True)
    why = models.CharField(max_length=300)
    state = models.CharField(max_length=10, default=RequestState.ASKED.value)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="requests_asked")
    asked_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="requests_decided")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="request_second_person", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="request_about_one", condition=Q(user__isnull=True) ^ Q(person_id__isnull=True)
            ),
            models.CheckConstraint(
                name="request_decided_by_somebody",
                condition=Q(state=RequestState.ASKED.value) ^ Q(decided_by__isnull=False),
            ),
        ]
        indexes = [models.Index(name="request_open", fields=["asked_at"], condition=Q(state=RequestState.ASKED.value))]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
