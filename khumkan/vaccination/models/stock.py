"""Lots of vaccine, where their doses are, and how warm they were kept."""

from django.db import models
from django.db.models import Q

from khumkan.capacity.models import Supply
from khumkan.places.models import Site
from khumkan.vaccination.choices import StockKind, Vaccine
from khumkan.vaccination.states import LotState


class Lot(models.Model):
    """Doses of one vaccine that were made together. `supply` counts those that sessions have not been given yet."""

    number = models.CharField(max_length=40)
    vaccine = models.CharField(max_length=12, choices=Vaccine.choices)
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in LotState], default=LotState.USABLE)
    supply = models.OneToOneField(Supply, on_delete=models.PROTECT, related_name="+")
    arrives_on = models.DateField()
    expires_on = models.DateField(help_text="the last day on which it may be given")
    held_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("expires_on", "id")
        constraints = [
            models.UniqueConstraint(fields=["vaccine", "number"], name="vaccination_lot_once"),
            models.CheckConstraint(
                condition=Q(expires_on__gte=models.F("arrives_on")), name="vaccination_lot_days_in_order"
            ),
            models.CheckConstraint(condition=Q(state="usable") | ~Q(held_why=""), name="vaccination_lot_held_says_why"),
        ]

    def __str__(self) -> str:
        return self.number


class StockMove(models.Model):
    """Doses that came to a site, left it, or were used there; a row is added, never edited. Stock is their sum."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="moves")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=StockKind.choices)
    doses = models.IntegerField(help_text="above 0 for what came, below 0 for what went")
    on = models.DateField()
    injection = models.OneToOneField("vaccination.Injection", on_delete=models.PROTECT, null=True, related_name="+")
    other_site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    client_key = models.UUIDField(unique=True, help_text="made by the device: sent twice, it counts once")
    at = models.DateTimeField()
    by_staff = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("at", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(doses=0), name="vaccination_stockmove_not_0"),
            models.CheckConstraint(
                condition=~Q(kind="given") | Q(doses=-1, injection__isnull=False),
                name="vaccination_stock_given_one",
            ),
        ]
        indexes = [models.Index(fields=["site", "lot"], name="vaccination_stock_of_site")]


class SiteLot(models.Model):
    """How many doses of a lot a site has now: the sum of its moves, kept so that it can never be below 0."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="at_sites")
    doses = models.IntegerField(default=0)
    held_at = models.DateTimeField(null=True, help_text="since when nobody may be given it, until an officer decided")
    held_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "lot"], name="vaccination_sitelot_once"),
            models.CheckConstraint(condition=Q(doses__gte=0), name="vaccination_sitelot_not_below_0"),
            models.CheckConstraint(
                condition=Q(held_at=None) | ~Q(held_why=""), name="vaccination_sitelot_held_says_why"
            ),
        ]


class Warmth(models.Model):
    """A reading of a refrigerator's thermometer."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    celsius = models.DecimalField(max_digits=4, decimal_places=1)
    is_out_of_range = models.BooleanField()
    client_key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by_staff = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "-at"], name="vaccination_warmth_of_site")]
