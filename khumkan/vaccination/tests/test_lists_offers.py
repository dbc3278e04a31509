"""For which phases an employer may send a list: those that are open where it is; others while districts are chosen."""

import pytest

from khumkan.kernel.errors import Missing
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer
from khumkan.vaccination.queries import lists
from khumkan.vaccination.tests.choosing import awaiting
from khumkan.vaccination.tests.country import a_phase, an_employer, hr_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def phase() -> Phase:
    return a_phase()


@pytest.fixture
def far_away() -> Employer:
    """An employer outside Bangkok, where the phase is not open."""
    return an_employer(subdistrict_code="", district_code="2401", province_code="24")


def offered(employer: Employer) -> list[int]:
    return [each.phase.pk for each in lists.offers_for(hr_of(employer))]


def test_a_phase_is_offered_where_it_is_open_and_nowhere_else(phase: Phase, far_away: Employer) -> None:
    near = an_employer()
    assert offered(near) == [phase.pk]
    assert offered(far_away) == []
    with pytest.raises(Missing):
        lists.offer_for(hr_of(far_away), far_away.reference, phase.pk)


def test_while_districts_are_to_be_chosen_whoever_may_be_among_them_sends_a_list(
    phase: Phase, far_away: Employer
) -> None:
    awaiting(frame_codes=["24"])
    assert offered(far_away) == [phase.pk]
    assert lists.offer_for(hr_of(far_away), far_away.reference, phase.pk).is_open
    elsewhere = an_employer(subdistrict_code="", district_code="5001", province_code="50")
    assert offered(elsewhere) == []
