"""One day in the hospitels after the other, lived through the public actions, in a demonstration and in a replay.

Who is found infected today answers tonight, gets a bed tonight and is brought there tonight; some answer late, some
want no bed, some are not found, for some no transport comes. In the morning nurses look, a doctor is called for who got
worse, who may go leaves, and beds that are clean go to those who still wait.
"""

import random
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, time, timedelta

from khumkan import policies
from khumkan.isolation.actions import cares, discharges, parties, rounds, stays, transfers, triage
from khumkan.isolation.choices import CareEnd, Decision, Level, Setting, ToldBy
from khumkan.isolation.models import Care, Escalation, Observation, Stay
from khumkan.isolation.queries import board
from khumkan.isolation.queries import discharges as discharge_queries
from khumkan.isolation.rules import discharge as discharge_rules
from khumkan.isolation.states import CareState, EscalationState, StayState
from khumkan.isolation.tasks import board as board_tasks
from khumkan.isolation.tasks import placing as tasks
from khumkan.isolation.terms.stays import StayTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.record.inline import run_jobs
from khumkan.simulation import hospitel_drives, hospitel_people

BY = Actor.system("simulation")
ROUND, DOCTOR, CONFIRM, LEAVE, MOVE, AFTERNOON, COME = (
    time(7), time(10, 15), time(10, 30), time(11), time(12), time(14), time(16)
)  # fmt: skip
EVENING_ROUND, ANSWER, MATCH, COME_TONIGHT, OVER = time(17), time(18, 30), time(19), time(20, 30), time(23, 50)
#: A round takes so long, in minutes.
ROUND_TAKES = 180
#: Of those asked, so many answer on the same evening; so many want no help. The hotline reaches most of the others.
ANSWERS_AT_ONCE, DECLINES, REACHED = 0.85, 0.03, 0.7
#: Of two who were asked and live in the same district so many are one household.
FAMILY = 0.4
#: So many of those in care get worse on a day, go at their own wish, and are better after some days in hospital.
WORSE, OWN_WISH, BETTER = 0.012, 0.002, 0.1
GOES_TO_HOSPITAL, DAYS_IN_HOSPITAL = 0.75, 4


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What happened on one day, and how it ended.

    :param admitted: people who came into a bed and lay in none before; `discharged` those who left the last one.
    :param in_beds: people who lie in beds at the end of the day; `waiting`, `held` and `at_home` likewise.
    :param on_board: occupied beds on the board that officers see then.
    """

    day: date
    admitted: int
    discharged: int
    in_beds: int
    on_board: int
    waiting: int
    held: int
    at_home: int


def live_a_day(
    day: date, *, generator: random.Random, driver: Actor, is_watched: bool, answers: float = ANSWERS_AT_ONCE
) -> Lived:
    """Live one day. Who was found infected on it must have been by now.

    :param driver: who brings people.
    :param answers: the share of those asked who answer in the evening.
    :param is_watched: whether everybody is looked at twice, or, to be faster, only who got worse or may go.
    """
    left = _live_the_morning(day, generator, is_watched=is_watched)
    admitted = 0
    with _at(day, MOVE):
        admitted += hospitel_drives.bring_all(generator, by=driver)
    with _at(day, AFTERNOON):
        answer_late(generator)
        match()
    with _at(day, COME):
        admitted += hospitel_drives.bring_all(generator, by=driver)
    if is_watched:
        with _at(day, EVENING_ROUND):
            nurses_round(generator, of_the_well=1, share_worse=0)
    with _at(day, ANSWER):
        find_families(generator)
        answer(generator, share=answers)
    with _at(day, MATCH):
        match()
    with _at(day, COME_TONIGHT):
        admitted += hospitel_drives.bring_all(generator, by=driver)
    with _at(day, OVER):
        cares.end_over(by=BY)
        board_tasks.keep_forecast(timestamp=0)
        run_jobs()
        return _lived(day, admitted=admitted, left=left)


def _live_the_morning(day: date, generator: random.Random, *, is_watched: bool) -> int:
    """Let the nurses look at everybody, the doctors decide, and those who may go leave; return how many left."""
    with _at(day, ROUND):
        nurses_round(generator, of_the_well=float(is_watched))
    with _at(day, DOCTOR):
        doctors_decide(generator)
        run_jobs()
    with _at(day, CONFIRM):
        confirm_discharges(generator)
    with _at(day, LEAVE):
        return leave()


def is_anybody_in_care() -> bool:
    """Tell whether a day would have anything to live."""
    return Care.objects.under_way().exists()


def nurses_round(
    generator: random.Random, *, of_the_well: float, share_worse: float = WORSE, minutes: float = ROUND_TAKES
) -> None:
    """Look at those in care, one after the other; some got worse.

    :param of_the_well: the share of those who are looked at though they are well and cannot go yet.
    :param minutes: that the round takes.
    """
    terms = policies.in_force(StayTerms, on=clock.today())
    begins, there = clock.now(), in_care()
    for number, care in enumerate(there):
        is_worse = care.level == Level.GREEN and generator.random() < share_worse
        if is_worse or _could_go(care, terms) or generator.random() < of_the_well:
            with clock.set_to(begins + timedelta(minutes=minutes * number / len(there))):
                look_at(care, generator, is_worse=is_worse)


def look_at(care: Care, generator: random.Random, *, is_worse: bool = False, by: Actor = BY) -> Observation:
    """Measure somebody and ask how they are."""
    vitals, symptoms = hospitel_people.worse(generator) if is_worse else (hospitel_people.well(generator), ())
    return rounds.observe(care=care, vitals=vitals, symptoms=symptoms, medicine_taken=not is_worse, by=by)


def doctors_decide(generator: random.Random, *, but_for: int = 0) -> None:
    """Let a doctor decide on everybody who got worse, and let who is better in hospital go back to a hospitel.

    :param but_for: so many of those who got worse last wait on for the doctor.
    """
    raised = Escalation.objects.filter(state=EscalationState.RAISED).select_related("care").order_by("-pk")
    for escalation in reversed(raised[but_for:]):
        in_hospital = escalation.care.setting == Setting.HOSPITAL
        goes = not in_hospital and generator.random() < GOES_TO_HOSPITAL
        transfers.decide(
            escalation=escalation,
            decision=Decision.HOSPITAL if goes else Decision.STAYS,
            doctor=generator.choice(hospitel_people.DOCTORS),
            level=Level(escalation.level),
            by=BY,
        )
    since = clock.now() - timedelta(days=DAYS_IN_HOSPITAL)
    there = Stay.objects.present().filter(room__level=Level.YELLOW, follows__isnull=False, arrived_at__lt=since)
    without = there.exclude(care__in=Escalation.objects.exclude(state=EscalationState.CLOSED).values("care"))
    for stay in without.select_related("care").order_by("pk"):
        if generator.random() < BETTER:
            transfers.step_down(care=stay.care, doctor=generator.choice(hospitel_people.DOCTORS), by=BY)


def confirm_discharges(generator: random.Random) -> int:
    """Confirm that those may go whom the terms let go, and a few at their own wish; return how many."""
    terms = policies.in_force(StayTerms, on=clock.today())
    confirmed = 0
    for care in in_care():
        at_own_wish = care.state == CareState.ADMITTED and generator.random() < OWN_WISH
        may = _could_go(care, terms) and bool(discharge_queries.may_go(care, terms=terms))
        if may or at_own_wish:
            try:
                discharges.confirm(care=care, because=CareEnd.RECOVERED if may else CareEnd.OWN_WISH, by=BY)
            except Refused:  # confirmed already, but not left
                continue
            confirmed += 1
    return confirmed


def leave(*, at_most: int | None = None) -> int:
    """Let those leave who may; return how many."""
    going = list(Stay.objects.filter(state=StayState.LEAVING).select_related("care").order_by("pk"))[:at_most]
    for stay in going:
        stays.leave(stay=stay, by=BY)
    return len(going)


def answer(generator: random.Random, *, share: float) -> None:
    """Let those who were asked answer on their phones; a few want no help."""
    for care in _asked():
        fate = generator.random()
        if fate < DECLINES:
            cares.decline(care=care, by=Actor.person(care.person_id))
        elif fate < DECLINES + share:
            _tell(care, generator, told_by=ToldBy.PERSON, by=Actor.person(care.person_id))


def find_families(generator: random.Random) -> None:
    """Bring some of those together who were asked today and live in the same district."""
    alone: dict[str, Care] = {}
    for care in _asked():
        district = care.person.district_code
        other = alone.pop(district, None)
        if other is None:
            alone[district] = care
        elif generator.random() < FAMILY:
            parties.join(care=other, other=care, by=BY)


def answer_late(generator: random.Random) -> None:
    """Let the hotline call those who have not answered in time."""
    for care in _asked():
        if care.answers_due_at > clock.now():
            continue
        if generator.random() < REACHED:
            _tell(care, generator, told_by=ToldBy.HOTLINE, by=BY)
        else:
            cares.note_called(care=care, by=BY)


def match() -> None:
    """Do what the queue does by itself: end what lapsed, look for beds for all who wait or have to move."""
    tasks.end_lapsed(timestamp=0)
    tasks.move_on(timestamp=0)
    if Care.objects.waiting().exists():
        tasks.match(timestamp=0)
    run_jobs()


def in_care() -> list[Care]:
    """Return those in beds and at home, the first found first."""
    there = Care.objects.filter(state__in=[CareState.ADMITTED, CareState.AT_HOME])
    return list(there.select_related("person").order_by("pk"))


def _asked() -> list[Care]:
    return list(Care.objects.filter(state=CareState.ASKED).select_related("person").order_by("pk"))


def _tell(care: Care, generator: random.Random, *, told_by: ToldBy, by: Actor) -> None:
    told, medicines = hospitel_people.answers_of(care.person, found_on=care.found_on, generator=generator)
    triage.answer(care=care, answers=told, medicines=medicines, told_by=told_by, by=by)


def _could_go(care: Care, terms: StayTerms) -> bool:
    """Tell whether somebody may go today if they were never severely ill; without asking the database."""
    return discharge_rules.earliest(care.found_on, care.symptom_on, terms) <= clock.today()


def _lived(day: date, *, admitted: int, left: int) -> Lived:
    return Lived(
        day=day,
        admitted=admitted,
        discharged=left,
        in_beds=Stay.objects.present().count(),
        on_board=board.board(BY).counts.occupied,
        waiting=Care.objects.waiting().count(),
        held=Stay.objects.promised(now=clock.now()).count(),
        at_home=Care.objects.filter(state=CareState.AT_HOME).count(),
    )


def _at(day: date, hour: time) -> AbstractContextManager[None]:
    return clock.set_to(clock.at(day, hour))
