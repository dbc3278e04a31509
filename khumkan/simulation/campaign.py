"""The vaccination campaign of the demonstration: made some weeks old, kept lively, and persons in it to sign in as."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from khumkan.kernel import clock
from khumkan.registry.models import Employer
from khumkan.simulation import staff, vaccination, vaccination_days, vaccination_today
from khumkan.simulation.vaccination import BEGAN, Campaign
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.models import Certificate, Dose, Enrolment
from khumkan.vaccination.states import DoseState, EnrolmentState

#: Hours of a day at which what is made on it begins.
MORNING = 8


def make(*, seed: int, hr: Employer) -> list[staff.Member]:
    """Make the campaign: its past weeks and its today; return who works at its sites.

    :param hr: the employer whose HR office can be looked at.
    """
    generator = random.Random(seed)  # noqa: S311 a demonstration, not a draw
    today = clock.today()
    one, other = vaccination.officers()
    bangkok, others = vaccination.make_sites()
    with clock.set_to(clock.day_span(today + timedelta(days=BEGAN))[0] + timedelta(hours=MORNING)):
        lots = vaccination.receive_lots(today)
    campaign = Campaign(one, other, bangkok, others, lots)
    vaccination_days.live(campaign, hr=hr, generator=generator)
    vaccination_today.make(campaign, hr=hr, generator=generator)
    return vaccination.staff_of(bangkok)


def refresh(*, seed: int, lively_on: date | None) -> None:
    """Live the last days since the campaign was lively, and bring people to its main site today."""
    bangkok = vaccination.standing_sites()
    if not bangkok:
        return
    generator = random.Random(seed)  # noqa: S311 a demonstration, not a draw
    vaccination_today.live_what_was_missed(bangkok, lively_on=lively_on, generator=generator)
    vaccination_today.refresh(bangkok, generator=generator)


def persons() -> Iterator[tuple[str, int]]:
    """Yield words and id of persons in telling situations."""
    found: tuple[tuple[str, QuerySet[Any]], ...] = (
        ("ผู้ประกันตนที่ได้รับเชิญฉีดวัคซีน ยังไม่ได้ตอบ", Enrolment.objects.filter(state=EnrolmentState.INVITED)),
        (
            "ผู้ประกันตนที่รอวันฉีดวัคซีน",
            Dose.objects.filter(state=DoseState.WAITING, waiting_because=WaitingBecause.NEXT_PLAN, number=1),
        ),
        (
            "ผู้ประกันตนที่มีนัดฉีดวัคซีน",
            Dose.objects.filter(state=DoseState.BOOKED, session__day__gt=clock.today() + timedelta(days=1)),
        ),
        ("ผู้ประกันตนที่ฉีดวัคซีนแล้ว มีใบรับรอง", Certificate.objects.filter(revoked_at=None)),
    )
    for label, rows in found:
        person_id = rows.order_by("-pk").values_list("person_id", flat=True).first()
        if person_id is not None:
            yield label, person_id
