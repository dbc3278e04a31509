"""The desk of the demonstration is busy: something in every state, two agents, a queue; and so it is the next day."""

from datetime import timedelta

from pytest_django import Settings

from khumkan.hotline.models import Article, Case, Presence, SearchGap
from khumkan.hotline.states import CaseState
from khumkan.kernel import clock
from khumkan.policies.actions import seed
from khumkan.simulation import hotline_desk, population, staff


def test_the_desk_is_busy_today_and_the_next_day(db: None, settings: Settings) -> None:
    settings.KHUMKAN_DEMO = True
    seed()
    population.settle(population.country(persons=1_500, seed=1))
    staff.national()
    hotline_desk.make()
    assert Case.objects.count() >= hotline_desk.CALLS
    assert set(Case.objects.order_by().values_list("state", flat=True).distinct()) == set(CaseState)
    assert Case.objects.filter(escalated_at__isnull=False).exists()
    assert Case.objects.live().values("owner").filter(owner__isnull=False).distinct().count() == len(
        hotline_desk.AGENTS
    )
    assert Presence.objects.filter(until__gt=clock.now()).count() == len(hotline_desk.AGENTS)
    assert Article.objects.count() >= 100
    assert SearchGap.objects.count() == len(hotline_desk.IN_VAIN)
    before = Case.objects.count()
    with clock.set_to(clock.now() + timedelta(days=1)):
        hotline_desk.refresh()
        assert Presence.objects.filter(until__gt=clock.now()).count() == len(hotline_desk.AGENTS)
    assert Case.objects.count() > before
