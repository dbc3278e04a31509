"""Certificates: issued by themselves after each dose, revoked with a reason, issued again. One holds for a dose."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from khumkan import policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.models import Certificate, Injection
from khumkan.vaccination.permissions import after as permissions
from khumkan.vaccination.queries import certificates as queries
from khumkan.vaccination.queries import signing
from khumkan.vaccination.rules import certificates as rules
from khumkan.vaccination.terms.visits import VisitTerms

#: Why a certificate falls away when what it says is corrected.
CORRECTED = "the record was corrected"
#: Why one falls away whose time is over, when a new one is issued.
EXPIRED = "its time is over"


@transaction.atomic
def issue_for(*, injection_ids: Iterable[int], by: Actor) -> list[Certificate]:
    """Issue certificates for doses that never had one; those that have, or were struck since, are left as they are.

    May be called as often as one likes: nothing is issued twice, whoever asks at the same time.
    """
    rows = Injection.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    fresh = list(rows.filter(pk__in=list(injection_ids), struck_at=None).order_by("pk"))
    ids = [each.pk for each in fresh]
    had = set(Certificate.objects.filter(injection__in=ids).values_list("injection_id", flat=True))
    return _issue([each for each in fresh if each.pk not in had], by=by)


@transaction.atomic
def revoke(*, certificate: Certificate, why: str, by: Actor) -> None:
    """Revoke a certificate: whoever checks it is told that it does not hold. Twice is harmless.

    :raises Missing: for officers elsewhere.
    :raises Refused: when no reason is given.
    """
    permissions.check_keeps_certificate(by, certificate)
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    _revoke([certificate.injection_id], why=why.strip(), by=by)


@transaction.atomic
def issue_again(*, injection: Injection, by: Actor) -> Certificate:
    """Issue a new certificate in place of one that was revoked or has expired, with what the record says now.

    :raises Missing: for officers elsewhere.
    :raises Refused: while one holds, or when the record was struck.
    """
    permissions.check_keeps_records(by, injection)
    fresh = Injection.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=injection.pk)
    if fresh.struck_at is not None:
        raise Refused(N_("This record was struck: there is nothing to certify."), "struck_already")
    holding = Certificate.objects.filter(injection=fresh, revoked_at=None)
    if holding.filter(expires_on__gte=clock.today()).exists():
        raise Refused(N_("This certificate still holds."), "still_valid")
    _revoke([fresh.pk], why=EXPIRED, by=by)
    return _issue([fresh], by=by)[0]


def revoke_of(injection: Injection, *, why: str, by: Actor) -> None:
    """Revoke the certificate of a record that the caller holds and has just struck."""
    _revoke([injection.pk], why=why, by=by)


def follow(person_ids: Iterable[int], *, by: Actor) -> None:
    """Let certificates say what the records of these persons, which the caller has just corrected and holds, say now.

    A certificate that says something else is revoked and issued anew; what a person revoked stays revoked.
    """
    ids = list(person_ids)
    wrong = [each.injection_id for each in queries.differing(ids)]
    _revoke(wrong, why=CORRECTED, by=by)
    had = Certificate.objects.filter(person__in=ids).values("injection")
    anew = Injection.objects.filter(person__in=ids, struck_at=None).select_related("person")
    _issue(list(anew.filter(Q(pk__in=wrong) | ~Q(pk__in=had)).order_by("pk")), by=by)


def _revoke(injection_ids: Collection[int], *, why: str, by: Actor) -> None:
    rows = Certificate.objects.select_for_update().filter(injection__in=injection_ids, revoked_at=None).order_by("pk")
    for each in rows:
        each.revoked_at, each.revoked_why = clock.now(), why
        each.save(update_fields=["revoked_at", "revoked_why"])
        record.write("vaccination.certificate_revoked", by=by, about=each)


def _issue(injections: list[Injection], *, by: Actor) -> list[Certificate]:
    """Sign certificates for doses that the caller holds."""
    if not injections:
        return []
    terms = policies.in_force(VisitTerms, on=clock.today())
    doses = queries.doses_of([each.person_id for each in injections])
    expires_on = clock.today() + timedelta(days=terms.certificate_days)
    expires_at = clock.day_span(expires_on)[1]
    signer, now = signing.signer(), clock.now()
    made = [
        Certificate(
            code=code,
            person_id=each.person_id,
            injection=each,
            key_id=signer.key_id.hex(),
            signed=rules.signed(_content(code, each, doses, now, expires_at), signer),
            issued_at=now,
            expires_on=expires_on,
        )
        for each in injections
        for code in [references.new(queries.PREFIX)]
    ]
    made = Certificate.objects.bulk_create(made)
    entries = [record.Entry.of(each) for each in made]
    record.write_many("vaccination.certificate_issued", by=by, entries=entries)
    return made


def _content(
    code: str, injection: Injection, doses: queries.Doses, issued_at: datetime, expires_at: datetime
) -> rules.Content:
    """Return what a certificate says: name, year of birth, and the doses up to this one."""
    person = injection.person
    return rules.Content(
        code=code,
        name=person.full_name,
        born=person.birth_date.year if person.birth_date else None,
        doses=tuple(dose for dose in doses[person.pk] if dose.number <= injection.number),
        issuer=signing.issuer(),
        issued_at=issued_at,
        expires_at=expires_at,
    )
