"""Officers see which answers are late and where they stand still, within their provinces and without names."""

from collections.abc import Mapping

import pytest
from django.test import Client

from khumkan.accounts.testing import actor, sign_in, user
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.screening.choices import Method
from khumkan.screening.models import Specimen
from khumkan.screening.queries import late
from khumkan.screening.queries.late import Stage
from khumkan.screening.states import SpecimenState
from khumkan.screening.tests.at_the_lab import SYSTEM, a_laboratory, a_session_today, specimens
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI, a_site

pytestmark = pytest.mark.django_db
LATE, IN_TIME = 49, 47


def standing(state: SpecimenState, province: str = BANGKOK, *, hours_ago: float = LATE) -> Specimen:
    """Make one specimen that has come as far as `state`."""
    laboratory = None if state is SpecimenState.TAKEN else a_laboratory()
    session = a_session_today(a_site(province))
    return specimens(laboratory, state=state, session=session, hours_ago=hours_ago)[0]


def everywhere() -> dict[Stage, Specimen]:
    return {
        Stage.AT_SITE: standing(SpecimenState.TAKEN),
        Stage.ON_THE_WAY: standing(SpecimenState.SENT),
        Stage.IN_LABORATORY: standing(SpecimenState.RECEIVED),
    }


def test_each_stage_has_its_late_specimens() -> None:
    made = everywhere()
    for stage, specimen in made.items():
        assert list(late.late_for(SYSTEM, stage)) == [specimen]
    assert late.counts_for(SYSTEM) == dict.fromkeys(Stage, 1)
    assert late.late_for(SYSTEM).count() == 3


def test_a_pooled_one_is_in_the_laboratory_and_an_unread_rapid_test_at_the_site() -> None:
    pooled = standing(SpecimenState.POOLED)
    session = a_session_today(method=Method.RAPID)
    unread = specimens(None, state=SpecimenState.TAKEN, method=Method.RAPID, session=session, hours_ago=LATE)[0]
    assert list(late.late_for(SYSTEM, Stage.IN_LABORATORY)) == [pooled]
    assert list(late.late_for(SYSTEM, Stage.AT_SITE)) == [unread]


@pytest.mark.parametrize("state", [SpecimenState.RESULTED, SpecimenState.SPOILED])
def test_what_is_answered_is_not_late(state: SpecimenState) -> None:
    standing(state)
    assert late.late_for(SYSTEM).count() == 0


def test_what_is_within_the_hours_of_the_terms_is_not_late() -> None:
    standing(SpecimenState.TAKEN, hours_ago=IN_TIME)
    assert sum(late.counts_for(SYSTEM).values()) == 0


def test_an_officer_sees_the_sites_of_the_own_provinces() -> None:
    here, there = standing(SpecimenState.SENT), standing(SpecimenState.SENT, CHIANG_MAI)
    officer = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI)
    assert list(late.late_for(officer)) == [there]
    assert list(late.late_for(officer, province_code=BANGKOK)) == []
    assert list(late.late_for(SYSTEM, province_code=BANGKOK)) == [here]
    with pytest.raises(Missing):
        late.late_for(actor(Role.SWABBER))


def shown(client: Client, **asked: str) -> tuple[int, str]:
    answer = client.get("/office/tests/late/", {"lang": "en", **asked})
    return answer.status_code, answer.content.decode()


def test_the_page_lists_counts_and_narrows(client: Client) -> None:
    made: Mapping[Stage, Specimen] = everywhere()
    sign_in(client, user(Role.OFFICER))
    status, page = shown(client)
    assert status == 200
    assert all(specimen.code in page for specimen in made.values())
    assert "สมชาย" not in page
    _status, narrowed = shown(client, stage=Stage.ON_THE_WAY.value)
    assert made[Stage.ON_THE_WAY].code in narrowed
    assert made[Stage.AT_SITE].code not in narrowed


def test_the_overview_leads_there_with_the_count(client: Client) -> None:
    everywhere()
    sign_in(client, user(Role.OFFICER))
    page = client.get("/office/tests/", {"lang": "en"}).content.decode()
    assert '<a class="govuk-link" href="/office/tests/late/">Late answers</a></dt><dd class="kk-stat__figure">3' in page
