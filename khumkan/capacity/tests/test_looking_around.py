"""Nothing takes the place of a budget: a hold that does not look around names nothing else when it is refused."""

from datetime import timedelta

import pytest

from khumkan import capacity
from khumkan.capacity import Full
from khumkan.capacity.testing import OFFICE, supplies

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("looks_around", "named"), [(True, 1), (False, 0)])
def test_a_refusal_names_other_supplies_where_it_is_asked_to(looks_around: bool, named: int) -> None:
    small, _large = supplies(3, 9)
    with pytest.raises(Full) as refusal:
        capacity.hold(
            supply_id=small,
            purpose="tests",
            employer_id=1,
            amount=5,
            lasting=timedelta(minutes=5),
            looks_around=looks_around,
            by=OFFICE,
        )
    assert (refusal.value.free, len(refusal.value.next_best)) == (3, named)
