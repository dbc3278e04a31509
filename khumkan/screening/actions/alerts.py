"""Outbreaks at enterprises: the alert, its clock, and what the officers do about it."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction

from khumkan import messages, policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.registry.models import Employer
from khumkan.screening.models import OutbreakAlert
from khumkan.screening.permissions import laboratory as permissions
from khumkan.screening.queries.outbreaks import counts_at
from khumkan.screening.rules import outbreaks as rules
from khumkan.screening.states import AlertState, may_move
from khumkan.screening.terms.laboratory import OutbreakTerms

ALERT_PREFIX = "A"


@transaction.atomic
def watch(*, employer_ids: Collection[int], on: date, by: Actor) -> list[OutbreakAlert]:
    """Raise an alert for each enterprise whose positives are more than the share of the terms; return the new ones.

    An open alert gets the newer counts. Doing it again changes nothing: there is one open alert for an enterprise.
    """
    terms = policies.in_force(OutbreakTerms, on=on)
    list(Employer.objects.filter(pk__in=employer_ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    counted = counts_at(employer_ids, since=on - timedelta(days=terms.window_days), until=on)
    standing = {
        alert.employer_id: alert
        for alert in OutbreakAlert.objects.filter(employer__in=employer_ids).exclude(state=AlertState.CLOSED)
    }
    raised = []
    for employer_id, (positives, tested) in sorted(counted.items()):
        if alert := standing.get(employer_id):
            OutbreakAlert.objects.filter(pk=alert.pk).update(positives=positives, tested=tested)
        elif rules.is_outbreak(positives=positives, tested=tested, terms=terms):
            raised.append(_raise(employer_id, positives, tested, terms, by=by))
    return raised


@transaction.atomic
def notified(*, alert: OutbreakAlert, note: str, by: Actor) -> OutbreakAlert:
    """Stop the clock: an officer has told disease control.

    :param note: whom, and what was agreed; it is asked for.
    :raises Refused: when somebody else did so before.
    """
    alert = _locked(alert, by=by)
    check(may_move(AlertState(alert.state), AlertState.NOTIFIED))
    if not note.strip():
        raise Refused(N_("Write whom you told, and what was agreed."), "alert_note")
    alert.state, alert.notified_at, alert.note = AlertState.NOTIFIED, clock.now(), note.strip()[:300]
    alert.notified_by = by.id if by.kind is ActorKind.STAFF else 0
    alert.save(update_fields=["state", "notified_at", "notified_by", "note"])
    record.write("screening.outbreak_notified", by=by, about=alert, data={"employer": alert.employer_id})
    return alert


@transaction.atomic
def close(*, alert: OutbreakAlert, by: Actor) -> OutbreakAlert:
    """Close an alert that disease control knows of; a new outbreak at the enterprise raises a new one.

    :raises Refused: before disease control was told.
    """
    alert = _locked(alert, by=by)
    check(may_move(AlertState(alert.state), AlertState.CLOSED))
    alert.state, alert.closed_at = AlertState.CLOSED, clock.now()
    alert.save(update_fields=["state", "closed_at"])
    record.write("screening.outbreak_closed", by=by, about=alert, data={"employer": alert.employer_id})
    return alert


@transaction.atomic
def remind(*, by: Actor) -> list[OutbreakAlert]:
    """Mark the open alerts whose deadline is near, once each, and return them: their officers are told now."""
    now = clock.now()
    waiting = OutbreakAlert.objects.filter(state=AlertState.OPEN, reminded_at=None).order_by("due_at")
    due = [
        alert
        for alert in waiting.select_for_update(skip_locked=True)
        if rules.remind_at(alert.opened_at, policies.version(OutbreakTerms, alert.terms_version)) <= now
    ]
    OutbreakAlert.objects.filter(pk__in=[alert.pk for alert in due]).update(reminded_at=now)
    for alert in due:
        _tell_duty("outbreak_reminder", alert)
    entries = [record.Entry.of(alert, data={"employer": alert.employer_id}) for alert in due]
    record.write_many("screening.outbreak_reminded", by=by, entries=entries)
    return due


def _raise(employer_id: int, positives: int, tested: int, terms: OutbreakTerms, *, by: Actor) -> OutbreakAlert:
    now = clock.now()
    alert = OutbreakAlert.objects.create(
        reference=references.new(ALERT_PREFIX),
        employer_id=employer_id,
        state=AlertState.OPEN,
        positives=positives,
        tested=tested,
        terms_version=terms.version,
        opened_at=now,
        due_at=rules.due_at(now, terms),
    )
    record.write(
        "screening.outbreak_raised",
        by=by,
        about=alert,
        data={"employer": employer_id, "positives": positives, "tested": tested},
    )
    _tell_duty("outbreak_raised", alert)
    return alert


def _tell_duty(template: str, alert: OutbreakAlert) -> None:
    """Send an SMS to the officers on duty today: the reference and the deadline, no name of an enterprise."""
    for phone in policies.in_force(OutbreakTerms, on=clock.today()).duty_phones:
        messages.send_to_address(
            f"screening.{template}",
            address=phone,
            params={"reference": alert.reference, "due": alert.due_at.isoformat()},
            about=alert,
            urgent=True,
        )


def _locked(alert: OutbreakAlert, *, by: Actor) -> OutbreakAlert:
    fresh = OutbreakAlert.objects.select_for_update(of=("self",)).select_related("employer").get(pk=alert.pk)
    permissions.check_may_handle(by, fresh)
    return fresh
