"""Outbreaks at enterprises: the alert, its clock, and what the officers do about it."""

from collections.abc import Mapping
from datetime import date

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
def watch(*, latest: Mapping[int, date], by: Actor) -> list[OutbreakAlert]:
    """Raise an alert for each enterprise whose positives are more than the share of the terms; return the new ones.

    An alert that still runs gets the newer counts. One that disease control was told of does not cover what comes after
    its window: it is closed, and what is found then raises an alert of its own. Doing it again changes nothing.

    :param latest: for each enterprise the day on which the window of the terms ends.
    """
    list(Employer.objects.filter(pk__in=latest).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    running = OutbreakAlert.objects.filter(employer__in=latest).exclude(state=AlertState.CLOSED)
    standing = {alert.employer_id: alert for alert in running}
    raised = []
    for day, employer_ids in sorted(_by_day(latest, standing).items()):
        terms = policies.in_force(OutbreakTerms, on=day)
        since = rules.window_start(day, terms)
        for employer_id, (positives, tested) in sorted(counts_at(employer_ids, since=since, until=day).items()):
            alert = _covering(standing.get(employer_id), since, by=by)
            if alert is not None:
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
    _close(alert, by=by)
    return alert


@transaction.atomic
def remind(*, by: Actor) -> list[OutbreakAlert]:
    """Remind of the open alerts whose deadline is near or has passed, again and again until disease control is told.

    :returns: the alerts whose officers are told now.
    """
    now = clock.now()
    waiting = OutbreakAlert.objects.filter(state=AlertState.OPEN).order_by("due_at")
    due = [
        alert
        for alert in waiting.select_for_update(skip_locked=True)
        if rules.remind_at(alert.opened_at, alert.reminded_at, policies.version(OutbreakTerms, alert.terms_version))
        <= now
    ]
    OutbreakAlert.objects.filter(pk__in=[alert.pk for alert in due]).update(reminded_at=now)
    for alert in due:
        _tell_duty("outbreak_overdue" if alert.due_at <= now else "outbreak_reminder", alert)
    entries = [record.Entry.of(alert, data={"employer": alert.employer_id}) for alert in due]
    record.write_many("screening.outbreak_reminded", by=by, entries=entries)
    return due


def _by_day(latest: Mapping[int, date], standing: Mapping[int, OutbreakAlert]) -> dict[date, list[int]]:
    """Return the enterprises by the last day of their window; a window never ends before the alert was raised."""
    days: dict[date, list[int]] = {}
    for employer_id, day in latest.items():
        alert = standing.get(employer_id)
        raised_on = clock.bangkok(alert.opened_at).date() if alert else day
        days.setdefault(max(day, raised_on), []).append(employer_id)
    return days


def _covering(alert: OutbreakAlert | None, since: date, *, by: Actor) -> OutbreakAlert | None:
    """Return the alert if it covers what was found since a day, and close it if it was dealt with before."""
    if alert is None or alert.state == AlertState.OPEN or clock.bangkok(alert.opened_at).date() >= since:
        return alert
    _close(alert, by=by)
    return None


def _close(alert: OutbreakAlert, *, by: Actor) -> None:
    alert.state, alert.closed_at = AlertState.CLOSED, clock.now()
    alert.save(update_fields=["state", "closed_at"])
    record.write("screening.outbreak_closed", by=by, about=alert, data={"employer": alert.employer_id})


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
