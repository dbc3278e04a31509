"""Filters for the texts of messages: dates and times come as ISO text, because params are stored as JSON."""

from datetime import date, datetime

from django import template
from django.utils import translation

from khumkan.kernel import clock, dates

register = template.Library()


@register.filter
def day(value: str) -> str:
    """Show an ISO date, or the date of an ISO time in Bangkok, in words: 5 สิงหาคม 2564, 5 August 2021."""
    shown = clock.bangkok(datetime.fromisoformat(value)).date() if "T" in value else date.fromisoformat(value)
    return dates.show_date(shown, translation.get_language() or "th")


@register.filter
def moment(value: str) -> str:
    """Show an ISO time with its date in words, as clocks in Bangkok show it."""
    return dates.show_datetime(datetime.fromisoformat(value), translation.get_language() or "th")
