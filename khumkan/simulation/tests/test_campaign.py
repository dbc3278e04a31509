"""The vaccination campaign of the demonstration has something of everything, and the next day is lively as well."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from khumkan.kernel import clock
from khumkan.registry.models import Employer
from khumkan.simulation import campaign, population, staff, vaccination_days
from khumkan.simulation.tests import campaigns
from khumkan.vaccination.models import Visit
from khumkan.vaccination.states import LIVE_VISITS

pytestmark = pytest.mark.timeout(900)


def test_a_campaign_has_something_of_everything(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KHUMKAN_DEMO = True
    monkeypatch.setattr(vaccination_days, "PEOPLE", 170)
    monkeypatch.setattr(vaccination_days, "OTHER_PEOPLE", 40)
    population.settle(population.country(persons=3_000, seed=1))
    staff.national()
    members = campaign.make(seed=1, hr=Employer.objects.order_by("-size", "pk")[0])
    assert len(members) == 2
    assert len(dict(campaign.persons())) == 4
    campaigns.is_under_way()
    today = clock.today()
    with clock.set_to(clock.now() + timedelta(days=1)):
        campaign.refresh(seed=2, lively_on=today)
        campaigns.is_lively_today()
        assert not Visit.objects.filter(session__day=today, state__in=LIVE_VISITS).exists(), "yesterday was ended"
