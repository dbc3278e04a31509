"""Banks that lend the office's money."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from khumkan.policies.models import Phase


class Bank(models.Model):
    """A bank. Its officers see what belongs to it, and nothing of another bank."""

    reference = models.CharField(max_length=20, unique=True)
    code = models.CharField(max_length=3, unique=True, help_text="three digits, as banks are numbered in Thailand")
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    notices_to = models.EmailField(blank=True, help_text="where it is told of breaches; empty: on its page only")
    suspended_at = models.DateTimeField(null=True, help_text="from then on it takes no new applications")
    suspended_why = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{3}$"), name="loans_bank_code_three_digits"),
            models.CheckConstraint(condition=~Q(name_th="") & ~Q(name_en=""), name="loans_bank_has_names"),
            models.CheckConstraint(
                condition=Q(suspended_at=None) | ~Q(suspended_why=""), name="loans_bank_suspended_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.name_th if (get_language() or "th").startswith("th") else self.name_en


class Participation(models.Model):
    """A bank takes part in a phase. Its two counters say how it lends there, and stand under one lock: this row.

    They count what was approved and not given back. The refinance share is judged by them.
    """

    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="participations")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    lent = models.DecimalField(max_digits=15, decimal_places=2, default=0, help_text="baht approved or signed")
    refinanced = models.DecimalField(
        max_digits=15, decimal_places=2, default=0, help_text="baht of it that repays other loans"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank", "phase"], name="loans_participation_once"),
            models.CheckConstraint(
                condition=Q(refinanced__gte=0) & Q(refinanced__lte=models.F("lent")),
                name="loans_participation_part_of_all",
            ),
        ]
        indexes = [models.Index(fields=["phase", "bank"], name="loans_participation_of_phase")]
