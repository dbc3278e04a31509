"""The past weeks of the made-up campaign: lists, wishes, first doses, the days after them, second doses, phase 2."""

import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, time, timedelta

from khumkan.kernel import clock
from khumkan.kernel.errors import Refused
from khumkan.places.models import Site
from khumkan.policies.models import Phase
from khumkan.record.inline import run_jobs
from khumkan.registry.models import Employer
from khumkan.simulation import vaccination, vaccination_lists, vaccination_visits
from khumkan.simulation.vaccination import BEGAN, BY, Campaign
from khumkan.vaccination.actions import aftercare, closing, coverage, insured, missing, reminding
from khumkan.vaccination.actions.aftercare import Told
from khumkan.vaccination.choices import Reaction, ToldBy, Vaccine
from khumkan.vaccination.models import FollowUp, Roster
from khumkan.vaccination.queries.phases import PROGRAMME
from khumkan.vaccination.states import FollowUpState

MORNING, NOON, NIGHT = time(9), time(12), time(23, 58)
#: Days from today on which first doses were given, on which the second plan was made, and on which it begins.
FIRST_DOSES, PLANNED_AGAIN, SECOND_DOSES = range(-29, -25), -4, -1
#: The last day that is planned already, and places a day at the main site and at the others: for first doses then, on
#: the day before today, and from today on.
PLANNED_UNTIL, FEW_PLACES, MAIN_PLACES, PLACES = 9, (14, 4), 26, 16
#: People on the lists of Bangkok and of the other provinces; a small country has fewer.
PEOPLE, OTHER_PEOPLE = 180, 60
OTHER_PROVINCES = ("11", "13", "20", "74")
#: Workers whom the largest employer listed in the beginning.
LISTED_FIRST = 30
#: Of those who are asked how they feel so many answer, and so many of these feel something.
ANSWER, FEEL = 0.6, 0.45
MILD = (Reaction.PAIN, Reaction.TIRED, Reaction.HEADACHE, Reaction.MUSCLES, Reaction.FEVER)
WORDS = "หายใจไม่สะดวกหลังฉีดสองชั่วโมง"
ROUTED_TO, OUTCOME = "โรงพยาบาลร่มเกล้าพระนคร ห้องฉุกเฉิน", "แพทย์ตรวจแล้ว เป็นอาการแพ้เล็กน้อย กลับบ้านได้"


def live(campaign: Campaign, *, hr: Employer, generator: random.Random) -> None:
    """Live the weeks before today.

    :param hr: the employer whose HR office can be looked at.
    """
    today = clock.today()
    with _at(today, BEGAN, MORNING):
        rosters = _begin(campaign, today, hr)
    with _at(today, BEGAN + 1, NOON):
        vaccination_lists.decide(vaccination_lists.invited(), generator)
        run_jobs()
    with _at(today, BEGAN + 1, NIGHT):
        _first_plan(campaign, today)
    for number in range(FIRST_DOSES.start, 0):
        _live_a_day(campaign, today, number, generator, _of_day(campaign, today, number, rosters, generator))


def close_days(sites: Iterable[Site], day: date) -> None:
    """Close a day of sites that had one."""
    for site in sites:
        try:
            closing.close_day(site=site, day=day, by=BY)
        except Refused:
            continue  # no session there on that day, or closed by hand


def ask_how_people_feel(generator: random.Random) -> None:
    """Ask those whose day has come, and let most of them answer."""
    aftercare.close_missed(by=BY)
    aftercare.ask_due(by=BY)
    due = FollowUp.objects.filter(state=FollowUpState.DUE, due_on=clock.today(), injection__struck_at=None)
    for follow_up in due.order_by("pk"):
        if generator.random() < ANSWER:
            felt = generator.sample(MILD, k=generator.choice((1, 1, 2))) if generator.random() < FEEL else []
            told = Told(reactions=felt, words="", told_by=ToldBy.PERSON)
            aftercare.answer(follow_up=follow_up, told=told, by=BY)


def somebody_feels_worse() -> None:
    """Let one of those who were asked today and have not answered tell of a warning sign, which becomes a report."""
    asked = FollowUp.objects.filter(state=FollowUpState.DUE, due_on=clock.today(), injection__struck_at=None)
    follow_up = asked.order_by("-pk").first()
    if follow_up is not None:
        told = Told(reactions=[Reaction.CHEST], words=WORDS, told_by=ToldBy.PERSON)
        aftercare.answer(follow_up=follow_up, told=told, by=BY)


def count(*, since: date) -> None:
    """Count insured persons and coverage anew, and keep the day."""
    insured.count(by=BY)
    coverage.count_all(since=since)
    coverage.keep_day()


def _begin(campaign: Campaign, today: date, hr: Employer) -> list[Roster]:
    """Open the first phase and let employers of Bangkok send their lists."""
    phase = vaccination.open_first_phase(campaign, today=today)
    employers = vaccination_lists.employers_in([vaccination.BANGKOK], people=PEOPLE)
    rosters = vaccination_lists.list_everybody([each for each in employers if each.pk != hr.pk], phase)
    vaccination_lists.list_some(hr, phase, most=LISTED_FIRST)
    vaccination.take_in(campaign.lots[:1], campaign.bangkok)
    run_jobs()
    return rosters


def _first_plan(campaign: Campaign, today: date) -> None:
    """Give first doses a date in the days that follow."""
    first, last = (today + timedelta(days=each) for each in (FIRST_DOSES.start, FIRST_DOSES.stop - 1))
    for sites, places in zip((campaign.bangkok[:1], campaign.bangkok[1:3]), FEW_PLACES, strict=True):
        vaccination.open_days(sites, first=first, last=last, vaccine=Vaccine.SINOVAC, places=places)
    _planned(campaign, first, last)


def _second_plan(campaign: Campaign, today: date) -> None:
    """Give second doses, and first ones as far as there is room, a date from yesterday on."""
    first, last = (today + timedelta(days=each) for each in (SECOND_DOSES, PLANNED_UNTIL))
    main, others = campaign.bangkok[:1], campaign.bangkok[1:3]
    today_on = first + timedelta(days=1)
    for vaccine, share in ((Vaccine.ASTRAZENECA, 1), (Vaccine.SINOVAC, 3)):
        vaccination.open_days(main, first=first, last=first, vaccine=vaccine, places=FEW_PLACES[0] // share)
        vaccination.open_days(main, first=today_on, last=last, vaccine=vaccine, places=MAIN_PLACES // share)
    vaccination.open_days(others, first=today_on, last=last, vaccine=Vaccine.ASTRAZENECA, places=PLACES)
    _planned(campaign, first, last)


def _planned(campaign: Campaign, first: date, last: date) -> None:
    plan = vaccination.propose(campaign, first=first, last=last, province_code=vaccination.BANGKOK)
    vaccination.carry_out(campaign, plan)
    run_jobs()


def _of_day(
    campaign: Campaign, today: date, number: int, rosters: Sequence[Roster], generator: random.Random
) -> Callable[[], None] | None:
    """Return what else happens on a day; None on most."""

    def stock_comes() -> None:
        vaccination.take_in(campaign.lots[1:3], campaign.bangkok)

    def others_may_list() -> None:
        vaccination.draft_second_phase(campaign, today=today)

    def others_list() -> None:
        employers = vaccination_lists.employers_in(OTHER_PROVINCES, people=OTHER_PEOPLE)
        phase = rosters[0].phase if rosters else None
        if phase is not None:
            vaccination_lists.list_everybody(employers, phase)
            vaccination_lists.decide(vaccination_lists.invited(provinces=OTHER_PROVINCES), generator)

    def plan_again() -> None:
        reminding.ask_again()
        vaccination_lists.decide(vaccination_lists.invited(provinces=[vaccination.BANGKOK])[::3], generator)
        vaccination_lists.think_better(generator)
        _second_plan(campaign, today)

    def lists_lock() -> None:
        vaccination_lists.lock()
        vaccination_lists.ask_for_changes(rosters, by=campaign.one)

    def phase_two() -> None:
        count(since=today + timedelta(days=BEGAN))
        drafted = Phase.objects.get(programme=PROGRAMME, number=2)
        vaccination.open_second_phase(campaign, drafted, until=clock.today() - timedelta(days=1))

    return {
        -12: stock_comes, -7: others_may_list, -6: others_list, PLANNED_AGAIN: plan_again,
        vaccination.LOCKED: lists_lock, vaccination.SECOND_OPENS: phase_two,
    }.get(number)  # fmt: skip


def _live_a_day(
    campaign: Campaign, today: date, number: int, generator: random.Random, more: Callable[[], None] | None
) -> None:
    """Live one day: who is asked answers, who is booked comes, and the day is closed."""
    on = today + timedelta(days=number)
    with _at(today, number, MORNING):
        ask_how_people_feel(generator)
        if number == FIRST_DOSES.start + 1:
            somebody_feels_worse()
            _pass_on()
        if more is not None:
            more()
        if not vaccination_visits.booked_on(on):
            return
        vaccination.read_thermometer(campaign.main, "4.6")
    vaccination_visits.live_a_day(on, generator)
    with clock.set_to(clock.at(on, NIGHT)):
        run_jobs()
        coverage.keep_day()
    with clock.set_to(clock.day_span(on)[1] + timedelta(minutes=20)):
        close_days(campaign.bangkok, on)
        missing.note_missed(by=BY)


def _pass_on() -> None:
    """Let a doctor have had a report, and say what came of it."""
    follow_up = FollowUp.objects.filter(injection__adverse_events__isnull=False).first()
    if follow_up is not None:
        event = follow_up.injection.adverse_events.get()
        aftercare.route(event=event, to=ROUTED_TO, by=BY)
        aftercare.close(event=event, outcome=OUTCOME, by=BY)


def _at(today: date, number: int, when: time) -> AbstractContextManager[None]:
    return clock.set_to(clock.at(today + timedelta(days=number), when))
