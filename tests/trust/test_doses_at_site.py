"""What somebody who means harm sends from a site, and shows as a certificate: times made up, keys used twice, forged codes.

What was asked about somebody's health is read by the site and by nobody else.
"""  # noqa: E501

import json
import uuid
from datetime import timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.urls import reverse

from khumkan.kernel import base45, clock, cose
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import records
from khumkan.vaccination.choices import Struck
from khumkan.vaccination.forms.field import ScreeningForm
from khumkan.vaccination.models import Certificate, Dose, Enrolment, Injection, Visit, VisitStep
from khumkan.vaccination.queries import certificates, signing
from khumkan.vaccination.rules.certificates import PREFIX
from tests.trust.sweep import addresses, send, taken_back
from tests.trust.table import TABLE
from tests.trust.test_doses_hostile import HUGE, NAMES, NASTY
from tests.trust.things import may, things
from tests.trust.world import World

pytestmark = pytest.mark.xdist_group("trust")


def steps_of(world: World, *steps: dict[str, object], visitor: str = "vaccinator_here") -> list[dict[str, str]]:
    """Send steps as a device that was cut off, and return what became of each."""
    body = json.dumps({"steps": steps})
    answer = world.visitor(visitor).client.post(
        reverse("vaccination:field_sync"), body, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    found: list[dict[str, str]] = answer.json()["steps"]
    return found


def a_step(dose: Dose, name: str, *, key: str = "", at: object = None, **fields: object) -> dict[str, object]:
    done_at = at if at is not None else clock.now().isoformat()
    return {"dose": dose.reference, "step": name, "client_key": key or str(uuid.uuid4()), "done_at": done_at, **fields}


MEASURED = {"temperature": "36.6", "systolic": "120", "diastolic": "80"}


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"steps": ' * 50_000, "null", "[null]", '{"steps": {}}', "{", '[{"dose": "\\ud800"}]', "[[]]"],
)
def test_a_batch_that_nobody_can_read_is_refused(world: World, body: str) -> None:
    client = world.visitor("vaccinator_here").client
    with taken_back():
        answer = client.post(reverse("vaccination:field_sync"), body, content_type="application/json")
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert {each["outcome"] for each in answer.json()["steps"]} <= {"refused", "wrong"}


@pytest.mark.parametrize("nasty", [*NASTY, "\ud800", None, [], {}, 1e308, HUGE, True, ["a", "b"]])
def test_no_value_of_a_step_breaks_the_batch(world: World, nasty: object) -> None:
    dose = world.here.campaign.doses["v_arrived"]
    fields = ("dose", "step", "client_key", "done_at", *MEASURED)
    with taken_back():
        for each in fields:
            (answer,) = steps_of(world, {**a_step(dose, "measure", **MEASURED), each: nasty})
            assert answer["outcome"] in ("taken", "refused", "wrong"), (each, answer)


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2021-13-45", "0001-01-01", "1e9"]
)
def test_no_time_of_a_step_breaks_the_batch(world: World, at: str) -> None:
    dose = world.here.campaign.doses["v_arrived"]
    with taken_back():
        (answer,) = steps_of(world, a_step(dose, "measure", at=at, **MEASURED))
        assert answer["outcome"] in ("taken", "refused")


def lot_of(world: World) -> str:
    return str(world.here.campaign.lot.pk)


def the_dose(world: World, **when: object) -> list[dict[str, object]]:
    """Return the steps of somebody who was let in, up to the needle."""
    dose = world.here.campaign.doses["v_arrived"]
    return [
        a_step(dose, "measure", **MEASURED),
        a_step(dose, "clear", **_screened()),
        a_step(dose, "inject", lot=lot_of(world), injected_in="left_arm", licence="ว12345", **when),
    ]


def _screened() -> dict[str, str]:
    return {name: "yes" if name == "consent" else "no" for name in ScreeningForm().fields if name != "doctor"}


def test_a_needle_dated_back_shortens_no_observation(world: World) -> None:
    """The needle is said to have been given before the person came in; half an hour counts from the step before."""
    dose = world.here.campaign.doses["v_arrived"]
    early = (clock.now() - timedelta(minutes=50)).isoformat()
    with taken_back():
        answers = [*steps_of(world, *the_dose(world, at=early)), *steps_of(world, a_step(dose, "leave"))]
        assert [each["outcome"] for each in answers] == ["taken", "taken", "taken", "refused"], answers
        given = Injection.objects.get(dose=dose)
        visit = Visit.objects.get(dose=dose)
        assert visit.observe_until is not None
        assert given.given_at is not None
        assert given.given_at >= visit.arrived_at
        assert visit.observe_until >= clock.now() + timedelta(minutes=25)


def test_a_step_replayed_with_another_time_changes_nothing(world: World) -> None:
    with taken_back():
        steps = the_dose(world)
        first = steps_of(world, *steps)
        assert {each["outcome"] for each in first} == {"taken"}
        before = list(VisitStep.objects.order_by("pk").values_list("done_at", "at", "state"))
        late = (clock.now() + timedelta(hours=1)).isoformat()
        again = steps_of(world, *({**each, "done_at": late} for each in steps))
        assert {each["outcome"] for each in again} == {"taken_before"}
        assert list(VisitStep.objects.order_by("pk").values_list("done_at", "at", "state")) == before
        assert Injection.objects.filter(dose=world.here.campaign.doses["v_arrived"]).count() == 1


def test_a_key_that_was_used_for_another_step_is_not_called_taken(world: World) -> None:
    """Whoever sends a new step under an old key is told that it was not taken, or a dose would be missing."""
    dose, key = world.here.campaign.doses["v_arrived"], str(uuid.uuid4())
    with taken_back():
        steps_of(world, a_step(dose, "measure", key=key, **MEASURED))
        (answer,) = steps_of(world, a_step(dose, "clear", key=key, **_screened()))
        assert answer["outcome"] == "refused"
        (foreign,) = steps_of(world, a_step(dose, "measure", key=key, **MEASURED), visitor="vaccinator_there")
        assert foreign["outcome"] == "refused"
        assert foreign["sentence"] != answer["sentence"], "of another site's person nothing is told"


def forged(world: World) -> dict[str, str]:
    """Return texts of codes that look like ours."""
    row = Certificate.objects.get(injection=world.here.campaign.injection, revoked_at=None)
    protected, payload, signature = cose.parts(bytes(row.signed))
    other = cose.Signer.of(Ed25519PrivateKey.generate().private_bytes_raw())
    ours = signing.signer()

    def text(header: object, said: bytes, signed: bytes, *, beside: object = None) -> str:
        head = header if isinstance(header, bytes) else cbor2.dumps(header)
        return PREFIX + base45.encode(cbor2.dumps(cbor2.CBORTag(18, [head, beside or {}, said, signed])))

    key = {cose.KEY_ID: ours.key_id}
    alien = cbor2.dumps({cose.ALGORITHM: cose.EDDSA, cose.KEY_ID: ours.key_id})
    return {
        "alg none": text({**key, cose.ALGORITHM: 0}, payload, b""),
        "no alg": text(key, payload, signature),
        "alg of a secret": text({**key, cose.ALGORITHM: 5}, payload, signature),
        "another key under our name": text(alien, payload, other.private.sign(cose.to_be_signed(alien, payload))),
        "another key": PREFIX + base45.encode(cose.sign(payload, other)),
        "key beside": text(protected, payload, signature, beside={4: ours.key_id}),
        "another payload": text(protected, payload[::-1], signature),
        "nested": PREFIX + base45.encode(b"\x81" * 2_500),
        "tags": PREFIX + base45.encode(b"\xc1" * 2_500),
        "endless": PREFIX + base45.encode(b"\x9f" * 2_500),
        "a length of the world": PREFIX + base45.encode(b"\xd2\x84\x5b\xff\xff\xff\xff\xff\xff\xff\xff"),
        "long": PREFIX + "A" * 100_000,
    }


def test_a_forged_code_is_never_genuine(world: World) -> None:
    client = world.visitor("anonymous").client
    name = world.here.people["v_given"].person.last_name
    with taken_back():
        for what, text in forged(world).items():
            page = client.post(reverse("vaccination:verify"), {"text": text})
            told = client.post(reverse("vaccination:verify"), {"text": text}, headers={"Accept": "application/json"})
            assert page.status_code in (200, 422), what
            assert name not in page.content.decode(), what
            assert told.json().get("outcome") != "valid", what


def test_control_the_code_itself_is_genuine(world: World) -> None:
    row = Certificate.objects.get(injection=world.here.campaign.injection, revoked_at=None)
    text = certificates.text_of(row)
    told = (
        world.visitor("anonymous")
        .client.post(reverse("vaccination:verify"), {"text": text}, headers={"Accept": "application/json"})
        .json()
    )
    assert told["outcome"] == "valid"


def test_the_certificate_of_a_withdrawn_record_holds_nowhere(world: World) -> None:
    """Struck: the check says so at once, the published list names it, the paper is drawn no more."""
    row = Certificate.objects.get(injection=world.here.campaign.injection, revoked_at=None)
    text, owner, anybody = certificates.text_of(row), world.visitor("v_given_here"), world.visitor("anonymous")
    listed = len(anybody.client.get(reverse("vaccination:revoked")).json()["hashes"])
    with taken_back():
        records.strike(injection=row.injection, because=Struck.NEVER_GIVEN, why="an empty syringe", by=SYSTEM)
        told = anybody.client.post(
            reverse("vaccination:verify"), {"text": text}, headers={"Accept": "application/json"}
        ).json()
        assert told["outcome"] == "revoked"
        assert len(anybody.client.get(reverse("vaccination:revoked")).json()["hashes"]) == listed + 1
        paper = send(owner.client, "GET", reverse("vaccination:my_certificate_pdf", args=[row.code]))
        assert paper.status_code == 422
        page = send(owner.client, "GET", reverse("vaccination:my_certificate", args=[row.code])).content.decode()
        assert PREFIX not in page


SYSTEM = Actor.system("test")
#: What only the person and the site know, and no employer, agent or officer reads.
DOCTOR = "Dr. Prawn"
ANSWERS = (DOCTOR.encode(), b"137/93")


def test_what_a_worker_said_of_their_health_is_read_by_nobody_else(world: World) -> None:
    """Sealed in the table, and on no page of the employer, the hotline or the office."""
    dose = world.here.campaign.doses["v_arrived"]
    with taken_back():
        steps_of(
            world,
            a_step(dose, "measure", temperature="36.9", systolic="137", diastolic="93"),
            a_step(dose, "clear", **{**_screened(), "doctor": DOCTOR}),
        )
        for step in VisitStep.objects.filter(visit__dose=dose):
            assert DOCTOR.encode() not in bytes(step.sealed or b"")
            assert b"137" not in bytes(step.sealed or b"")
        assert pages_that_say(world, ANSWERS) == []


READERS = ("v_booked_here", "v_given_here", "employer_here", "agent", "supervisor", "officer_here", "auditor")


def pages_that_say(world: World, words: tuple[bytes, ...], readers: tuple[str, ...] = READERS) -> list[str]:
    """Return which pages about this corner of the country say one of some words to anybody but its vaccinators."""
    found = []
    for visitor in map(world.visitor, readers):
        for name in NAMES:
            page = TABLE[name]
            if (page.roles and visitor.role not in page.roles) or page.get == frozenset({405}):
                continue
            for thing in things(world, page, list(addresses()[name])):
                if thing.corner is world.here and may(visitor, page, thing):
                    answer = send(visitor.client, "GET", reverse(name, args=thing.args))
                    text = answer.getvalue() if answer.streaming else answer.content
                    found += [f"{visitor.name} {name}" for word in words if word in text]
    return found


def test_control_what_somebody_is_told_of_themselves_is_found_by_the_same_search(world: World) -> None:
    name = world.here.people["v_given"].person.last_name.encode()
    assert pages_that_say(world, (name,), ("agent",))


def test_an_employer_learns_of_its_people_only_that_they_are_listed(world: World) -> None:
    """The page of who is on the list is the same whatever they answered: by name, and no state beside it."""
    employer = world.visitor("employer_here")
    roster = world.here.campaign.roster
    address = reverse("vaccination:listed_people", args=[roster.employer.reference, roster.phase_id])

    def row_of(name: str) -> str:
        person = world.here.people[name].person
        body = send(employer.client, "GET", address).content.decode()
        start = body.index(person.full_name)
        row = body[start : body.index("</tr>", start)]
        return row.replace(person.full_name, "").replace(person.reference, "")

    with taken_back():
        Enrolment.objects.update(invited_at=clock.now())
        rows = {name: row_of(name) for name in ("v_invited", "v_declined", "v_booked", "v_given")}
    assert len({_without_moment(each) for each in rows.values()}) == 1, rows


def _without_moment(row: str) -> str:
    return "".join(each for each in row if not each.isdigit())
