"""What was given, what came of it, and the proof."""

from django.db import models
from django.db.models import Q

from khumkan.places.models import Site
from khumkan.registry.models import Person
from khumkan.vaccination.choices import InjectedIn, Struck, ToldBy, Vaccine
from khumkan.vaccination.models.enrolments import Dose
from khumkan.vaccination.models.stock import Lot
from khumkan.vaccination.models.visits import Visit
from khumkan.vaccination.states import AdverseState, FollowUpState, RequestState


class Injection(models.Model):
    """A dose that was given. What turns out wrong is struck and stays; another row has what is true."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    dose = models.ForeignKey(Dose, on_delete=models.PROTECT, null=True, related_name="injections")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="injections")
    number = models.PositiveSmallIntegerField()
    vaccine = models.CharField(max_length=12, choices=Vaccine.choices)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="injections")
    lot_number = models.CharField(max_length=40, help_text="as it stands on the vial; also of doses given elsewhere")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    given_elsewhere = models.CharField(max_length=150, blank=True, help_text="where, when it was no site of the office")
    injected_in = models.CharField(max_length=9, choices=InjectedIn.choices, blank=True)
    given_at = models.DateTimeField()
    given_on = models.DateField(help_text="the day in Bangkok")
    by_staff = models.BigIntegerField(null=True)
    licence = models.CharField(max_length=20, blank=True, help_text="of the vaccinator")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    evidence = models.CharField(
        max_length=200, blank=True, help_text="what an officer saw, of what the site did not write"
    )
    client_key = models.UUIDField(unique=True, help_text="made by the device: sent twice, it counts once")
    written_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    struck_because = models.CharField(max_length=13, choices=Struck.choices, blank=True)
    struck_why = models.CharField(max_length=200, blank=True, help_text="in the officer's words")
    struck_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "number"], condition=Q(struck_at=None), name="vaccination_injection_number_once"
            ),
            models.CheckConstraint(
                condition=Q(struck_at=None) | ~Q(struck_because=""), name="vaccination_injection_struck_says_why"
            ),
            models.CheckConstraint(
                condition=Q(site__isnull=False, lot__isnull=False) | ~Q(given_elsewhere=""),
                name="vaccination_injection_somewhere",
            ),
        ]
        indexes = [
            models.Index(fields=["given_on", "site"], name="vaccination_injection_of_day"),
            models.Index(fields=["person", "number"], name="vaccination_injection_of_one"),
        ]


class FollowUp(models.Model):
    """The question how somebody feels, some days after a dose."""

    injection = models.ForeignKey(Injection, on_delete=models.PROTECT, related_name="follow_ups")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.PositiveSmallIntegerField(help_text="days after the dose: 1, 7, 30")
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in FollowUpState])
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True, help_text="what the person feels, sealed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["injection", "day"], name="vaccination_followup_once")]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="due"), name="vaccination_followup_due"),
            models.Index(fields=["person", "due_on"], name="vaccination_followup_of_person"),
        ]


class AdverseEvent(models.Model):
    """Something that happened after a dose and may have to do with it."""

    reference = models.CharField(max_length=20, unique=True)
    injection = models.ForeignKey(Injection, on_delete=models.PROTECT, related_name="adverse_events")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in AdverseState])
    is_serious = models.BooleanField()
    told_by = models.CharField(max_length=7, choices=ToldBy.choices)
    began_on = models.DateField()
    sealed = models.BinaryField(help_text="reactions and words, sealed")
    province_code = models.CharField(max_length=2, blank=True)
    reported_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="until when somebody has to have it")
    routed_to = models.CharField(max_length=100, blank=True)
    routed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(state="routed") | ~Q(routed_to=""), name="vaccination_adverse_routed"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False) & ~Q(outcome=""),
                name="vaccination_adverse_closed_says_how",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="reported"), name="vaccination_adverse_to_route"),
            models.Index(fields=["person", "-reported_at"], name="vaccination_adverse_of_person"),
        ]

    def __str__(self) -> str:
        return self.reference


class Certificate(models.Model):
    """A signed proof of the doses of one person up to one number. Who has its QR can check it without us."""

    code = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    injection = models.ForeignKey(Injection, on_delete=models.PROTECT, related_name="certificates")
    key_id = models.CharField(max_length=16, help_text="of the key that signed it")
    signed = models.BinaryField(help_text="COSE_Sign1, as in the QR")
    issued_at = models.DateTimeField()
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["injection"], condition=Q(revoked_at=None), name="vaccination_certificate_one_valid"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | ~Q(revoked_why=""), name="vaccination_certificate_revoked_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-issued_at"], name="vaccination_cert_of_person"),
            models.Index(fields=["expires_on"], condition=Q(revoked_at__isnull=False), name="vaccination_cert_revoked"),
        ]

    def __str__(self) -> str:
        return self.code


class Correction(models.Model):
    """A correction that changes whose dose it was or of which vaccine: one person asks, a second one decides."""

    injection = models.ForeignKey(Injection, on_delete=models.PROTECT, related_name="corrections")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", help_text="on whose record it stands"
    )
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in RequestState])
    because = models.CharField(max_length=13, choices=Struck.choices)
    why = models.CharField(max_length=200)
    sealed = models.BinaryField(help_text="what is true instead, sealed")
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["injection"], condition=Q(state="asked"), name="vaccination_correction_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False), name="vaccination_correction_decision_dated"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
                name="vaccination_correction_two_persons",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="vaccination_correction_open"),
        ]


def follow_up_place(follow_up_id: int) -> str:
    """Return where the sealed answer of a question stands."""
    return f"vaccination_followup.sealed.{follow_up_id}"


def event_place(reference: str) -> str:
    """Return where the sealed words of an event stand."""
    return f"vaccination_adverseevent.sealed.{reference}"


def correction_place(correction: Correction) -> str:
    """Return where the sealed truth of a correction stands; an injection has one open correction at a moment."""
    return f"vaccination_correction.sealed.{correction.injection_id}.{correction.asked_at.isoformat()}"
