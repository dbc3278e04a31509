"""Employers, their branches and how to reach them."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from khumkan.kernel import crypto
from khumkan.registry.models.persons import area_codes_agree
from khumkan.registry.states import ContactKind, Language

ACCOUNT_LENGTH = 10
HEAD_OFFICE = "000000"


class Employer(models.Model):
    """An enterprise with an account at the office. There are hundreds of thousands, not millions."""

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(max_length=16, unique=True)
    #: Ten digits, as text: it may begin with 0.
    account_number = models.CharField(max_length=ACCOUNT_LENGTH, unique=True)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    #: Two-digit division of TSIC 2009 (the same as ISIC Rev. 4); empty when unknown.
    industry = models.CharField(max_length=2, blank=True)
    #: Employees on the last count; `workers_of` counts exactly.
    size = models.PositiveIntegerField(default=0)
    #: Whether workers live on the premises or in common housing, which raises the risk of an outbreak.
    has_housing = models.BooleanField(default=False)
    subdistrict_code = models.CharField(max_length=6, blank=True)
    district_code = models.CharField(max_length=4, blank=True)
    province_code = models.CharField(max_length=2, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.THAI)
    closed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("employer")
        ordering = ("account_number",)
        indexes = [
            models.Index(fields=["province_code", "district_code"], name="employer_area"),
            models.Index(fields=["industry"], name="employer_industry"),
        ]
        constraints = [
            CheckConstraint(condition=Q(account_number__regex=r"^[0-9]{10}$"), name="employer_account_ten_digits"),
            CheckConstraint(condition=Q(industry="") | Q(industry__regex=r"^[0-9]{2}$"), name="employer_industry_code"),
            CheckConstraint(condition=area_codes_agree(), name="employer_area_codes_agree"),
        ]

    def __str__(self) -> str:
        thai_first = (get_language() or "th").startswith("th")
        return self.name_th if thai_first else (self.name_en or self.name_th)


class Branch(models.Model):
    """A branch of an employer; the head office is `000000`."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="branches")
    serial = models.CharField(max_length=6, default=HEAD_OFFICE)
    name_th = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    subdistrict_code = models.CharField(max_length=6, blank=True)
    district_code = models.CharField(max_length=4, blank=True)
    province_code = models.CharField(max_length=2, blank=True)

    class Meta:
        ordering = ("employer", "serial")
        constraints = [
            UniqueConstraint(fields=["employer", "serial"], name="branch_serial_once"),
            CheckConstraint(condition=Q(serial__regex=r"^[0-9]{6}$"), name="branch_serial_six_digits"),
            CheckConstraint(condition=area_codes_agree(), name="branch_area_codes_agree"),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def is_head_office(self) -> bool:
        """Whether this is where the employer itself is."""
        return self.serial == HEAD_OFFICE


class EmployerContact(models.Model):
    """How to reach the HR office of an employer; sealed like a person's contact."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=5, choices=ContactKind.choices)
    blind_index = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    hint = models.CharField(max_length=2)

    class Meta:
        constraints = [UniqueConstraint(fields=["employer", "kind"], name="employer_contact_one_a_kind")]

    @property
    def address(self) -> str:
        """The number (`+66…`) or the e-mail address in clear.

        :raises khumkan.kernel.crypto.CannotOpen: when the sealed value is damaged or stands in the wrong row.
        """
        return crypto.open_sealed(bytes(self.sealed), where=employer_contact_place(bytes(self.blind_index))).decode()


def employer_contact_place(blind_index: bytes) -> str:
    """Return where a sealed contact of an employer stands."""
    return f"registry_employercontact.sealed.{blind_index.hex()}"
