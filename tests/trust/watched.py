"""The situation of a corner of the hostile country: its figures counted, an alarm, and a report."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.situation.actions import figures, reports
from khumkan.situation.models import Alarm, SituationReport
from khumkan.situation.rules.targets import Target
from khumkan.situation.states import AlarmState

SYSTEM = Actor.system("world")
OFFICER = Actor(ActorKind.STAFF, 990_003, frozenset({Grant(Role.OFFICER)}))


@dataclass(frozen=True)
class Watched:
    """What there is to see and to take on."""

    alarm: Alarm
    report: SituationReport


def watched(province_code: str) -> Watched:
    """Count, raise an alarm that nobody has taken on, and make a report of a province."""
    figures.count(first=clock.today() - timedelta(days=30), by=SYSTEM)
    return Watched(an_alarm(province_code), reports.make(day=clock.today(), province_code=province_code, by=OFFICER))


def an_alarm(province_code: str, target: Target = Target.LATE_RESULTS) -> Alarm:
    """Make an alarm that nobody has taken on."""
    return Alarm.objects.create(
        reference=references.new("AL"), target=target.value, province_code=province_code, state=AlarmState.OPEN,
        value=Decimal(71), limit=Decimal(50), terms_version=1, opened_at=clock.now(),
    )  # fmt: skip
