"""The walks of trust: the agent's desk and the hotline's cases."""

from collections.abc import Callable
from typing import Any

from khumkan.hotline.actions import routing, working
from khumkan.hotline.choices import Closed, Skill, Spoken
from khumkan.hotline.rules import bulk
from khumkan.kernel import references
from tests.trust.marks import DESK, A, Page, V, button, form, look

HOTLINE = (A, V)
PAGES: dict[str, Page] = {
    "file": look(*DESK, thing="person", within="known"),
    "verify": form(*HOTLINE, thing="person", within="known"),
    "vouch": button(V, thing="person", within="known"),
    "open": form(*HOTLINE, thing="person", within="known"),
    "cases": form(*HOTLINE),
    "leave": button(*HOTLINE),
    "take_next": button(*HOTLINE),
    "open_for_anybody": form(*HOTLINE),
    "queue": look(*HOTLINE),
    "case": look(*HOTLINE, thing="hotline_case", within="known"),
    "take": button(*HOTLINE, thing="hotline_case", within="known"),
    "put_back": button(*HOTLINE, thing="hotline_case", within="known"),
    "note": button(*HOTLINE, thing="hotline_case", within="known"),
    "wait": button(*HOTLINE, thing="hotline_case", within="known"),
    "reply": button(*HOTLINE, thing="hotline_case", within="known"),
    "hand_over": button(*HOTLINE, thing="hotline_case", within="known"),
    "escalate": button(*HOTLINE, thing="hotline_case", within="known"),
    "close": button(*HOTLINE, thing="hotline_case", within="known"),
    "merge": button(*HOTLINE, thing="hotline_case", within="known"),
    "reopen": button(*HOTLINE, thing="hotline_closed", within="known"),
    "supervise": look(V),
    "many": form(V),
    "reviews": look(V),
    "review": form(V, thing="hotline_closed", within="known"),
}
SOLVED = f"close.{Closed.SOLVED.value}"


def _confirmed(world: Any) -> dict[str, Any]:
    """Return what the second step sends: the cases, the act, and what stands for them as they were shown."""
    case = world.here.cases["live"]
    shown = bulk.fingerprint(SOLVED, [(case.pk, case.state)])
    return {"case": [case.reference], "act": SOLVED, "confirmed": shown}


FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "hotline:verify": lambda world: {
        "birth_date": "05051985",
        "number_end": world.here.people["booked"].number[-4:],
        "phone_end": world.here.people["booked"].phone[-4:],
        "employer": world.here.employer.account_number[-4:],
    },
    "hotline:vouch": lambda _world: {"because": "daughter calls for her father"},
    "hotline:open": lambda _world: {"reason": "other", "language": "th", "keep": "yes"},
    "hotline:cases": lambda _world: {"skills": ["general"], "languages": ["th"]},
    "hotline:open_for_anybody": lambda world: {
        "reason": "employer_list",
        "account": world.here.employer.account_number,
        "language": "th",
        "keep": "yes",
    },
    "hotline:note": lambda _world: {"note": "calls again tomorrow"},
    "hotline:wait": lambda _world: {"thing": "caller"},
    "hotline:reply": lambda _world: {"reply": "working"},
    "hotline:hand_over": lambda world: {"to": world.visitor("supervisor").user.username},
    "hotline:escalate": lambda _world: {"why": "caller is very worried"},
    "hotline:close": lambda _world: {"because": "solved"},
    "hotline:merge": lambda world: {"into": world.here.cases["other"].reference},
    "hotline:many": _confirmed,
    "hotline:review": lambda _world: {"listened": "5", "solved": "4", "plain": "5"},
}


def _at_desk(_world: Any, visitor: Any) -> list[object]:
    """Let the visitor be at the desk and know about everything."""
    routing.come(skills=list(Skill), languages=list(Spoken), by=visitor.actor)
    return []


def _taken(world: Any, visitor: Any) -> list[object]:
    return [working.take(case=world.here.cases["live"], by=visitor.actor).reference]


PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "hotline:leave": _at_desk,
    "hotline:take_next": _at_desk,
    "hotline:put_back": _taken,
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "hotline_case": (lambda c: (c.cases["live"].reference,), lambda: (references.new("HC"),)),
    "hotline_closed": (lambda c: (c.cases["closed"].reference,), lambda: (references.new("HC"),)),
}
