"""What somebody who may sends to each address: the form as the page shows it, filled in where it is empty."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from khumkan.accounts.models import Factor
from khumkan.accounts.states import FactorKind
from khumkan.isolation.actions import discharges, transport
from khumkan.isolation.choices import CareEnd
from khumkan.isolation.models import Room
from khumkan.isolation.queries import door
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry.actions import add_document
from khumkan.registry.actions.imports import receive_import
from khumkan.registry.states import ImportKind
from khumkan.screening.actions import visits
from khumkan.screening.choices import Method
from khumkan.screening.models import Session
from khumkan.screening.tests.at_the_lab import csv_file, specimens
from khumkan.screening.tests.registering import a_session, a_site
from khumkan.web.sign_in import phones
from tests.trust import hotline, isolation_forms, loans, registry, screening_forms, situation, vaccination
from tests.trust.things import Thing
from tests.trust.world import Visitor, World

Sent = dict[str, Any]
OTHER_PHONE = "0898765432"
BECAUSE = {"because": "caller has no phone"}
PROVEN = {"because": "saw the identity card"}


class Fields(HTMLParser):
    """Collects what the browser would send from the forms that go to one address, empty choices taken by the first."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.sent = path, {}
        self._is_ours, self._chosen, self._select = False, set[str](), ""
        self._text = ""

    sent: Sent

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_ours = values.get("method") == "post" and values.get("action", "") in ("", self.path)
        if not self._is_ours:
            return
        name = values.get("name", "")
        if tag == "input" and name:
            self._input(name, values)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._choose(self._select, values.get("value", ""), is_chosen="selected" in values)
        elif tag == "textarea":
            self._text, self.sent[name] = name, ""

    def handle_data(self, data: str) -> None:
        """Note what stands in a long field."""
        if self._text:
            self.sent[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a field or a form."""
        if tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._is_ours = False

    def _input(self, name: str, values: dict[str, str]) -> None:
        if values.get("type") in ("radio", "checkbox"):
            self._choose(name, values.get("value", "on"), is_chosen="checked" in values)
        elif values.get("type") not in ("file", "submit"):
            self.sent[name] = values.get("value", "")

    def _choose(self, name: str, value: str, *, is_chosen: bool) -> None:
        if is_chosen and value:
            self._chosen.add(name)
            self.sent[name] = value
        elif name not in self._chosen:
            self.sent[name] = self.sent.get(name) or value


def day(ahead: int) -> str:
    """Return a day as a date field takes it."""
    return (clock.today() + timedelta(days=ahead)).isoformat()


def _pool(world: World) -> Sent:
    made = specimens(world.here.laboratory, 2, session=world.here.today)
    return {"codes": " ".join(each.code for each in made)}


def results_file(world: World) -> SimpleUploadedFile:
    """Return a file with one result, as a laboratory sends it."""
    return SimpleUploadedFile("results.csv", csv_file([(world.here.specimens["received"].code, "negative")]))


def _site(world: World) -> Sent:
    place = {"name_th": "สนามกีฬาใหม่", "kinds": ["testing"], "province": world.here.province}
    where = {"district": f"อำเภอ {world.here.province}", "subdistrict": f"ตำบล {world.here.province}"}
    return {**place, **where, "latitude": "13.76", "longitude": "100.55"}


def _bed_for_a_wheelchair(world: World) -> str:
    """Let a free room of the hospitel here be reached with a wheelchair, and return its bed."""
    house = world.here.hospitel
    bed = door.beds_for(house.cares["held"], site_ids=[house.facility.pk])[0]
    Room.objects.filter(pk=bed.room_id).update(is_accessible=True)
    return str(bed.pk)


def _free_bed(world: World, name: str) -> str:
    """Return a free bed of the hospitel here that suits one of its people."""
    house = world.here.hospitel
    return str(door.beds_for(house.cares[name], site_ids=[house.facility.pk])[0].pk)


def _walk_in(world: World) -> Sent:
    return {"kind": "thai", "number": world.here.people["untested"].number, "ground": "high_risk"}


def _sessions(world: World) -> Sent:
    days = {"first": day(3), "last": day(4)}
    return {"province": world.here.province, **days, "method": "pcr", "places": "10"}


def _hotel(world: World) -> Sent:
    site = a_site(world.here.province, kinds=["hospitel"])
    return {"site": site.reference, "kind": "hospitel", "nurses": "3"}


#: What must be filled in because the page shows it empty, or where a button stands on another page.
FILLED: Mapping[str, Callable[[World], Sent]] = {
    "screening:desk": lambda world: {"what": world.here.people["booked"].number},
    "screening:desk_register": lambda _world: BECAUSE,
    "screening:desk_change": lambda _world: BECAUSE,
    "screening:desk_decline": lambda _world: BECAUSE,
    "screening:open_sessions": _sessions,
    "screening:session_places": lambda _world: {"places": "50"},
    "screening:session_cancel": lambda _world: {"why": "the hall is too hot"},
    "screening:waiting_decide": lambda _world: {"decision": "office"},
    "screening:waiting_place": lambda _world: {"session": str(Session.objects.latest("pk").pk)},
    "screening:lab_find": lambda world: {"code": world.here.specimens["received"].code},
    "screening:lab_pool": lambda _world: {"first": "negative", "second": "negative"},
    "screening:lab_decide": lambda _world: {"decision": "release"},
    "screening:lab_pools": _pool,
    "screening:lab_files": lambda world: {"file": results_file(world)},
    "screening:name_contacts": lambda _world: {"name": "สมหมาย", "phone": OTHER_PHONE, "last_met_on": day(-1)},
    "screening:alert": lambda _world: {"note": "told the office of disease control"},
    "screening:new_round": lambda _world: {"title": "a round", "first_day": day(30), "last_day": day(40)},
    "screening:round_draw": lambda _world: {"public_value": "123456"},
    "screening:field_today": lambda world: {"wanted": world.here.registrations["expected"].reference},
    "screening:field_session": lambda world: {"wanted": world.here.registrations["expected"].reference},
    "screening:read_rapid": lambda _world: {"first": "negative", "second": "negative"},
    "screening:note_at_door": lambda _world: {"outcome": "refused", "note": ""},
    "screening:walk_in": _walk_in,
    "screening:box": lambda world: {"laboratory": world.here.laboratory.reference},
    **screening_forms.FILLED,
    **isolation_forms.FILLED,
    **vaccination.FILLED,
    **loans.PARTS.filled,
    **registry.PARTS.filled,
    **hotline.PARTS.filled,
    **situation.PARTS.filled,
    "isolation:plan_run": lambda _world: {"vehicle": "2ขข 2345"},
    "isolation:add_to_run": lambda world: {"people": str(world.here.hospitel.stays["held"].pk)},
    "isolation:pickup_outcome": lambda _world: {"outcome": "picked_up"},
    "isolation:not_found_one": lambda _world: {"came_of_it": "reached"},
    "isolation:arrivals": lambda world: {"wanted": world.here.hospitel.cares["held"].reference},
    "isolation:walk_in": lambda world: {
        "wanted": world.here.hospitel.cares["waits"].reference, "bed": _bed_for_a_wheelchair(world),
    },
    "isolation:other_bed": lambda world: {"bed": _free_bed(world, "held")},
    "isolation:change_bed": lambda world: {"bed": _free_bed(world, "in_bed")},
    "isolation:not_let_in": lambda _world: {"why": "mismatch"},
    "isolation:join_site": _hotel,
    "isolation:house_state": lambda _world: {"to": "suspended", "why": "the lift is broken"},
    "isolation:add_rooms": lambda _world: {
        "first_floor": "7", "last_floor": "8", "rooms": "4", "first_room": "1", "beds": "2", "numbering": "two",
        "level": "1", "room_for": "any", "offered_from": day(1),
    },
    "isolation:rooms_file": lambda _world: {"file": SimpleUploadedFile("rooms.csv", b"floor,number,beds\n9,901,2\n")},
    "isolation:withdraw_beds": lambda _world: {"until": day(10)},
    "isolation:bed": lambda _world: {"why": "no hot water"},
    "isolation:bedside": lambda _world: {"temperature": "36.6", "spo2": "98"},
    "isolation:decide_escalation": lambda _world: {"doctor": "นพ. สุรชัย", "decision": "stays", "level": "2"},
    "isolation:step_down": lambda _world: {"doctor": "นพ. สุรชัย"},
    "isolation:office_paper": lambda _world: {"why": "a wrong day"},
    "registry:add_document": lambda _world: {"kind": "passport", "number": "AB1234567", **PROVEN},
    "registry:withdraw_document": lambda _world: PROVEN,
    "registry:correct_person": lambda _world: {"first_name": "สมหวัง", **PROVEN},
    "registry:send": lambda world: {"file": SimpleUploadedFile("register.csv", b"number\n1")},
    "sign_in:ask_letter": lambda _world: {"why": "stands before me"},
    "sign_in:ask_phone": lambda _world: {"why": "lost the old one", "phone": OTHER_PHONE},
    "accounts:add_grant": lambda _world: {"role": "agent", "scope_kind": "national", "key": ""},
    "accounts:set_active": lambda _world: {"active": "no"},
    "accounts:ask_reset": lambda _world: {"why": "lost the telephone"},
    "places:add_site": _site,
    "places:change_site": lambda _world: {"name_en": "New name"},
    "places:add_holiday": lambda _world: {"on": day(50), "name_th": "วันหยุด"},
    "places:holiday": lambda _world: {"on": "2026-04-13", "name_th": "วันหยุด"},
    "places:set_open": lambda _world: {"open": "no"},
    "places:close_days": lambda _world: {"first": day(60), "last": day(61), "why": "repairs"},
    "policies:reject": lambda _world: {"why": "not agreed"},
    "policies:propose": lambda _world: {
        "effective_from": day(1), "why": "a test", "source": "a test", "term_share_percent": "18",
    },
}  # fmt: skip


def _find_again(world: World, visitor: Visitor) -> list[object]:
    return [world.here.specimens["lost"].code]


def _waiting_file(world: World, visitor: Visitor) -> list[object]:
    """Let a file wait that nobody has begun to read."""
    content = [b"id_number,first_name\n456,y\n"]
    batch, _is_new = receive_import(kind=ImportKind.PERSONS, chunks=content, name="more.csv", by=Actor.system("test"))
    return [batch.reference]


def _two_documents(world: World, visitor: Visitor) -> list[object]:
    person = world.here.people["booked"].person
    add_document(person_id=person.pk, kind=IdentifierKind.PASSPORT, number="AB7654321", by=Actor.system("test"))
    return [person.reference]


def _inside(world: World, visitor: Visitor) -> list[object]:
    return [world.here.registrations["inside"].reference]


def _factor(world: World, visitor: Visitor) -> list[object]:
    made = [Factor.objects.create(user=visitor.user, kind=FactorKind.TOTP, label=name) for name in ("one", "two")]
    return [made[0].pk]


def _phone_change(world: World, visitor: Visitor) -> list[object]:
    phones.ask_change(person_id=visitor.person, phone="+66898765432", by=Actor.person(visitor.person))
    return []


def _phone_change_of_caller(world: World, visitor: Visitor) -> list[object]:
    caller = world.here.people["booked"].person
    phones.ask_change(person_id=caller.pk, phone="+66898765432", by=Actor.person(caller.pk))
    return [caller.reference]


def _room_for_who_waits(world: World, visitor: Visitor) -> list[object]:
    a_session(world.here.site, method=Method.RAPID, places=5)
    return [world.here.registrations["waiting"].reference]


def _came_late(world: World, visitor: Visitor) -> list[object]:
    expected = world.here.registrations["late_comer"]
    visits.check_in(registration=expected, by=Actor.system("test"))
    return [expected.reference]


def _driving(world: World, visitor: Visitor) -> list[object]:
    return [transport.start(run=world.here.hospitel.run, by=visitor.actor).reference]


def _driving_to_somebody(world: World, visitor: Visitor) -> list[object]:
    return [*_driving(world, visitor), 1]


def _driven_by_another(world: World, visitor: Visitor) -> list[object]:
    other = Actor(ActorKind.STAFF, 1, frozenset({Grant(Role.DRIVER)}))
    return [transport.start(run=world.here.hospitel.run, by=other).reference]


def _driven_to_the_end(world: World, visitor: Visitor) -> list[object]:
    run = transport.start(run=world.here.hospitel.run, by=visitor.actor)
    for pickup in run.pickups.all():
        transport.not_found(pickup=pickup, by=visitor.actor)
    return [run.reference]


def _may_go(world: World, visitor: Visitor) -> list[object]:
    care = world.here.hospitel.cares["in_bed"]
    discharges.confirm(care=care, because=CareEnd.OWN_WISH, by=Actor.system("test"))
    return [care.reference]


#: Where what the table names is not ready for it: what is prepared, and what then stands in the address.
PREPARED: Mapping[str, Callable[[World, Visitor], list[object]]] = {
    "screening:lab_found_later": _find_again,
    "screening:take_specimen": _came_late,
    "screening:note_at_door": _inside,
    "screening:waiting_place": _room_for_who_waits,
    **screening_forms.PREPARED,
    **isolation_forms.PREPARED,
    **vaccination.PREPARED,
    **loans.PARTS.prepared,
    **registry.PARTS.prepared,
    **hotline.PARTS.prepared,
    **situation.PARTS.prepared,
    "registry:cancel_import": _waiting_file,
    "registry:withdraw_document": _two_documents,
    "isolation:pickup_outcome": _driving_to_somebody,
    "isolation:take_over_drive": _driven_by_another,
    "isolation:finish_drive": _driven_to_the_end,
    "isolation:leave": _may_go,
    "accounts:remove_factor": _factor,
    "sign_in:cancel_new_phone": _phone_change,
    "sign_in:cancel_phone": _phone_change_of_caller,
}


def path_of(world: World, visitor: Visitor, name: str, thing: Thing) -> str:
    """Return the path of an address, with what stands in it made ready for what is sent."""
    prepare = PREPARED.get(name)
    return reverse(name, args=prepare(world, visitor) if prepare else thing.args)


def filled_in(world: World, client: Client, name: str, path: str) -> Sent:
    """Return what is sent to an address: the form of its page as it stands, and what is filled in."""
    fields = Fields(path)
    page = client.get(path)
    if page.status_code == 200:
        fields.feed(page.content.decode())
    sent = {**fields.sent, **FILLED.get(name, lambda _world: {})(world)}
    return {key: value for key, value in sent.items() if key not in ("form_key", "csrfmiddlewaretoken")}
