"""What stands in an address: for each kind of object one here, one far away, and one that nobody has."""

from collections.abc import Callable
from dataclasses import dataclass

from khumkan.accounts.models import ApiToken, RoleGrant
from khumkan.screening.models import Registration
from tests.trust import hotline, loans, registry, situation, vaccination
from tests.trust.marks import Page
from tests.trust.vaccination.after import own_certificate
from tests.trust.world import Corner, Visitor, World, unknown

NO_ID = 999_999_999
#: Kinds that name nothing scoped: the same for everybody.
FIXED = {
    "nothing": (["no-such-thing"], [NO_ID]),
    "ground": ["contact"],
    "figures": ["province"],
    "terms": ["screening.outbreaks"],
    "import_kind": ["persons"],
    "list_template": ["xlsx"],
    "holiday": ["2026-04-13"],
    "version": ["screening.outbreaks", 1],
}


@dataclass(frozen=True)
class Thing:
    """An object in an address.

    :param corner: where it is; none for what nobody has.
    """

    name: str
    args: tuple[object, ...]
    corner: Corner | None = None
    person: int = 0

    @property
    def exists(self) -> bool:
        """Whether there is such an object at all."""
        return self.corner is not None


Maker = Callable[[Corner], tuple[object, ...]]
OF_CORNER: dict[str, tuple[Maker, Callable[[], tuple[object, ...]]]] = {
    "laboratory": (lambda c: (c.laboratory.reference,), lambda: (unknown("L"),)),
    "box": (lambda c: (c.coming.reference,), lambda: (unknown("B"),)),
    "specimen": (lambda c: (c.specimens["received"].code,), lambda: (unknown("S"),)),
    "pool": (lambda c: (c.pool.reference,), lambda: (unknown("P"),)),
    "correction": (lambda c: (c.correction.pk,), lambda: (NO_ID,)),
    "result": (lambda c: (c.entered.pk,), lambda: (NO_ID,)),
    "file": (lambda c: (c.file.reference,), lambda: (unknown("F"),)),
    "arrival": (lambda c: (c.registrations["expected"].reference,), lambda: (unknown("T"),)),
    "rapid": (lambda c: (c.registrations["rapid"].reference,), lambda: (unknown("T"),)),
    "session": (lambda c: (c.today.reference,), lambda: (unknown("V"),)),
    "site": (lambda c: (c.site.reference,), lambda: (unknown("L"),)),
    "house": (lambda c: (c.hospitel.facility.site.reference,), lambda: (unknown("L"),)),
    "drive": (lambda c: (c.hospitel.run.reference,), lambda: (unknown("D"),)),
    "on_drive": (lambda c: (c.hospitel.run.reference, 1), lambda: (unknown("D"), 1)),
    "sought": (lambda c: (c.hospitel.cares["sought"].reference,), lambda: (unknown("H"),)),
    "arriving": (lambda c: (c.hospitel.cares["held"].reference,), lambda: (unknown("H"),)),
    "in_bed": (lambda c: (c.hospitel.cares["in_bed"].reference,), lambda: (unknown("H"),)),
    "left_stay": (lambda c: (c.hospitel.left.pk,), lambda: (NO_ID,)),
    "closure": (lambda c: (c.site.reference, c.closure), lambda: (unknown("L"), NO_ID)),
    "alert": (lambda c: (c.alert.reference,), lambda: (unknown("A"),)),
    "waiting": (lambda c: (c.registrations["waiting"].reference,), lambda: (unknown("T"),)),
    "province": (lambda c: (c.province,), lambda: ("99",)),
    "enterprise": (lambda c: (c.employer.reference,), lambda: (unknown("E"),)),
    "import": (lambda c: (c.taken_over.reference,), lambda: (unknown("F"),)),
    "planned": (lambda c: (c.rounds["planned"].reference,), lambda: (unknown("R"),)),
    "frozen": (lambda c: (c.rounds["frozen"].reference,), lambda: (unknown("R"),)),
    "drawn": (lambda c: (c.rounds["drawn"].reference,), lambda: (unknown("R"),)),
    "round": (lambda c: (c.rounds["announced"].reference,), lambda: (unknown("R"),)),
    "announced": (lambda c: (c.rounds["announced"].reference,), lambda: (unknown("R"),)),
    "worse": (lambda c: (c.hospitel.cares["worse"].reference,), lambda: (unknown("H"),)),
    "confirmed": (lambda c: (c.hospitel.cares["leaving"].reference,), lambda: (unknown("H"),)),
    "in_bed_and_reason": (
        lambda c: (c.hospitel.cares["in_bed"].reference, "own_wish"),
        lambda: (unknown("H"), "own_wish"),
    ),
    "paper": (lambda c: (c.hospitel.papers["discharge"].code,), lambda: (unknown("Z"),)),
    "revoked_paper": (lambda c: (c.hospitel.papers["revoked"].code,), lambda: (unknown("Z"),)),
    "contact": (lambda c: (c.contact.reference,), lambda: (unknown("N"),)),
    "bed": (lambda c: (c.hospitel.bed.pk,), lambda: (NO_ID,)),
    "person": (lambda c: (c.people["booked"].person.reference,), lambda: (unknown("P"),)),
    "waits_for_bed": (lambda c: (c.hospitel.cares["waits"].reference,), lambda: (unknown("H"),)),
    "care_to_call": (lambda c: (c.hospitel.cares["asked"].reference,), lambda: (unknown("H"),)),
    "in_care": (lambda c: (c.people["asked"].person.reference,), lambda: (unknown("P"),)),
    "person_and_ground": (
        lambda c: (c.people["free"].person.reference, "contact"),
        lambda: (unknown("P"), "contact"),
    ),
    "person_and_registration": (
        lambda c: (c.people["booked"].person.reference, c.registrations["booked"].reference),
        lambda: (unknown("P"), unknown("T")),
    ),
    **vaccination.THINGS,
    **loans.PARTS.things,
    **registry.PARTS.things,
    **hotline.PARTS.things,
    **situation.PARTS.things,
}


def things(world: World, page: Page, args: list[object]) -> list[Thing]:
    """Return the objects with which an address is tried.

    :param args: the names of the parts of the address that are to be filled.
    """
    if not args:
        return [Thing("", (), world.here)]
    if page.thing == "nothing":
        return [Thing("nobody", tuple(NO_ID if kind == "int" else "no-such-thing" for kind in args))]
    if page.thing in FIXED:
        return [Thing("fixed", tuple(FIXED[page.thing]), world.here)]
    if page.thing in OF_CORNER:
        made, none = OF_CORNER[page.thing]
        corners = (("here", world.here), ("there", world.there))
        return [*(Thing(name, made(corner), corner) for name, corner in corners), Thing("nobody", none())]
    return SPECIAL[page.thing](world)


def _persons(
    world: World, names: tuple[str, ...], made: Callable[[Corner, str], tuple[object, ...]], prefix: str
) -> list[Thing]:
    found = [
        Thing(f"{name}_{suffix}", made(corner, name), corner, corner.people[name].person.pk)
        for suffix, corner in (("here", world.here), ("there", world.there))
        for name in names
    ]
    return [*found, Thing("nobody", (unknown(prefix),))]


def _visits(world: World) -> list[Thing]:
    found = []
    for name, corner in (("here", world.here), ("there", world.there)):
        session = Registration.objects.filter(round=corner.rounds["announced"], employer=corner.employer)
        reference = session.values_list("session__reference", flat=True).first()
        found.append(Thing(name, (corner.employer.reference, reference), corner))
    return [*found, Thing("nobody", (unknown("N"), unknown("V")))]


def _staff(world: World) -> list[Thing]:
    member = world.visitor("banker").user
    return [Thing("here", (member.pk,), world.here), Thing("nobody", (NO_ID,))]


def _grant(world: World) -> list[Thing]:
    held = RoleGrant.objects.get(user=world.visitor("banker").user)
    return [Thing("here", (held.user_id, held.pk), world.here), Thing("nobody", (NO_ID, NO_ID))]


def _token(world: World) -> list[Thing]:
    return [Thing("here", (ApiToken.objects.order_by("pk").values_list("pk", flat=True)[0],), world.here)]


def _request(world: World) -> list[Thing]:
    person = world.here.people["free"].person.pk
    return [Thing("here", (world.letter,), world.here, person), Thing("nobody", (NO_ID,))]


def _proposal(world: World) -> list[Thing]:
    return [Thing("here", (world.proposal,), world.here), Thing("nobody", (NO_ID,))]


def _family_request(world: World) -> list[Thing]:
    found = [
        Thing(
            f"asked_{suffix}",
            (corner.hospitel.cares["asked"].reference, corner.hospitel.request.pk),
            corner,
            corner.people["asked"].person.pk,
        )
        for suffix, corner in (("here", world.here), ("there", world.there))
    ]
    return [*found, Thing("nobody", (unknown("H"), NO_ID))]


SPECIAL: dict[str, Callable[[World], list[Thing]]] = {
    "own_registration": lambda world: _persons(
        world, ("booked", "positive"), lambda corner, name: (corner.registrations[name].reference,), "T"
    ),
    "own_answer": lambda world: _persons(
        world, ("positive",), lambda corner, name: (corner.registrations[name].reference,), "T"
    ),
    "own_care": lambda world: _persons(
        world, ("asked", "in_bed"), lambda corner, name: (corner.hospitel.cares[name].reference,), "H"
    ),
    "own_request": _family_request,
    "case": lambda world: _persons(world, ("positive",), lambda corner, name: (corner.case.reference,), "C"),
    "own_paper": lambda world: _persons(
        world, ("gone",), lambda corner, _name: (corner.hospitel.papers["discharge"].code,), "Z"
    ),
    "own_certificate": lambda world: _persons(world, ("v_given",), own_certificate, "K"),
    "visit": _visits,
    "user": _staff,
    "grant": _grant,
    "token": _token,
    "request": _request,
    "proposal": _proposal,
}


def may(visitor: Visitor, page: Page, thing: Thing) -> bool:
    """Say whether the visitor may have this object, by the promise of the page alone."""
    if page.roles and visitor.role not in page.roles:
        return False
    if not thing.exists or thing.corner is None:
        return page.thing == "nothing"
    if not page.within or visitor.is_national:
        return page.within != "person" or visitor.person == thing.person
    return WITHIN[page.within](visitor, thing.corner, thing)


WITHIN: dict[str, Callable[[Visitor, Corner, Thing], bool]] = {
    "province": lambda visitor, corner, thing: visitor.province == corner.province,
    # who looks persons up, within the own provinces
    "known": lambda visitor, corner, thing: visitor.province == corner.province,
    "site": lambda visitor, corner, thing: visitor.site == corner.site.pk,
    "house": lambda visitor, corner, thing: visitor.house == corner.hospitel.facility.pk,
    "doses": lambda visitor, corner, thing: visitor.doses_at == corner.campaign.site.pk,
    "doses_or_province": lambda visitor, corner, thing: (
        visitor.doses_at == corner.campaign.site.pk or visitor.province == corner.province
    ),
    "house_or_province": lambda visitor, corner, thing: (
        visitor.house == corner.hospitel.facility.pk or visitor.province == corner.province
    ),
    "laboratory": lambda visitor, corner, thing: visitor.laboratory == corner.laboratory.pk,
    "site_or_province": lambda visitor, corner, thing: (
        visitor.site == corner.site.pk or visitor.province == corner.province
    ),
    "box": lambda visitor, corner, thing: visitor.laboratory == corner.laboratory.pk or visitor.site == corner.site.pk,
    "employer": lambda visitor, corner, thing: visitor.employer == corner.employer.pk,
    "bank": lambda visitor, corner, thing: visitor.bank == corner.lending.bank.pk,
    "person": lambda visitor, corner, thing: visitor.person == thing.person,
    "nation": lambda visitor, corner, thing: False,  # nobody with a limit
}
