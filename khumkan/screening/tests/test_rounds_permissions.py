"""Who may run which round, with the negative control beside each."""

import pytest

from khumkan.accounts.testing import actor
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event
from khumkan.screening.actions import rounds
from khumkan.screening.models import Drawn
from khumkan.screening.queries import risk
from khumkan.screening.queries import rounds as queries
from khumkan.screening.states import RoundState
from khumkan.screening.tests.drawing import FIFTH, a_plan, a_round, an_employer
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI

pytestmark = pytest.mark.django_db

NATIONAL = actor(Role.OFFICER)
OF_BANGKOK = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=BANGKOK)
OF_CHIANG_MAI = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=CHIANG_MAI)
OTHERS = [
    actor(Role.SWABBER),
    actor(Role.LAB),
    actor(Role.AGENT),
    actor(Role.AUDITOR),
    actor(Role.ADMINISTRATOR),
    actor(Role.EMPLOYER, scope_kind=ScopeKind.EMPLOYER, key=1),
    Actor.person(1),
]


@pytest.mark.parametrize("by", [NATIONAL, OF_BANGKOK])
def test_officers_of_the_country_and_the_province_plan_and_run(by: Actor) -> None:
    made = a_round([an_employer()], upto=RoundState.ANNOUNCED, by=by)
    assert queries.round_for(by, made.reference) == made


@pytest.mark.parametrize("by", [OF_CHIANG_MAI, *OTHERS])
def test_nobody_else_does(by: Actor) -> None:
    employer = an_employer()
    with pytest.raises(Refused):
        rounds.plan(plan=a_plan(), design=FIFTH, employer_ids=[employer.pk], by=by)
    made = a_round([employer])
    steps = [
        lambda: rounds.redesign(round=made, design=FIFTH, by=by),
        lambda: rounds.choose_enterprises(round=made, employer_ids=[employer.pk], by=by),
        lambda: rounds.freeze(round=made, by=by),
        lambda: rounds.draw(round=made, by=by),
        lambda: rounds.announce(round=made, by=by),
        lambda: rounds.call_substitutes(round=made, by=by),
        lambda: rounds.close(round=made, by=by),
        lambda: rounds.cancel(round=made, by=by),
    ]
    for step in steps:
        with pytest.raises(Missing):
            step()
    made.refresh_from_db()
    assert made.state == RoundState.PLANNED


def test_a_round_of_the_whole_country_needs_an_officer_of_the_whole_country() -> None:
    employer = an_employer()
    with pytest.raises(Refused):
        rounds.plan(plan=a_plan(""), design=FIFTH, employer_ids=[employer.pk], by=OF_BANGKOK)
    assert rounds.plan(plan=a_plan(""), design=FIFTH, employer_ids=[employer.pk], by=NATIONAL).pk


def test_lists_keep_to_the_province() -> None:
    mine = a_round([an_employer()])
    other = a_round([an_employer(province=CHIANG_MAI)], province=CHIANG_MAI)
    assert list(queries.rounds_for(OF_BANGKOK)) == [mine]
    assert set(queries.rounds_for(NATIONAL)) == {mine, other}
    assert set(queries.rounds_for(actor(Role.AUDITOR))) == {mine, other}
    assert not queries.rounds_for(actor(Role.SWABBER)).exists()
    with pytest.raises(Missing):
        queries.round_for(OF_BANGKOK, other.reference)
    with pytest.raises(Refused):
        risk.riskiest(OF_BANGKOK, province_code=CHIANG_MAI, on=mine.first_day)


def test_before_the_freeze_nothing_is_public() -> None:
    made = a_round([an_employer()])
    with pytest.raises(Missing):
        queries.public_round(made.reference)
    rounds.freeze(round=made, by=NATIONAL)
    assert queries.public_round(made.reference) == made


def test_an_employer_sees_the_called_of_its_own_only_and_each_look_is_on_record() -> None:
    own, other = an_employer(30), an_employer(30)
    made = a_round([own, other], upto=RoundState.ANNOUNCED)
    by = actor(Role.EMPLOYER, scope_kind=ScopeKind.EMPLOYER, key=own.pk)
    visit = queries.visits_of(by)[0]
    assert visit.employer == own
    names = {person.pk for person in queries.called_of(by, visit)}
    assert names == set(
        Drawn.objects.filter(round=made, employer=own, is_substitute=False).values_list("person_id", flat=True)
    )
    seen = Event.objects.filter(name="record.saw", actor_id=by.id).values_list("person_id", flat=True)
    assert set(seen) == names
    with pytest.raises(Missing):
        queries.visit_for(by, employer=other.reference, session=visit.session.reference)


def test_an_employer_hears_nothing_before_the_announcement() -> None:
    own = an_employer(30)
    a_round([own], upto=RoundState.DRAWN)
    assert queries.visits_of(actor(Role.EMPLOYER, scope_kind=ScopeKind.EMPLOYER, key=own.pk)) == []
