"""From a monthly filing to the covenant of a loan: the months that it touches are judged anew."""

from khumkan import record
from khumkan.kernel.actors import Actor
from khumkan.loans.actions import covenants
from khumkan.record.models import Event

KHUMKAN = Actor.system("journeys")


def months_filed(events: list[Event]) -> None:
    """Judge the loans of the employers anew."""
    for employer_id in sorted({int(event.data["employer"]) for event in events}):
        covenants.judge_employer(employer_id=employer_id, by=KHUMKAN)


record.listen("registry.month_filed", months_filed)
