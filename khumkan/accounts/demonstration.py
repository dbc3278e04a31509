"""Signing in with one click, in the demonstration only.

The settings refuse to start with a demonstration that others could reach. Here nothing happens without the
setting either, nor for a browser on another machine.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from khumkan.accounts import addresses
from khumkan.accounts.models import DemonstrationEntry
from khumkan.kernel.errors import Missing


def entries(request: HttpRequest) -> list[DemonstrationEntry]:
    """Return the lines of the page.

    :raises Missing: outside the demonstration, and for a browser on another machine.
    """
    _check(request)
    return list(DemonstrationEntry.objects.select_related("user").order_by("id"))


def entry(request: HttpRequest, entry_id: int) -> DemonstrationEntry:
    """Return one line of the page.

    :raises Missing: as `entries`, and for a line that does not exist.
    """
    _check(request)
    found = DemonstrationEntry.objects.select_related("user").filter(pk=entry_id).first()
    if found is None:
        raise Missing
    return found


def _check(request: HttpRequest) -> None:
    here = addresses.of(request)
    if not settings.KHUMKAN_DEMO or here is None or not ipaddress.ip_address(here).is_loopback:
        raise Missing
