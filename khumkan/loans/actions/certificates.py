"""Certificates of establishment status: issued at once to whoever qualifies, revoked with a reason."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, Verdict, check
from khumkan.kernel.words import N_
from khumkan.loans.models import EmployerCertificate
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.queries import certificates as queries
from khumkan.loans.queries import phases, qualifying
from khumkan.loans.queries.qualifying import Look
from khumkan.loans.rules.qualifying import band_of
from khumkan.registry.models import Employer

#: What does not stand against a certificate: it says what an employer is, and not that it can borrow today.
NOT_ASKED = ("one_alive", "room_gone")


@transaction.atomic
def issue(*, employer: Employer, phase_id: int, by: Actor) -> EmployerCertificate:
    """Issue a certificate for a phase. The one that holds with the same figures is returned; two clicks issue one.

    :raises Missing: for another employer, and for a phase that is none.
    :raises Refused: with every reason, when the employer does not qualify.
    """
    permissions.check_may_ask(by, employer)
    fresh = Employer.objects.select_for_update(no_key=True).get(pk=employer.pk)
    look = qualifying.look(fresh, phases.phase_called(phase_id))
    _check(look)
    return _same(look) or _new(look, by=by)


@transaction.atomic
def revoke(*, certificate: EmployerCertificate, why: str, by: Actor) -> EmployerCertificate:
    """Revoke a certificate: whoever checks it is told that it does not hold. Twice is harmless.

    :raises Missing: for officers elsewhere.
    :raises Refused: when no reason is given.
    """
    permissions.check_may_revoke(by, certificate)
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    held = EmployerCertificate.objects.select_for_update().get(pk=certificate.pk)
    if held.revoked_at is None:
        held.revoked_at, held.revoked_by, held.revoked_why = clock.now(), by.id, why.strip()[:200]
        held.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
        record.write("loans.certificate_revoked", by=by, about=held)
    return held


def _check(look: Look) -> None:
    against = [each.reason for each in look.conditions if not each.holds and each.reason.code not in NOT_ASKED]
    if against:
        check(Verdict.no(*against))


def _same(look: Look) -> EmployerCertificate | None:
    """Return the certificate that says what a new one would say and still holds for half of its time."""
    found = queries.newest_valid(look.employer.pk, look.lending.phase.pk)
    soon = clock.today() + timedelta(days=look.terms.certificate_days // 2)
    if (
        found is None
        or found.valid_until < soon
        or (found.headcount, found.months) != (look.facts.headcount, look.months)
    ):
        return None
    return found


def _new(look: Look, *, by: Actor) -> EmployerCertificate:
    now, today = clock.now(), clock.today()
    if look.newest is None:
        raise ValueError("who qualifies has filed")
    try:
        with transaction.atomic():
            made = EmployerCertificate.objects.create(
                code=references.new(queries.PREFIX),
                employer=look.employer,
                phase=look.lending.phase,
                headcount=look.newest.workers,
                month=look.newest.month,
                months=look.months,
                size=band_of(look.newest.workers, look.terms),
                terms_version=look.terms.version,
                issued_on=today,
                issued_at=now,
                issued_to=by.id,
                valid_until=today + timedelta(days=look.terms.certificate_days),
            )
    except IntegrityError as error:
        raise Refused(
            N_("A certificate was issued today already. Another one with newer figures can be issued tomorrow."),
            "certificate_today",
        ) from error
    data = {"employer": look.employer.pk, "workers": made.headcount, "months": made.months, "terms": made.terms_version}
    record.write("loans.certificate_issued", by=by, about=made, data=data)
    return made
