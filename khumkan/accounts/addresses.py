"""From where a request comes: the network address that throttles count, and a short name of the device."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}
BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Line/": "LINE",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}


def of(request: HttpRequest) -> str | None:
    """Return the address of the other end, or None when it is not an address.

    Behind proxies (setting `KHUMKAN_PROXIES`, how many of them we run) the address is the one that our outermost proxy
    saw; what a caller writes into the header before that is not believed.
    """
    proxies = settings.KHUMKAN_PROXIES
    seen = request.META.get("REMOTE_ADDR", "")
    if proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        seen = hops[-proxies] if len(hops) >= proxies else seen
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return None


def network(request: HttpRequest) -> str:
    """Return what one caller controls: an IPv4 address, or the /64 of an IPv6 address."""
    address = of(request)
    if address and ipaddress.ip_address(address).version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return address or "unknown"


def device(request: HttpRequest) -> str:
    """Return browser and system in words that their owner recognises, such as "Chrome, Android"."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)
