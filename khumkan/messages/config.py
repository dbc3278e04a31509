"""How this installation sends: which providers, in which order, how fast, and when the night is quiet.

`settings.KHUMKAN_MESSAGES` holds, all of them optional outside production:

    sms, email, line names of providers, the preferred one first; the next is used while one rests
    providers        by name: adapter (dotted path), per_second, and what the adapter asks for
    quiet_hours      ["21:00", "07:00"], on clocks in Bangkok: nothing but urgent messages is sent

Without it, everything goes to the inbox page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.conf import settings

from khumkan.kernel import clock
from khumkan.messages.states import Channel

INBOX = "inbox"
_INBOX_ONLY: Mapping[str, Any] = {
    "sms": [INBOX],
    "email": [INBOX],
    "line": [INBOX],
    "providers": {INBOX: {"adapter": "khumkan.messages.adapters.inbox.Inbox", "per_second": 10_000}},
}
QUIET_HOURS = ("21:00", "07:00")
PER_SECOND = 50


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """One provider: the adapter that speaks to it, how many messages a second it takes, and the adapter's options."""

    name: str
    adapter: str
    per_second: float
    options: Mapping[str, Any]


def inbox_is_shown() -> bool:
    """Tell whether this is a development or demonstration installation, where messages are shown on a page."""
    return bool(settings.DEBUG or settings.KHUMKAN_DEMO)


def route(channel: Channel) -> list[str]:
    """Return the names of the providers of a channel, the preferred one first."""
    return list(_configured().get(channel.value, ()))


def provider(name: str) -> ProviderConfig:
    """Return the configuration of a provider.

    :raises KeyError: when there is none of this name.
    """
    options = dict(_configured()["providers"][name])
    return ProviderConfig(name, options.pop("adapter"), float(options.pop("per_second", PER_SECOND)), options)


def is_known(name: str) -> bool:
    """Tell whether a provider of this name is configured."""
    return name in _configured()["providers"]


def is_quiet(moment: datetime) -> bool:
    """Tell whether people sleep."""
    begins, ends = (time.fromisoformat(text) for text in _configured().get("quiet_hours", QUIET_HOURS))
    now = clock.bangkok(moment).time()
    return begins <= now < ends if begins <= ends else now >= begins or now < ends


def _configured() -> Mapping[str, Any]:
    configured: Mapping[str, Any] = settings.KHUMKAN_MESSAGES
    return configured or _INBOX_ONLY
