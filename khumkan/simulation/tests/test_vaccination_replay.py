"""A replayed vaccination tells what was given beside what was recorded, and counts it as the officers' pages do."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import F

from khumkan.simulation import recorded_doses, staff, vaccination, vaccination_replay, vaccination_stage
from khumkan.simulation.recorded_doses import Scaled
from khumkan.simulation.tests.test_recorded_doses import HEADING
from khumkan.simulation.tests.test_replay import silent
from khumkan.simulation.vaccination_replay import Plot, Replayed
from khumkan.simulation.vaccination_stage import Span
from khumkan.vaccination.models import DailyDose, Injection
from khumkan.vaccination.queries import planning

FIRST, OPENS, LAST = date(2021, 6, 1), date(2021, 6, 6), date(2021, 6, 21)
#: In Bangkok 12 first doses in three weeks and supply enough; in Chon Buri as many, and 5 doses in all.
ROWS = (
    "2021-05-31,Bangkok,,60,0,0,3,0,",
    "2021-06-21,Bangkok,,60,0,0,15,3,",
    "2021-05-31,Chonburi,,5,0,0,0,0,",
    "2021-06-21,Chonburi,,5,0,0,12,0,",
)


def plot_of(**openings: list[str]) -> Plot:
    scaled = Scaled(recorded_doses.read([HEADING, *ROWS]), Fraction(1))
    return Plot(
        scaled=scaled,
        span=Span(FIRST, LAST),
        openings={date.fromisoformat(day.replace("_", "-")[1:]): codes for day, codes in openings.items()},
        officers=vaccination.officers(),
        seed=1,
    )


def run(**openings: list[str]) -> Replayed:
    staff.national()
    plot = plot_of(**openings)
    return vaccination_replay.replay(plot, vaccination_stage.make(plot.scaled, plot.span, seed=1), progress=silent)


def given_in(done: Replayed) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in done.cells:
        found[each.code] += sum(each.given)
    return found


def test_given_stands_beside_recorded_and_every_difference_is_told(db: None) -> None:
    done = run(d2021_06_06=["20"])
    assert len(done.cells) == 21 * 2
    assert (done.recorded, done.before) == (12 + 3 + 12, 3)
    assert done.given == Injection.objects.filter(site__isnull=False).count() > 0
    assert done.contradictions == planning.overbooked() == []
    assert done.opened == {"10": date(2021, 5, 30), "20": OPENS}
    early = [each for each in done.cells if each.code == "20" and each.day < OPENS + timedelta(days=2)]
    assert all(each.given == (0, 0) for each in early), "nobody is vaccinated before the province opens"
    assert any(each.differs for each in early), "a difference is told"
    assert 0 < given_in(done)["20"] <= 5, "nor beyond what was supplied"
    assert given_in(done)["10"] >= 12
    assert sum(each.given[1] for each in done.cells) >= 3, "second doses follow by themselves"
    _a_changed_counter_is_a_contradiction()


def _a_changed_counter_is_a_contradiction() -> None:
    at_sites = DailyDose.objects.filter(province_code="10", site_id__gt=0)
    at_sites.update(given=F("given") + 1)
    days = at_sites.values("day").distinct().count()
    assert len(vaccination_replay.contradictions(Span(FIRST, LAST))) == days > 0


def test_a_province_that_never_opens_gives_nothing(db: None) -> None:
    done = run()
    assert given_in(done)["20"] == 0
    assert done.waiting["area_not_open"] == 12
