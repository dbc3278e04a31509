"""The tables of the record.

Events and seals can only be added: triggers in the database refuse UPDATE, DELETE and TRUNCATE to everybody, the owner
included. Two columns of `record_event` are the database's own and unknown to Django: `xid`, the transaction that wrote
the row, and `era`, which changes when a record is carried into another database (see `sealing`).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from khumkan.kernel.actors import ActorKind

ACTOR_KINDS = [(kind.value, kind.value) for kind in ActorKind]


class Event(models.Model):
    """Somebody did something, or saw somebody's data. Partitioned by the month of `at`."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    #: `<app>.<what_happened>`
    name = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=10, choices=ACTOR_KINDS)
    #: The id of a person, a member of staff or a client; empty for somebody unknown and for Khumkan itself.
    actor_id = models.BigIntegerField(null=True)
    #: Which part of Khumkan acted, when it acted by itself.
    system = models.CharField(max_length=60, blank=True)
    #: The person for whom staff acted.
    on_behalf_of = models.BigIntegerField(null=True)
    #: The network address from which it was done.
    origin = models.CharField(max_length=64, blank=True)
    #: Why, when the actor was asked.
    because = models.CharField(max_length=200, blank=True)
    #: The label of a model and the id of its row.
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    site_id = models.BigIntegerField(null=True)
    #: Ids, codes and counts.
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "record_event"
        indexes = [
            models.Index(
                fields=["person_id", "at", "id"], name="record_event_person", condition=Q(person_id__isnull=False)
            ),
            models.Index(
                fields=["actor_kind", "actor_id", "at", "id"],
                name="record_event_actor",
                condition=Q(actor_id__isnull=False),
            ),
            models.Index(
                fields=["about_kind", "about_id", "at", "id"],
                name="record_event_about",
                condition=Q(about_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Delivery(models.Model):
    """A batch of events for one listener; when `done_at` is set, its effect is there and will not happen again."""

    id = models.BigAutoField(primary_key=True)
    event = models.CharField(max_length=80)
    handler = models.CharField(max_length=200)
    event_ids = ArrayField(models.BigIntegerField())
    #: The span of the events' times, so that only their months are searched.
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "record_delivery"
        constraints = [
            models.CheckConstraint(condition=Q(first_at__lte=F("last_at")), name="record_delivery_span"),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="record_delivery_waiting", condition=Q(done_at__isnull=True)),
            models.Index(fields=["done_at"], name="record_delivery_done", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.event} for {self.handler}"


class Seal(models.Model):
    """A signed link of the chain over all events of the transactions from one number up to another."""

    number = models.BigIntegerField(primary_key=True)
    from_era = models.SmallIntegerField()
    from_xid = models.BigIntegerField()
    to_era = models.SmallIntegerField()
    to_xid = models.BigIntegerField()
    events = models.BigIntegerField()
    at = models.DateTimeField()
    #: SHA-256 of the events' lines.
    digest = models.BinaryField(max_length=32)
    #: SHA-256 of this seal's own words, which name the link before it.
    link = models.BinaryField(max_length=32)
    #: Ed25519 over the link.
    signature = models.BinaryField(max_length=64)

    class Meta:
        db_table = "record_seal"
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="record_seal_number")]

    def __str__(self) -> str:
        return f"seal {self.number}"


class Answer(models.Model):
    """What was answered to a request that carried a key, so that the same request again has no second effect."""

    id = models.BigAutoField(primary_key=True)
    #: SHA-256 of who asked.
    asker = models.BinaryField(max_length=32)
    key = models.CharField(max_length=200)
    route = models.CharField(max_length=200)
    #: SHA-256 of what was asked.
    body_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    #: Headers and body, sealed.
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "record_answer"
        constraints = [
            models.UniqueConstraint(fields=["asker", "key"], name="record_answer_once"),
            models.CheckConstraint(condition=Q(status__gte=200, status__lt=400), name="record_answer_status"),
        ]
        indexes = [models.Index(fields=["at"], name="record_answer_at")]

    def __str__(self) -> str:
        return f"{self.route} {self.status}"
