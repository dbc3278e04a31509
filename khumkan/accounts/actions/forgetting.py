"""Forgetting what is over."""

from datetime import timedelta

from django.db.models.functions import Now

from khumkan.accounts import log
from khumkan.accounts.models import Bucket, OneTimeCode, Session, Ticket

DAY = timedelta(days=1)


def forget() -> None:
    """Delete ended sign-ins, spent codes and letters, tickets, full buckets, and the sign-in log after ninety days."""
    Session.objects.filter(expires_at__lt=Now()).delete()
    Session.objects.filter(idle_until__lt=Now()).delete()
    Ticket.objects.filter(expires_at__lt=Now()).delete()
    OneTimeCode.objects.filter(expires_at__lt=Now() - DAY).delete()
    Bucket.objects.filter(at__lt=Now() - DAY).delete()
    log.purge()
