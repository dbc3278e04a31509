"""The API for systems of sites: values of people in their care, and their free beds; never a name."""

import json
import uuid

import pytest
from django.http import HttpResponse
from django.test import Client

from khumkan.accounts import tokens
from khumkan.accounts.models import ApiToken
from khumkan.accounts.testing import user
from khumkan.isolation.actions import sites, stays
from khumkan.isolation.actions.sites import RoomPlan
from khumkan.isolation.api import BEDS, OBSERVATIONS
from khumkan.isolation.choices import Level, ToldBy
from khumkan.isolation.models import Escalation, Facility, Observation, Stay
from khumkan.isolation.states import FacilityState
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import ScopeKind
from khumkan.record.models import Event

pytestmark = pytest.mark.django_db


def token(site_id: int | None, *scopes: str) -> str:
    prefix, secret = tokens.new_parts()
    ApiToken.objects.create(
        name="site system",
        prefix=prefix,
        secret_hash=tokens.hash_of(secret),
        scopes=list(scopes or (OBSERVATIONS, BEDS)),
        scope_kind=ScopeKind.SITE if site_id else ScopeKind.NATIONAL,
        key=str(site_id or ""),
        owner=user(),
        expires_at=clock.now().replace(year=clock.now().year + 1),
    )
    return tokens.written(prefix, secret)


def get(held: str, path: str) -> HttpResponse:
    return Client(headers={"Authorization": f"Bearer {held}"}).get(f"/api/isolation/{path}")


def post(held: str, path: str, body: object, key: str = "") -> HttpResponse:
    headers = {"Authorization": f"Bearer {held}", "Idempotency-Key": key or uuid.uuid4().hex}
    return Client(headers=headers).post(f"/api/isolation/{path}", json.dumps(body), content_type="application/json")


def in_bed(house: Facility) -> Stay:
    stay = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    assert stay.site_id == house.pk
    return stay


def test_a_site_sends_what_its_instruments_measured() -> None:
    house = hotel.a_hotel(rooms=1)
    stay = in_bed(house)
    path, key = f"cares/{stay.care.reference}/observations", uuid.uuid4().hex
    held = token(house.pk)
    made = post(held, path, {"temperature": "36.8", "spo2": 98}, key)
    assert (made.status_code, made.json()["level"]) == (201, Level.GREEN)
    assert post(held, path, {"temperature": "36.8", "spo2": 98}, key).content == made.content
    (seen,) = Observation.objects.all()
    assert (seen.told_by, seen.spo2, seen.stay_id, seen.by_staff) == (ToldBy.SYSTEM, 98, stay.pk, None)
    assert Event.objects.get(name="isolation.observed").actor_kind == "client"
    assert post(held, path, {"spo2": 85, "symptoms": ["gasping"]}).json()["level"] == Level.RED
    assert Escalation.objects.get().care_id == stay.care_id
    assert stay.person.first_name not in made.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"spo2": 30},
        {"temperature": "99"},
        {"spo2": 98, "name": "x"},
        {"symptoms": ["hungry"]},
        {"spo2": "many"},
        [],
    ],
)
def test_what_cannot_be_is_refused(body: object) -> None:
    house = hotel.a_hotel(rooms=1)
    answer = post(token(house.pk), f"cares/{in_bed(house).care.reference}/observations", body)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert not Observation.objects.exists()


def test_people_and_sites_of_others_look_as_if_they_did_not_exist() -> None:
    house, other = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=0)
    stay, waits = in_bed(house), hotel.waiting()
    held = token(other.pk)
    answers = [
        post(held, f"cares/{reference}/observations", {"spo2": 98})
        for reference in (stay.care.reference, waits.reference, "H-22222-22222")
    ]
    answers += [get(held, f"sites/{reference}/free-beds") for reference in (house.site.reference, "L-22222-22222")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert post(token(None), f"cares/{waits.reference}/observations", {"spo2": 98}).status_code == 404
    assert post(token(house.pk, BEDS), f"cares/{stay.care.reference}/observations", {"spo2": 98}).status_code == 401
    assert not Observation.objects.exists()


def test_free_beds_by_level() -> None:
    house = hotel.a_hotel(rooms=2)
    ward = RoomPlan(floor="5", number="501", beds=3, level=Level.YELLOW)
    sites.make_rooms(facility=house, rooms=[ward], offered_from=clock.today(), by=hotel.OFFICE)
    hotel.held()
    path = f"sites/{house.site.reference}/free-beds"
    found = get(token(house.pk), path).json()
    assert found == [{"level": 1, "free": 1, "beds": 2}, {"level": 2, "free": 3, "beds": 3}]
    assert get(token(None), path).json() == found
    sites.set_state(facility=house, to=FacilityState.SUSPENDED, why="no water", by=hotel.OFFICE)
    assert get(token(house.pk), path).json() == []
