"""The walks of trust: what comes after the dose: certificates, follow-up, adverse events, corrections."""

from collections.abc import Callable
from typing import Any

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import aftercare, certificates, corrections
from khumkan.vaccination.actions.aftercare import Told
from khumkan.vaccination.choices import Reaction, ToldBy
from khumkan.vaccination.models import AdverseEvent, Certificate, Correction, FollowUp
from khumkan.vaccination.states import RequestState
from tests.trust.marks import DESK, SENT, O, P, Page, X, button, form, look

SYSTEM = Actor.system("test")
BECAUSE = {"because": "caller has no phone"}
NO_ID = 999_999_999
#: Nothing of a person stands in the address: who had no dose has no such page.
OWN = Page((P,), get=frozenset({200, 404}), post=SENT | {404})
PAGES: dict[str, Page] = {
    "verify": form(),
    "keys": look(),
    "revoked": look(),
    "my_doses": look(P),
    "my_reaction": OWN,
    "my_how_are_you": Page((P,), "day_after", get=frozenset({200, 404}), post=SENT | {404}),
    "my_certificate": look(P, thing="own_certificate", within="person"),
    "my_certificate_pdf": look(P, thing="own_certificate", within="person"),
    "desk_after": look(*DESK, thing="vaccinated", within="known"),
    "desk_reaction": form(*DESK, thing="vaccinated", within="known"),
    "desk_how_are_you": form(*DESK, thing="vaccinated_and_day", within="known"),
    "field_given": look(X),
    "field_adverse": form(X, thing="injection", within="doses"),
    "adverse_events": look(O),
    "adverse_event": look(O, thing="adverse", within="province"),
    "route_adverse": button(O, thing="adverse", within="province"),
    "close_adverse": button(O, thing="adverse", within="province"),
    "records": form(O),
    "record_of": look(O, thing="vaccinated", within="known"),
    "add_elsewhere": form(O, thing="vaccinated", within="known"),
    "record": look(O, thing="injection", within="province"),
    "correct_details": form(O, thing="injection", within="province"),
    "correct_person": form(O, thing="injection", within="province"),
    "strike_record": form(O, thing="injection", within="province"),
    "correction": form(O, thing="dose_correction", within="province"),
    "office_certificate": form(O, thing="certificate", within="province"),
    "certificate_again": button(O, thing="certificate", within="province"),
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "vaccination:verify": lambda _world: {"text": "KHK1:made up"},
    "vaccination:my_reaction": lambda _world: {"reactions": "rash"},
    "vaccination:my_how_are_you": lambda _world: {"reactions": "tired"},
    "vaccination:desk_reaction": lambda _world: {"reactions": "rash", **BECAUSE},
    "vaccination:desk_how_are_you": lambda _world: {"reactions": "tired", **BECAUSE},
    "vaccination:field_adverse": lambda _world: {"reactions": "rash"},
    "vaccination:route_adverse": lambda _world: {"to": "the hospital of the province"},
    "vaccination:close_adverse": lambda _world: {"outcome": "well again"},
    "vaccination:records": lambda world: {"what": world.here.people["v_given"].number},
    "vaccination:add_elsewhere": lambda _world: {
        "number": "1", "vaccine": "sinovac", "lot_number": "S1", "given_on": clock.today().isoformat(),
        "elsewhere": "another hospital", "evidence": "a yellow book",
    },
    "vaccination:correct_details": lambda _world: {"number": "2", "why": "it was the second"},
    "vaccination:correct_person": lambda world: {
        "reference": world.here.people["v_booked"].person.reference, "why": "two cards were swapped",
    },
    "vaccination:strike_record": lambda _world: {"why": "an empty syringe"},
    "vaccination:correction": lambda _world: {"decision": "refuse"},
    "vaccination:office_certificate": lambda _world: {"why": "a wrong name"},
}  # fmt: skip


def _day_has_come(world: Any) -> None:
    FollowUp.objects.filter(injection=world.here.campaign.injection).update(due_on=clock.today())


def _own_day(world: Any, visitor: Any) -> list[object]:
    _day_has_come(world)
    return [1]


def _callers_day(world: Any, visitor: Any) -> list[object]:
    _day_has_come(world)
    return [world.here.people["v_given"].person.reference, 1]


def _revoked(world: Any, visitor: Any) -> list[object]:
    found = _certificate(world.here)
    certificates.revoke(certificate=found, why="a wrong name", by=SYSTEM)
    return [found.code]


def _who_had_none(world: Any, visitor: Any) -> list[object]:
    return [world.here.people["v_waits"].person.reference]


def _nothing_waits(world: Any, visitor: Any) -> list[object]:
    """Let no correction of this dose wait for a second person: there is one at a time."""
    given = world.here.campaign.injection
    for waiting in Correction.objects.filter(injection=given, state=RequestState.ASKED):
        corrections.decide(correction=waiting, accepts=False, by=SYSTEM)
    return [given.pk]


PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "vaccination:add_elsewhere": _who_had_none,
    "vaccination:correct_person": _nothing_waits,
    "vaccination:my_how_are_you": _own_day,
    "vaccination:desk_how_are_you": _callers_day,
    "vaccination:certificate_again": _revoked,
}


def _certificate(corner: Any) -> Certificate:
    """Return the certificate of who was given a dose; it was issued by itself when the world was made."""
    return Certificate.objects.get(injection=corner.campaign.injection, revoked_at=None)


def _event(corner: Any) -> AdverseEvent:
    """Return what was reported of who was given a dose; made once."""
    given = corner.campaign.injection
    found = AdverseEvent.objects.filter(injection=given).order_by("pk").first()
    told = Told(reactions=[Reaction.RASH], words="", told_by=ToldBy.SITE)
    return found or aftercare.report(injection=given, told=told, by=SYSTEM)


def _correction(corner: Any) -> Correction:
    """Return the correction that waits for a second person; made once."""
    given = corner.campaign.injection
    found = Correction.objects.filter(injection=given).order_by("pk").first()
    other = corner.people["v_waits"].person
    return found or corrections.give_to(injection=given, person=other, why="two cards were swapped", by=SYSTEM)


def own_certificate(corner: Any, _name: str) -> tuple[object, ...]:
    """Return what stands in the address of somebody's own certificate."""
    return (_certificate(corner).code,)


THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "day_after": (lambda _corner: (1,), lambda: (99,)),
    "vaccinated": (lambda corner: (corner.people["v_given"].person.reference,), lambda: ("P-22222-22222",)),
    "vaccinated_and_day": (
        lambda corner: (corner.people["v_given"].person.reference, 1),
        lambda: ("P-22222-22222", 1),
    ),
    "injection": (lambda corner: (corner.campaign.injection.pk,), lambda: (NO_ID,)),
    "adverse": (lambda corner: (_event(corner).reference,), lambda: ("M-22222-22222",)),
    "dose_correction": (lambda corner: (_correction(corner).pk,), lambda: (NO_ID,)),
    "certificate": (lambda corner: (_certificate(corner).code,), lambda: ("K-22222-22222",)),
}
