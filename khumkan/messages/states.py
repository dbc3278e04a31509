"""The states of a message, the allowed moves, and who makes them."""

from enum import StrEnum

from khumkan.kernel.words import N_


class Channel(StrEnum):
    """How a message travels. `ANY` until it is sent: by SMS where there is a phone, else by e-mail."""

    ANY = ""
    SMS = "sms"
    EMAIL = "email"
    LINE = "line"


class State(StrEnum):
    """Where a message is on its way."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    STOPPED = "stopped"


NAMES = {
    State.QUEUED: N_("Waiting to be sent"),
    State.SENDING: N_("Being sent"),
    State.ACCEPTED: N_("Sent"),
    State.DELIVERED: N_("Delivered"),
    State.FAILED: N_("Not delivered"),
    State.UNREACHABLE: N_("No phone number or e-mail address"),
    State.STOPPED: N_("Stopped before it was sent"),
}

#: A message being sent becomes queued again when the provider cannot take it now; one whose sender died stays
#: `SENDING` and is taken up again when its time is over.
MOVES = {
    State.QUEUED: {State.SENDING, State.STOPPED},
    State.SENDING: {State.QUEUED, State.ACCEPTED, State.DELIVERED, State.FAILED, State.UNREACHABLE},
    State.ACCEPTED: {State.DELIVERED, State.FAILED},
    State.DELIVERED: set(),
    State.FAILED: {State.DELIVERED},
    State.UNREACHABLE: set(),
    State.STOPPED: set(),
}

OWNERS = {
    State.QUEUED: "worker",
    State.SENDING: "worker",
    State.ACCEPTED: "provider",
    State.DELIVERED: "nobody",
    State.FAILED: "nobody",
    State.UNREACHABLE: "nobody",
    State.STOPPED: "nobody",
}
