"""Insured persons, their identity documents and how to reach them."""

from datetime import date

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from khumkan.kernel import crypto, dates, identifiers
from khumkan.kernel.actors import ActorKind
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry.states import BirthPrecision, ContactKind, DocumentKind, Language, Section, Sex

ACTOR_KINDS = [(kind.value, kind.value) for kind in ActorKind]


def area_codes_agree() -> Q:
    """Return the condition that the codes of an address agree.

    Each may be empty, the larger area then too or known alone.
    """
    return (Q(subdistrict_code="") | Q(district_code=Left("subdistrict_code", 4))) & (
        Q(district_code="") | Q(province_code=Left("district_code", 2))
    )


class Person(models.Model):
    """Somebody who is or was insured.

    The only unique key is the id, by which a distributed database would place the row. References have 31⁹
    possibilities; the rare reference that two persons share is refused at look-up instead of being prevented.
    """

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(max_length=16)
    title = models.CharField(max_length=40, blank=True)
    first_name = models.CharField(max_length=100)
    #: Empty for somebody who has a single name.
    last_name = models.CharField(max_length=100, blank=True)
    #: Both names in the one form in which they are compared: see `rules.name_key`.
    name_key = models.CharField(max_length=201, db_collation="C")
    birth_date = models.DateField(null=True, blank=True)
    birth_precision = models.CharField(max_length=1, choices=BirthPrecision.choices, default=BirthPrecision.DAY)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    #: ISO 3166-1, two letters; empty when unknown.
    nationality = models.CharField(max_length=2, blank=True, default="TH")
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.THAI)
    subdistrict_code = models.CharField(max_length=6, blank=True)
    district_code = models.CharField(max_length=4, blank=True)
    province_code = models.CharField(max_length=2, blank=True)
    #: The section of today's cover, empty without cover; `Coverage` has the history.
    section = models.PositiveSmallIntegerField(choices=Section.choices, null=True, blank=True)
    #: The import that brought the person; empty for somebody registered singly.
    came_with = models.BigIntegerField(null=True, blank=True)
    died_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("insured person")
        indexes = [
            models.Index(fields=["reference"], name="person_reference"),
            models.Index(fields=["province_code", "district_code"], name="person_area"),
        ]
        constraints = [
            CheckConstraint(condition=~Q(first_name=""), name="person_has_a_name"),
            CheckConstraint(
                condition=Q(section__isnull=True) | Q(section__in=Section.values), name="person_section_known"
            ),
            CheckConstraint(condition=area_codes_agree(), name="person_area_codes_agree"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def full_name(self) -> str:
        """The name as it is printed: Thai titles stand before the first name without a blank."""
        glue = "" if self.title and not self.title.isascii() else " "
        return f"{self.title}{glue}{self.first_name} {self.last_name}".strip()

    def age_on(self, day: date) -> int | None:
        """Return the full years lived on a day, or None when the date of birth is unknown."""
        return None if self.birth_date is None else dates.age_on(self.birth_date, day)


class IdentityDocument(models.Model):
    """A document with a number.

    Its key is the keyed index of kind and number, so a number belongs to one person at most.
    """

    blind_index = models.BinaryField(primary_key=True, max_length=32)
    kind = models.CharField(max_length=8, choices=DocumentKind.choices)
    sealed = models.BinaryField()
    last4 = models.CharField(max_length=4)
    person = models.ForeignKey(Person, models.PROTECT, related_name="documents", db_constraint=False)
    added_at = models.DateTimeField()
    #: Set when the number turned out wrong; the person is no longer found by it.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("identity document")
        constraints = [
            CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_known"),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """The number for lists: its last four characters."""
        return identifiers.masked(self.last4)

    @property
    def number(self) -> str:
        """The number in clear.

        :raises khumkan.kernel.crypto.CannotOpen: when the sealed value is damaged or stands in the wrong row.
        """
        return crypto.open_sealed(bytes(self.sealed), where=document_place(bytes(self.blind_index))).decode()


class Contact(models.Model):
    """A telephone number or an e-mail address. Several persons may share one, so it is a channel and no identity."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="contacts", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=5, choices=ContactKind.choices)
    blind_index = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    #: For lists: the last two digits of a telephone number, the first letter of an address.
    hint = models.CharField(max_length=2)
    is_primary = models.BooleanField(default=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("contact")
        indexes = [models.Index(fields=["blind_index"], name="contact_blind_index")]
        constraints = [
            UniqueConstraint(
                fields=["person", "kind"], condition=Q(is_primary=True), name="contact_one_primary_a_kind"
            ),
            CheckConstraint(condition=Q(kind__in=ContactKind.values), name="contact_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} …{self.hint}"

    @property
    def address(self) -> str:
        """The number (`+66…`) or the e-mail address in clear.

        :raises khumkan.kernel.crypto.CannotOpen: when the sealed value is damaged or stands in the wrong row.
        """
        return crypto.open_sealed(bytes(self.sealed), where=contact_place(bytes(self.blind_index))).decode()


class PersonChange(models.Model):
    """What stood in a person's row before a correction. Rows are only added."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="changes", db_constraint=False)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=10, choices=ACTOR_KINDS)
    by_id = models.BigIntegerField(null=True)
    #: Why, as a short code: one of `states.ChangeReason`, or `import:` and the number of the import.
    why = models.CharField(max_length=40)
    #: The columns that changed, with their values before.
    before = models.JSONField()

    class Meta:
        ordering = ("at", "id")


def document_place(blind_index: bytes) -> str:
    """Return where the sealed number of a document stands, for sealing and opening."""
    return f"registry_identitydocument.sealed.{blind_index.hex()}"


def contact_place(blind_index: bytes) -> str:
    """Return where a sealed contact stands. The same number sealed for another person is the same secret."""
    return f"registry_contact.sealed.{blind_index.hex()}"


def document_index(kind: IdentifierKind, number: str) -> bytes:
    """Return the key of the document with this normalised number."""
    return crypto.blind_index(number, purpose=f"identity.{kind.value}")


def contact_index(kind: ContactKind, address: str) -> bytes:
    """Return the index of a normalised telephone number or e-mail address."""
    return crypto.blind_index(address, purpose=kind.value)
