"""Changing terms: proposing, approving, rejecting, storing what is declared in code."""

from datetime import date

from django.db import connection, transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.policies import lookup, permissions, seeds
from khumkan.policies.models import Decision, Proposal, TermsVersion
from khumkan.policies.terms import Terms, check_limits, kind, kind_of, kinds, to_json


def seed() -> int:
    """Store version 1 and later known versions of every kind that has none yet, and return how many kinds had none."""
    return sum(seeds.store(declared) for declared in kinds())


@transaction.atomic
def propose(*, values: Terms, effective_from: date, why: str, source: str, by: Actor) -> Proposal:
    """Propose new terms; another officer has to approve them.

    :param effective_from: from which day they shall hold: today or later.
    :param why: the reason, for the officer who decides and the auditor.
    :param source: the order or publication that the change rests on.
    :raises Refused: when the values are outside their limits, change nothing, or the day has passed.
    """
    officer = permissions.check_may_change(by)
    check_limits(values)
    _check_day(effective_from)
    if not why.strip() or not source.strip():
        raise Refused(N_("Please give the reason and the source of the change."), "terms_no_reason")
    if not lookup.diff(lookup.in_force(type(values), on=effective_from), values):
        raise Refused(N_("These terms are the same as those in force on that day."), "terms_unchanged")
    proposal = Proposal.objects.create(
        kind=kind_of(type(values)).name,
        effective_from=effective_from,
        values=to_json(values),
        why=why.strip(),
        source=source.strip(),
        proposed_by=officer,
    )
    _tell("policies.terms_proposed", proposal, by)
    return proposal


@transaction.atomic
def approve(*, proposal_id: int, by: Actor, why: str = "") -> TermsVersion:
    """Turn a proposal into the next version of its kind.

    :raises Refused: when the same officer proposed it, it was decided already, or its first day has passed.
    """
    proposal = _decide(proposal_id, by, is_approved=True, why=why)
    _check_day(proposal.effective_from)
    _one_at_a_time(proposal.kind)
    newest = TermsVersion.objects.filter(kind=proposal.kind).order_by("-number").first()
    version = TermsVersion.objects.create(
        kind=proposal.kind,
        number=newest.number + 1 if newest else 1,
        effective_from=proposal.effective_from,
        values=proposal.values,
        why=proposal.why,
        source=proposal.source,
        proposal=proposal,
        proposed_by=proposal.proposed_by,
        approved_by=by.id,
    )
    _tell("policies.terms_approved", proposal, by, number=version.number)
    return version


@transaction.atomic
def reject(*, proposal_id: int, why: str, by: Actor) -> Decision:
    """Reject a proposal, with the reason.

    :raises Refused: when the same officer proposed it, it was decided already, or no reason is given.
    """
    if not why.strip():
        raise Refused(N_("Please say why you reject the proposal."), "terms_no_reason")
    proposal = _decide(proposal_id, by, is_approved=False, why=why)
    _tell("policies.terms_rejected", proposal, by)
    return proposal.decision


def _decide(proposal_id: int, by: Actor, *, is_approved: bool, why: str) -> Proposal:
    try:
        proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    except Proposal.DoesNotExist as error:
        raise Missing(f"there is no proposal {proposal_id}") from error
    officer = permissions.check_may_decide(by, proposed_by=proposal.proposed_by)
    if Decision.objects.filter(proposal=proposal).exists():
        raise Refused(N_("This proposal has been decided already."), "terms_decided")
    Decision.objects.create(proposal=proposal, is_approved=is_approved, why=why.strip(), decided_by=officer)
    return proposal


def _check_day(effective_from: date) -> None:
    if effective_from < clock.today():
        raise Refused(
            N_("Terms cannot begin on a day that has passed: decisions were already made on that day."),
            "terms_in_the_past",
        )


def _one_at_a_time(name: str) -> None:
    """Let approvals of one kind number themselves one after the other, until the transaction ends."""
    declared = kind(name)
    if declared is None:
        raise Missing(f"there is no kind of terms {name}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"policies.terms.{name}"])
    seeds.store(declared)


def _tell(name: str, proposal: Proposal, by: Actor, **data: int) -> None:
    day = proposal.effective_from.isoformat()
    record.write(name, by=by, about=proposal, data={"kind": proposal.kind, "effective_from": day, **data})
