"""When positives at an enterprise are an outbreak."""

from datetime import date, datetime, timedelta

from khumkan.screening.terms.laboratory import OutbreakTerms


def is_outbreak(*, positives: int, tested: int, terms: OutbreakTerms) -> bool:
    """Say whether positives among those tested within the window are more than the share of the terms.

    "More than 10 percent" is meant literally: exactly 10 percent is none. Small numbers are none either, or one case
    among five tested would call disease control.
    """
    if tested < terms.least_tested or positives < terms.least_positives:
        return False
    return positives * 100 > tested * terms.share_percent


def window_start(on: date, terms: OutbreakTerms) -> date:
    """Return the first day of the window that ends on a day: 14 days are that day and the 13 before it."""
    return on - timedelta(days=terms.window_days - 1)


def due_at(opened_at: datetime, terms: OutbreakTerms) -> datetime:
    """Return until when disease control must have been told."""
    return opened_at + timedelta(hours=terms.notify_within_hours)


def remind_at(opened_at: datetime, reminded_at: datetime | None, terms: OutbreakTerms) -> datetime:
    """Return when officers are reminded next of an alert that nobody has dealt with.

    The first time it is shortly before the deadline, but never before the alert was opened; then again and again until
    somebody has told disease control.
    """
    if reminded_at is not None:
        return reminded_at + timedelta(minutes=terms.remind_again_minutes)
    return max(opened_at, due_at(opened_at, terms) - timedelta(minutes=terms.remind_minutes_before))
