"""How many people staff look at: budgets, alerts, a second person who lets them go on, decoys; and controls."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.test import Client

from khumkan import policies, record
from khumkan.accounts import testing
from khumkan.capacity.testing import broken, race, won
from khumkan.hotline.actions import reading
from khumkan.hotline.models import Decoy, Reading, ReadingAlert
from khumkan.hotline.permissions.reading import WATCHERS
from khumkan.hotline.queries import reading as queries
from khumkan.hotline.reading_choices import AlertKind
from khumkan.hotline.rules.reading import Budget, Post, Span, post_of
from khumkan.hotline.states import AlertState
from khumkan.hotline.terms.reading import ReadingTerms
from khumkan.hotline.tests.desk import agent
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.record import watching
from khumkan.record.models import Event
from khumkan.vaccination.tests.country import a_person

pytestmark = pytest.mark.django_db
PAGE = "hotline:file"


@pytest.fixture
def terms() -> ReadingTerms:
    return policies.in_force(ReadingTerms, on=clock.today())


def look(by: Actor, *people: int) -> None:
    record.saw(by=by, person_ids=people, page=PAGE)


def saw(by: Actor, person_id: int) -> bool:
    """Look, and say that it was allowed: a race keeps only what is returned."""
    look(by, person_id)
    return True


def looks_of(by: Actor) -> int:
    """Return how many looks stand in the record: what was really shown."""
    return Event.objects.filter(name="record.saw", actor_id=by.id).count()


def until_refused(by: Actor, *, first: int = 1) -> int:
    """Let somebody open one person after the other until they are refused; return how many they saw."""
    for person_id in range(first, first + 2_000):
        try:
            look(by, person_id)
        except Refused:
            return person_id - first
    raise AssertionError("nobody stopped them")


def test_one_more_than_the_hour_allows_is_refused_and_noticed_at_once(terms: ReadingTerms) -> None:
    by = agent()
    assert until_refused(by) == terms.desk_hour == looks_of(by)
    alert = ReadingAlert.objects.get(staff_id=by.id)
    assert (alert.kind, alert.state, alert.tries) == (AlertKind.HOUR, AlertState.OPEN, 1)
    assert alert.people == terms.desk_hour + 1
    assert Event.objects.filter(name="hotline.reading_alert", actor_id=by.id).count() == 1
    assert clock.now() - alert.at < timedelta(seconds=60)


def test_who_goes_on_trying_makes_one_alert_that_counts(terms: ReadingTerms) -> None:
    by = agent()
    until_refused(by)
    for person_id in range(5_000, 5_005):
        with pytest.raises(Refused):
            look(by, person_id)
    assert ReadingAlert.objects.get(staff_id=by.id).tries == 6
    assert not Reading.objects.filter(staff_id=by.id, person_id__gte=5_000).exists()


def test_people_seen_already_cost_nothing(terms: ReadingTerms) -> None:
    by = agent()
    until_refused(by)
    shown = looks_of(by)
    for person_id in range(1, terms.desk_hour + 1):
        look(by, person_id)
    assert looks_of(by) == shown + terms.desk_hour


def test_a_list_that_is_too_long_is_not_shown_at_all(terms: ReadingTerms) -> None:
    by = agent()
    with pytest.raises(Refused):
        look(by, *range(1, terms.desk_hour + 2))
    assert looks_of(by) == 0
    assert Reading.objects.filter(staff_id=by.id).count() == 0


def test_an_hour_later_the_day_still_counts(terms: ReadingTerms) -> None:
    by, seen = agent(), 0
    start = clock.now()
    for hour in range(10):
        with time_machine.travel(start + timedelta(minutes=61 * hour), tick=False):
            seen += until_refused(by, first=1 + 1_000 * hour)
            if ReadingAlert.objects.filter(staff_id=by.id, kind=AlertKind.DAY).exists():
                break
    assert seen == terms.desk_day


def test_a_day_later_all_is_forgotten() -> None:
    by = agent()
    until_refused(by)
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        assert reading.forget_old() >= 60
        look(by, 900_001)
    assert Reading.objects.filter(staff_id=by.id).count() == 1


def test_persons_systems_and_others_are_not_counted() -> None:
    person = a_person()
    for by in (Actor.person(person.pk), Actor.system("test")):
        look(by, *range(10_000, 10_400))
    assert not Reading.objects.exists()
    one, other = agent(), agent()
    until_refused(one)
    look(other, 1)


def test_a_second_person_lets_somebody_go_on_for_a_while(terms: ReadingTerms) -> None:
    by, boss = agent(), agent(Role.SUPERVISOR)
    until_refused(by)
    alert = ReadingAlert.objects.get(staff_id=by.id)
    reading.allow(alert=alert, why="announcement in her province", by=boss)
    assert until_refused(by, first=2_001) == terms.more
    assert ReadingAlert.objects.filter(staff_id=by.id).count() == 2, "the next time is a new alert"
    event = Event.objects.get(name="hotline.reading_allowed")
    assert (event.actor_id, event.data["user"]) == (boss.id, by.id)


def test_what_was_allowed_ends(terms: ReadingTerms) -> None:
    by, boss = agent(), agent(Role.SUPERVISOR)
    until_refused(by)
    reading.allow(alert=ReadingAlert.objects.get(staff_id=by.id), why="busy", by=boss)
    with time_machine.travel(clock.now() + timedelta(minutes=terms.more_minutes, seconds=1), tick=False):
        assert until_refused(by, first=2_001) == terms.desk_hour, "the hour began anew, and nothing on top"


def test_settling_an_alert_gives_nothing() -> None:
    by = agent()
    until_refused(by)
    reading.settle(alert=ReadingAlert.objects.get(staff_id=by.id), why="was warned", by=agent(Role.SUPERVISOR))
    with pytest.raises(Refused):
        look(by, 99_999)


def test_nobody_allows_themselves_and_nobody_decides_twice_or_without_a_reason() -> None:
    boss = agent(Role.SUPERVISOR)
    until_refused(boss)
    alert = ReadingAlert.objects.get(staff_id=boss.id)
    with pytest.raises(Refused, match="about you"):
        reading.allow(alert=alert, why="I need it", by=boss)
    other = agent(Role.SUPERVISOR)
    with pytest.raises(Refused, match="say why"):
        reading.allow(alert=alert, why=" ", by=other)
    reading.settle(alert=alert, why="talked", by=other)
    with pytest.raises(Refused, match="already"):
        reading.allow(alert=alert, why="again", by=other)


@pytest.mark.parametrize("role", sorted(set(Role) - {*WATCHERS, Role.PERSON, Role.CLIENT, Role.SYSTEM}))
def test_nobody_else_looks_into_alerts(role: Role) -> None:
    by = agent()
    until_refused(by)
    alert = ReadingAlert.objects.get(staff_id=by.id)
    with pytest.raises(Missing):
        reading.allow(alert=alert, why="for a friend", by=testing.actor_of(testing.user(role)))
    with pytest.raises(Missing):
        queries.alerts_for(testing.actor_of(testing.user(role)))


def test_who_works_where_more_people_pass_has_a_larger_budget(terms: ReadingTerms) -> None:
    assert post_of([Role.AGENT]) is post_of([Role.AUDITOR]) is post_of([]) is Post.DESK
    assert post_of([Role.AGENT, Role.NURSE]) is Post.SITE
    assert post_of([Role.OFFICER]) is Post.OFFICE
    nurse = testing.actor_of(testing.user(Role.NURSE))
    assert until_refused(nurse) == terms.site_hour > terms.desk_hour


def test_the_shorter_time_is_named_first() -> None:
    budget = Budget(60, 200)
    assert budget.passed_by(60, 200) is None
    assert budget.passed_by(61, 201) is Span.HOUR
    assert budget.passed_by(60, 201) is Span.DAY
    assert budget.with_more(5).passed_by(65, 205) is None


# decoys


@pytest.fixture
def keeper() -> Actor:
    return testing.actor_of(testing.user(Role.PRIVACY_OFFICER))


@pytest.fixture
def decoy(keeper: Actor) -> Decoy:
    return reading.set_decoy(person=a_person(), by=keeper)


def test_who_opens_a_decoy_sees_it_and_is_noticed(decoy: Decoy, keeper: Actor) -> None:
    by = agent()
    look(by, decoy.person_id)
    alert = ReadingAlert.objects.get(staff_id=by.id)
    assert (alert.kind, alert.page) == (AlertKind.DECOY, PAGE)
    assert list(queries.listed(keeper, is_open=True)) == [alert]
    assert not queries.listed(agent(Role.SUPERVISOR), is_open=True).exists(), "the desk does not learn who is a decoy"
    with pytest.raises(Missing):
        queries.alert_for(agent(Role.SUPERVISOR), alert.pk)


def test_a_decoy_among_many_is_noticed_also_where_the_list_is_refused(decoy: Decoy) -> None:
    by = agent()
    with pytest.raises(Refused):
        look(by, decoy.person_id, *range(700_000, 700_100))
    assert set(ReadingAlert.objects.filter(staff_id=by.id).values_list("kind", flat=True)) == {
        AlertKind.HOUR,
        AlertKind.DECOY,
    }


def test_who_keeps_decoys_is_not_noticed_and_a_withdrawn_one_is_nobody(decoy: Decoy, keeper: Actor) -> None:
    look(keeper, decoy.person_id)
    reading.withdraw_decoy(decoy=decoy, by=keeper)
    look(agent(), decoy.person_id)
    assert not ReadingAlert.objects.exists()


def test_a_decoy_is_allowed_to_nobody(decoy: Decoy, keeper: Actor) -> None:
    by = agent()
    look(by, decoy.person_id)
    with pytest.raises(Refused, match="Nobody"):
        reading.allow(alert=ReadingAlert.objects.get(staff_id=by.id), why="please", by=keeper)


def test_decoys_are_for_data_protection_officers(decoy: Decoy, keeper: Actor) -> None:
    boss = agent(Role.SUPERVISOR)
    for act in (
        partial(reading.set_decoy, person=a_person(), by=boss),
        partial(reading.withdraw_decoy, decoy=decoy, by=boss),
        partial(queries.decoys, boss),
    ):
        with pytest.raises(Missing):
            act()
    with pytest.raises(Refused, match="already"):
        reading.set_decoy(person=decoy.person, by=keeper)


# in a browser, walking from one reference to the next


def walk(client: Client, references: list[str]) -> list[int]:
    return [client.get(f"/desk/file/{reference}/").status_code for reference in references]


@pytest.fixture
def references(terms: ReadingTerms) -> list[str]:
    return [a_person().reference for _ in range(terms.desk_hour + 5)]


def test_an_agent_who_walks_through_the_register_gets_sixty_people(references: list[str], terms: ReadingTerms) -> None:
    member = testing.user(Role.AGENT)
    client = testing.sign_in(Client(), member)
    answers = walk(client, references)
    assert answers == [200] * terms.desk_hour + [422] * 5
    page = client.get(f"/desk/file/{references[-1]}/", headers={"Accept-Language": "en"})
    assert b"supervisor" in page.content or "หัวหน้า" in page.content.decode()
    assert ReadingAlert.objects.get(staff_id=member.pk).tries == 6


@pytest.fixture
def nobody_watches() -> Iterator[None]:
    watching.forget(reading.watch)
    yield
    record.watch(reading.watch)


def test_control_without_the_budget_the_same_walk_sees_everybody(references: list[str], nobody_watches: None) -> None:
    client = testing.sign_in(Client(), testing.user(Role.AGENT))
    assert walk(client, references) == [200] * len(references)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_forty_at_once_see_no_more_than_one_after_the_other(terms: ReadingTerms) -> None:
    by = agent()
    look(by, *range(1, terms.desk_hour - 4))
    results = race([partial(saw, by, 10_000 + number) for number in range(40)], threads=20)
    assert broken(results) == []
    assert len(won(results)) == 5
    assert looks_of(by) == terms.desk_hour
    assert ReadingAlert.objects.get(staff_id=by.id).tries == 35


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_counted_side_by_side_more_are_seen(terms: ReadingTerms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LOCK", "SELECT 1;")
    most = 0
    for attempt in range(20):
        by = agent()
        look(by, *range(1, terms.desk_hour))
        results = race([partial(saw, by, 10_000 + number) for number in range(20)], threads=20)
        assert broken(results) == [], attempt
        most = max(most, len(won(results)))
        if most > 1:
            return
    raise AssertionError("without the lock nobody saw more")
