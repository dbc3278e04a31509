"""A replayed wave shows officers exactly its input, and a demonstration has something of everything."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db.models import F
from django.test import Client
from pytest_django import Settings

from khumkan import capacity
from khumkan.accounts.testing import sign_in, user
from khumkan.isolation.choices import FacilityKind
from khumkan.isolation.models import Bed, Care, Facility, Observation, Pickup, Stay
from khumkan.isolation.queries import integrity
from khumkan.isolation.states import CareState, FacilityState, PickupState
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.messages.models import Message
from khumkan.registry.models import Person
from khumkan.screening.models import Case, DailyFigure, OutbreakAlert, Registration, Round, Session, Specimen
from khumkan.screening.states import RegistrationState, RoundState
from khumkan.simulation import campaign, demonstration, recorded, replay, stage
from khumkan.simulation.models import Country
from khumkan.simulation.recorded import Recording

FIRST, SECOND = date(2021, 7, 17), date(2021, 7, 18)


def silent(words: str, done: int, total: int) -> None:
    """A progress that nobody watches."""


@pytest.fixture
def recording() -> Recording:
    return Recording(cases={FIRST: {"10": 3, "20": 0}, SECOND: {"10": 1, "74": 2}})


@pytest.fixture
def replayed(db: None, recording: Recording) -> replay.Replayed:
    return replay.replay(recording, stage.make(recording, seed=1), progress=silent)


def test_officers_see_the_input_day_by_day_and_province_by_province(
    replayed: replay.Replayed, recording: Recording, client: Client
) -> None:
    assert (replayed.days, replayed.provinces, replayed.replayed) == (2, 3, recording.total)
    assert replayed.mismatches == []
    sign_in(client, user(Role.OFFICER))
    asked = {"first": "2021-07-17", "last": "2021-07-17", "lang": "en"}
    file = client.get("/office/tests/figures/province.csv", asked).content.decode("utf-8-sig")
    rows = {row["Province"]: row["New cases"] for row in csv.DictReader(file.splitlines())}
    assert rows["Bangkok"] == "3"
    assert rows["Chon Buri"] == "0"
    assert "Samut Sakhon" not in rows


def test_everybody_was_told_and_nobody_twice_tested(replayed: replay.Replayed) -> None:
    assert Registration.objects.exclude(state=RegistrationState.ANSWERED).count() == 0
    assert Specimen.objects.count() == Specimen.objects.values("person").distinct().count() == replayed.tested
    assert Case.objects.count() == replayed.replayed
    assert capacity.disagreements() == []


def test_a_changed_figure_is_a_mismatch(replayed: replay.Replayed, recording: Recording) -> None:
    DailyFigure.objects.filter(province_code="74", cases__gt=0).update(cases=F("cases") + 1)
    assert len(replay.compare(recording)[1]) == 1


def test_a_recording_with_every_kind_of_name_adds_up(db: None, tmp_path: Path) -> None:
    rows = ["Bangkok,2", "Buriram,1", "Atlantis,4", "Prison,3"]
    lines = [f"2021-07-{day},{row}" for day in (17, 18, 19) for row in rows]
    file = tmp_path / "cases.csv"
    file.write_text("\n".join(["date,province,new_cases", *lines]), encoding="utf-8")
    read = recorded.read(file, scale=1, seed=1)
    done = replay.replay(read, stage.make(read, seed=1), progress=silent)
    assert (done.days, done.provinces, done.replayed, done.mismatches) == (3, 2, 9, [])
    assert (read.total, read.apart, read.unmatched_cases) == (9, {"Prison": 9}, 12)
    assert read.total + sum(read.apart.values()) + read.unmatched_cases == 3 * (2 + 1 + 4 + 3)


def test_a_recording_without_a_day_shows_nothing(db: None) -> None:
    assert replay.compare(Recording()) == (0, [])


def test_a_demonstration_has_something_of_everything(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KHUMKAN_DEMO = True
    monkeypatch.setattr(campaign, "make", lambda **options: [])  # its own tests look at the campaign
    assert demonstration.standing() is None
    assert not demonstration.is_half_made()
    demonstration.make(persons=4_000, seed=1, days=1)
    country = demonstration.standing()
    assert country is not None
    assert (country.persons, country.seed) == (4_000, 1)
    assert not demonstration.is_half_made()
    assert Person.objects.count() == 4_000
    assert OutbreakAlert.objects.exists()
    assert Message.objects.filter(template="screening.outbreak_raised").count() >= 2
    assert set(Round.objects.values_list("state", flat=True)) == {RoundState.PLANNED, RoundState.ANNOUNCED}
    states = set(Registration.objects.values_list("state", flat=True))
    assert {RegistrationState.WAITING, RegistrationState.BOOKED, RegistrationState.CHECKED_IN} <= states
    assert {RegistrationState.SAMPLED, RegistrationState.ANSWERED} <= states
    assert len(demonstration.sign_ins()) >= 20
    _hospitels_take_people()
    _the_next_day_is_lively(country)
    _hospitels_are_lively()


def _hospitels_take_people() -> None:
    assert set(Facility.objects.values_list("kind", flat=True)) == {kind.value for kind in FacilityKind}
    assert Facility.objects.filter(state=FacilityState.SUSPENDED).count() == 1
    assert Bed.objects.filter(out_of_order_since__isnull=False).count() == 3
    assert Care.objects.count() == Case.objects.count() > 0


def _hospitels_are_lively() -> None:
    """Twelve days on, of which the last ten were lived."""
    with clock.set_to(clock.now() + timedelta(days=13)):
        assert Stay.objects.present().exists()
        first, after = clock.day_span(clock.today())
        assert Observation.objects.filter(at__gte=first, at__lt=after).exists()
        assert Pickup.objects.filter(state=PickupState.DELIVERED).exists()
    assert Care.objects.filter(state=CareState.DISCHARGED).exists()
    assert integrity.disagreements() == integrity.unrecorded() == []


def _the_next_day_is_lively(country: Country) -> None:
    assert not demonstration.refresh(country), "today was made lively when the country was made"
    for days in (1, 13):  # within the days that were opened ahead, and beyond them
        with clock.set_to(clock.now() + timedelta(days=days)):
            alerts = OutbreakAlert.objects.count()
            assert demonstration.refresh(country)
            states = set(Registration.objects.filter(session__day=clock.today()).values_list("state", flat=True))
            assert {RegistrationState.BOOKED, RegistrationState.CHECKED_IN, RegistrationState.SAMPLED} <= states
            assert OutbreakAlert.objects.count() > alerts
            assert Session.objects.filter(day__gt=clock.today(), is_public=True).exists()
            assert not demonstration.refresh(country)
    assert capacity.disagreements() == []
