"""Certificates: what they are to say, whose they are, and what anybody may check."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from khumkan.kernel import clock, cose, prepared, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.models import Certificate, Injection
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries import signing
from khumkan.vaccination.rules import certificates as rules
from khumkan.vaccination.rules.certificates import Checked, Content, DoseGiven, Outcome

#: What the codes of certificates begin with.
PREFIX = "K"
Doses = Mapping[int, tuple[DoseGiven, ...]]
_REVOKED = "SELECT id FROM vaccination_certificate WHERE code = %(code)s AND revoked_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as its owner sees it: the row, the text of its QR code, and what it says."""

    row: Certificate
    text: str
    content: Content


def doses_of(person_ids: Collection[int]) -> Doses:
    """Return the doses that stand on the records of persons, the first one first. One query."""
    rows = Injection.objects.filter(person__in=person_ids, struck_at=None).order_by("person_id", "number")
    found: dict[int, tuple[DoseGiven, ...]] = {}
    for person, number, vaccine, on in rows.values_list("person_id", "number", "vaccine", "given_on"):
        found[person] = (*found.get(person, ()), DoseGiven(number, vaccine, on))
    return found


def differing(person_ids: Collection[int]) -> list[Certificate]:
    """Return the certificates of persons that say other doses than the record does. Two queries."""
    doses = doses_of(person_ids)
    rows = Certificate.objects.filter(person__in=person_ids, revoked_at=None).select_related("injection").order_by("pk")
    return [each for each in rows if not _says(each, doses.get(each.person_id, ()))]


def content_of(certificate: Certificate) -> Content:
    """Return what a certificate of ours says, whichever key signed it; expired or revoked ones too.

    :raises khumkan.kernel.cose.NotGenuine: when the stored bytes are damaged.
    """
    found = rules.check(text_of(certificate), keys=signing.known(), revoked=(), now=certificate.issued_at)
    if found.content is None:
        raise cose.NotGenuine("the stored certificate cannot be read")
    return found.content


def text_of(certificate: Certificate) -> str:
    """Return the text of a certificate's QR code."""
    return rules.as_text(bytes(certificate.signed))


def check(text: str) -> Checked:
    """Say what the text of a QR code is, by our keys and what is revoked at this moment. One query at most."""
    found = rules.check(text, keys=signing.known(), revoked=(), now=clock.now())
    if found.content is None:
        return found
    is_revoked = prepared.rows(_REVOKED, {"code": found.content.code})
    return Checked(Outcome.REVOKED, found.content) if is_revoked else found


def own(by: Actor, code: str) -> Shown:
    """Return one certificate of the person themselves.

    :raises Missing: for anybody else's, and for one that nobody has.
    :raises Refused: for one whose key is not among ours any more.
    """
    rows = Certificate.objects.filter(person=by.person_id, code=references.normalise(code))
    found = rows.first() if by.person_id is not None else None
    if found is None:
        raise Missing("no such certificate of this person")
    try:
        return Shown(found, text_of(found), content_of(found))
    except cose.NotGenuine as error:
        raise Refused(
            N_("This certificate cannot be used any more. Call 1506, and we make out a new one."), "key_gone"
        ) from error


def check_holds(certificate: Certificate) -> None:
    """Let pass a certificate of which a paper is made.

    :raises Refused: when it was revoked, or its time is over.
    """
    if certificate.revoked_at is not None:
        raise Refused(N_("This certificate was revoked. Questions: call 1506."), "revoked")
    if certificate.expires_on < clock.today():
        raise Refused(N_("The time of this certificate is over. Call 1506, and we make out a new one."), "expired")


def holds(certificate: Certificate) -> bool:
    """Tell whether a certificate is neither revoked nor expired."""
    return certificate.revoked_at is None and certificate.expires_on >= clock.today()


def injections_of_doses(dose_ids: Collection[int]) -> list[int]:
    """Return the ids of the injections by which doses were given, without those that were struck. One query."""
    rows = Injection.objects.filter(dose__in=dose_ids, struck_at=None).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def of_injection(injection_id: int) -> list[Certificate]:
    """Return every certificate of a dose, the newest first. One query."""
    return list(Certificate.objects.filter(injection=injection_id).order_by("-issued_at", "-pk"))


def code_in(typed: str) -> str:
    """Return the code of a certificate that was typed or scanned, or nothing when it is something else."""
    read = references.read(typed) or ""
    return read if read.startswith(f"{PREFIX}-") else ""


def for_officer(by: Actor, code: str) -> Certificate:
    """Return one certificate of a dose whose record an officer keeps.

    :raises Missing: when there is none.
    """
    rows: QuerySet[Certificate] = Certificate.objects.select_related("person", "injection__site", "injection__person")
    codes = scopes.province_codes(by, Role.OFFICER)
    if codes is not None:
        rows = rows.filter(Q(injection__site__province_code__in=codes) | Q(person__province_code__in=codes))
    found = rows.filter(code=references.normalise(code)).first()
    if found is None:
        raise Missing("no such certificate in these provinces")
    return found


def _says(certificate: Certificate, doses: tuple[DoseGiven, ...]) -> bool:
    """Tell whether a certificate says these doses, up to the one for which it was issued, and can be read at all."""
    try:
        return content_of(certificate).doses == tuple(
            dose for dose in doses if dose.number <= certificate.injection.number
        )
    except cose.NotGenuine:
        return False
