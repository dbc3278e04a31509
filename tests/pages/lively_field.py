"""Drives and the front desk of the busy town: somebody in every state of a drive and at the door."""

from datetime import timedelta
from typing import TYPE_CHECKING

from khumkan.accounts.models import User
from khumkan.accounts.testing import actor_of
from khumkan.isolation.actions import cares, discharges, door, placing, promises, sites, stays, transport, triage
from khumkan.isolation.actions.cares import Found
from khumkan.isolation.choices import CareEnd, Need, NotLetIn, ToldBy
from khumkan.isolation.models import Care, Pickup, Run, Stay
from khumkan.isolation.queries import door as queries
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.rules.rooms import RoomPlan
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.simulation import staff
from tests.pages.lively_hospitel import OFFICE, WELL, _cases

if TYPE_CHECKING:
    from tests.pages.lively import LivelyTown

#: So long ago beds were held; for those who come too late longer ago than a hold lasts.
HELD_SINCE, HELD_TOO_LONG = timedelta(hours=5), timedelta(hours=6, minutes=30)
#: Everybody of this file, by what happens to them.
NAMES = {
    "coming": "ชัยวัฒน์", "listed": "ธนากร", "riding": "นพดล", "given_up": "บดินทร์", "too_late": "ประสิทธิ์",
    "sought": "พิชัย", "brought": "ภาณุ", "goes": "มนตรี", "departed": "วสันต์", "stranded": "ศักดา",
}  # fmt: skip


def fill(town: "LivelyTown") -> None:
    """Bring each of the people as far as their name says, and plan and drive the drives of the day."""
    town.staff["driver2"] = _second_driver()
    floor = [RoomPlan(floor="4", number=f"4{number:02}", beds=2) for number in range(1, 9)]
    sites.make_rooms(facility=town.hotel, rooms=floor, offered_from=clock.today() - timedelta(days=60), by=OFFICE)
    held = {name: _hold(town, name) for name in NAMES}
    on_the_drive = ("listed", "riding", "given_up", "too_late", "sought", "brought")
    town.drives = {"begun": _plan(town, [held[name] for name in on_the_drive], seats=8)}
    town.drives["other"] = _plan(town, [held["stranded"]])
    driver, second = (actor_of(town.staff[name]) for name in ("driver", "driver2"))
    transport.start(run=town.drives["begun"], by=driver)
    transport.start(run=town.drives["other"], by=second)
    for name in ("riding", "given_up", "brought"):
        transport.picked_up(pickup=_pickup(held[name]), by=driver)
    transport.not_found(pickup=_pickup(held["sought"]), by=driver)
    promises.end_lapsed(stay=held["too_late"], by=OFFICE)
    cares.decline(care=_care(held["given_up"]), by=OFFICE)
    stays.arrive(stay=held["brought"], by=OFFICE)
    town.drives["planned"] = _plan(town, [held["coming"]], hours=3)
    town.drives["off"] = _plan(town, [_hold(town, "listed_too")])
    transport.cancel(run=town.drives["off"], by=OFFICE)
    door.not_let_in(stay=held["coming"], why=NotLetIn.MISMATCH, note="บัตรเป็นของพี่ชาย", by=OFFICE)
    _let_go(held)
    town.at_door = {name: _care(stay).reference for name, stay in held.items()}


def _hold(town: "LivelyTown", name: str) -> Stay:
    """Hold a bed for a new person of the town, some hours ago."""
    somebody = town.given_a_person(NAMES.get(name, "สมคิด"), "เข้าพัก")
    setattr(town, name, somebody)
    with clock.set_to(clock.now() - (HELD_TOO_LONG if name in ("too_late", "stranded") else HELD_SINCE)):
        found = Found(next(_cases), somebody.id, clock.today())
        (care,) = cares.open_cares([found], by=OFFICE)
        needs = (Need.HEARING, Need.INTERPRETER, Need.HALAL) if name in ("listed", "riding") else ()
        told = Answers(lives_with=3, vitals=WELL, needs=needs)
        triage.answer(care=care, answers=told, told_by=ToldBy.PERSON, by=OFFICE)
        (stay,) = placing.place(care_id=care.pk, by=OFFICE)
    return stay


def _plan(town: "LivelyTown", people: list[Stay], *, seats: int = 4, hours: int = 0) -> Run:
    with clock.set_to(clock.now() - timedelta(hours=1)):  # while all of their beds are held
        return transport.plan_run(
            site=town.hotel.site,
            vehicle=f"{len(people)}กข 4321",
            seats=seats,
            starts_at=clock.now() if not hours else clock.now() + timedelta(hours=hours),
            stay_ids=[stay.pk for stay in people],
            by=OFFICE,
        )


def _pickup(stay: Stay) -> Pickup:
    return Pickup.objects.select_related("run__site", "stay__care").get(stay=stay)


def _care(stay: Stay) -> Care:
    return Care.objects.select_related("person").get(pk=stay.care_id)


def _let_go(held: dict[str, Stay]) -> None:
    """Let two people come and may go, of whom one has gone."""
    for name in ("goes", "departed"):
        stay = stays.arrive(stay=held[name], belongings="กระเป๋าสีแดงหนึ่งใบ", by=OFFICE)
        discharges.confirm(care=_care(stay), because=CareEnd.OWN_WISH, by=OFFICE)
    stays.leave(stay=held["departed"], by=OFFICE)
    assert queries.being_cleaned(OFFICE)


def _second_driver() -> User:
    return staff.member("driver2", "อุดม ขับไว", Role.DRIVER, "", scope_kind=ScopeKind.PROVINCE, key="10").user
