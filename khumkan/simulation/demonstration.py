"""The demonstration: a country in the middle of a wave, with everything that exists so far in lively use."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from khumkan import policies
from khumkan.accounts.actions import demonstration
from khumkan.accounts.models import DemonstrationEntry, User
from khumkan.isolation.models import Care
from khumkan.isolation.states import CareState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.places.models import Site
from khumkan.policies.actions import approve, propose
from khumkan.policies.actions import seed as seed_terms
from khumkan.record.inline import run_jobs
from khumkan.registry.models import Employer, Person
from khumkan.screening.actions import alerts
from khumkan.screening.models import Case, OutbreakAlert, Registration
from khumkan.screening.states import AlertState, RegistrationState
from khumkan.screening.terms.laboratory import OutbreakTerms
from khumkan.simulation import (
    bank_loans,
    campaign,
    demonstration_today,
    hospitel_drives,
    hospitel_today,
    hospitels,
    hotline_desk,
    loans_going_on,
    loans_portfolio,
    population,
    replay,
    sites,
    situation,
    staff,
    wave,
)
from khumkan.simulation.models import Country
from khumkan.simulation.recorded_day import Stage

#: Days before today on which everybody in care was looked at twice; before them only who got worse or may go.
WATCHED_DAYS = 2
#: After a longer pause only the last so many days are lived: people stay in a bed for about as long.
MISSED_DAYS_LIVED = 10
OTHERS_PER_CASE = 5
TOLD_AFTER, TOLD = timedelta(minutes=70), "แจ้งสำนักงานป้องกันควบคุมโรคทางโทรศัพท์แล้ว"
IN_CARE = (
    (CareState.ASKED, "ผู้ประกันตนที่พบเชื้อ ยังไม่ได้ตอบคำถาม"),
    (CareState.WAITING, "ผู้ประกันตนที่รอเตียง"),
    (CareState.PLACED, "ผู้ประกันตนที่มีเตียงกันไว้ รอรถรับ"),
    (CareState.ADMITTED, "ผู้ประกันตนที่พักอยู่ในฮอสพิเทล"),
    (CareState.AT_HOME, "ผู้ประกันตนที่รักษาตัวที่บ้าน"),
    (CareState.DISCHARGED, "ผู้ประกันตนที่กลับบ้านแล้ว มีใบรับรอง"),
)
#: Telephones that nobody has, like those of the made-up persons.
DUTY_PHONES = ("+66800001506", "+66800001507")
SILENT: replay.Progress = lambda words, done, total: None  # noqa: E731 a progress that nobody watches


def standing() -> Country | None:
    """Return what the country of this database was made with; None when there is no whole country."""
    return Country.objects.filter(made_at__isnull=False).first()


def is_half_made() -> bool:
    """Tell whether the making of a country was broken off, or persons of no such country stand here."""
    return standing() is None and (Country.objects.exists() or Person.objects.exists())


def has_sign_ins() -> bool:
    """Tell whether anybody can be signed in with one click; a replay, too, fills that page last."""
    return DemonstrationEntry.objects.exists()


def make(*, persons: int, seed: int, days: int = wave.DAYS, progress: replay.Progress = SILENT) -> None:
    """Make the country, its past days and its today, in an empty database."""
    country = Country.objects.create(persons=persons, seed=seed, begun_at=clock.now())
    seed_terms()
    progress("enterprises and persons", 0, 5)
    population.settle(population.country(persons=persons, seed=seed))
    bank_loans.make()
    progress("sites and staff", 1, 5)
    first, last = clock.today() - timedelta(days=days), clock.today() - timedelta(days=1)
    stage = _stage(seed)
    bangkok = sites.bangkok_sites()
    houses = hospitels.make(hospitels.of_country(persons), offered_from=first)
    hospitels.break_some_beds(houses)
    members = [*staff.national(), *_local_staff(bangkok, stage.laboratory), hospitels.driver()]
    _put_officers_on_duty([each.user for each in members if each.role is Role.OFFICER][:2])
    progress("a wave", 2, 5)
    recording = wave.made_up(persons=persons, seed=seed, last=last, days=days)
    replay.replay(recording, stage, progress=progress, hospitels=_in_hospitels(seed), evening=situation.end_day)
    _tell_disease_control()
    demonstration_today.make(bangkok, stage.laboratory, seed=seed)
    run_jobs()
    hospitel_today.make(houses, seed=seed, driver=_driver())
    progress("a vaccination campaign", 3, 5)
    vaccinators = campaign.make(seed=seed, hr=_largest())
    progress("loans of the past months", 4, 5)
    lending = loans_portfolio.make(seed=seed, hr=_largest())
    hotline_desk.make()
    situation.make()  # counts what all others made
    offer([*members, *hospitels.staff_of(houses), *vaccinators, *lending])
    country.made_at, country.lively_on = clock.now(), clock.today()
    country.save(update_fields=["made_at", "lively_on"])
    progress("done", 5, 5)


def refresh(country: Country) -> bool:
    """Live the days that were missed, and bring people to the sites today, when the country was last lively on an
    earlier day; all of it or nothing.

    :returns: whether anything was done.
    :raises Refused: when today's sessions do not allow it, as after they were cancelled by hand.
    """
    today = clock.today()
    if country.lively_on is not None and country.lively_on >= today:
        return False
    seed = country.seed + today.toordinal()
    with transaction.atomic():
        _live_what_was_missed(country, seed=seed)
        demonstration_today.refresh(sites.bangkok_sites(), sites.laboratories()[0], seed=seed)
        run_jobs()
        hospitel_today.refresh(seed=seed, driver=_driver())
        campaign.refresh(seed=seed, lively_on=country.lively_on)
        loans_going_on.refresh(lively_on=country.lively_on)
        hotline_desk.refresh()
        situation.refresh()
        country.lively_on = today
        country.save(update_fields=["lively_on"])
        demonstration.forget_persons()
        _offer_persons()
    return True


def offer(members: Iterable[staff.Member]) -> None:
    """Fill the sign-in page: staff, and persons in telling situations."""
    for member in members:
        demonstration.offer(member.label, role=member.role, user=member.user)
    _offer_persons()


def sign_ins() -> list[str]:
    """Return who can be signed in with one click, one line for each."""
    return [entry.label for entry in DemonstrationEntry.objects.order_by("pk")]


def _live_what_was_missed(country: Country, *, seed: int) -> None:
    """Let the wave go on up to yesterday, on as many of the days since the last lively one as fill the beds."""
    if country.lively_on is not None:
        with clock.set_to(clock.day_span(country.lively_on)[1]):
            hospitel_drives.end_left_open(by=_driver())
    last = clock.today() - timedelta(days=1)
    missed = (last - country.lively_on).days if country.lively_on else 0
    stage = _stage(seed)
    recording = wave.made_up(persons=country.persons, seed=seed, last=last, days=min(missed, MISSED_DAYS_LIVED))
    people = {code: len(_people(code)) for code in wave.PROVINCES}
    persons_a_case = OTHERS_PER_CASE + 1
    for day, provinces in recording.cases.items():
        most = {code: max(0, people[code] // len(recording.cases) // persons_a_case - 1) for code in provinces}
        recording.cases[day] = {code: min(cases, most[code]) for code, cases in provinces.items()}
    replay.replay(recording, stage, progress=SILENT, hospitels=_in_hospitels(seed), evening=situation.end_day)
    _tell_disease_control()


def _tell_disease_control() -> None:
    """Let an officer have told disease control in time of the outbreaks of the days before today."""
    begins, _ = clock.day_span(clock.today())
    for alert in OutbreakAlert.objects.filter(state=AlertState.OPEN, opened_at__lt=begins).order_by("pk"):
        with clock.set_to(alert.opened_at + TOLD_AFTER):
            alerts.notified(alert=alert, note=TOLD, by=sites.BY)


def _in_hospitels(seed: int) -> replay.Hospitels:
    watched_from = clock.today() - timedelta(days=WATCHED_DAYS)
    return replay.Hospitels(seed=seed, driver=_driver(), watched_from=watched_from, answers_on_last_day=0.4)


def _driver() -> Actor:
    return hospitel_drives.driver(User.objects.get(username=hospitels.DRIVER).pk)


def _stage(seed: int) -> Stage:
    by_province = sites.testing_sites()
    return Stage(
        sites=by_province,
        laboratory=sites.laboratories()[0],
        people={code: _shuffled(_people(code), seed) for code in wave.PROVINCES},
        others_per_case=OTHERS_PER_CASE,
    )


def _people(province_code: str) -> list[int]:
    """Return those of a province who never registered."""
    known = Registration.objects.values("person_id")
    there = Person.objects.filter(province_code=province_code).exclude(pk__in=known)
    return list(there.order_by("pk").values_list("pk", flat=True))


def _shuffled(ids: list[int], seed: int) -> Iterator[int]:
    random.Random(seed).shuffle(ids)  # noqa: S311 a demonstration, not a draw
    return iter(ids)


def _local_staff(bangkok: list[Site], laboratory: Site) -> list[staff.Member]:
    largest = _largest()
    site, lab = ScopeKind.SITE, laboratory.pk
    return [
        staff.member(
            "bangkok", "พรทิพย์ แสงทอง", Role.OFFICER, "เจ้าหน้าที่กรุงเทพมหานคร", scope_kind=ScopeKind.PROVINCE, key="10"
        ),
        staff.member("swab", "ณัฐพล สายทอง", Role.SWABBER, "ทีมเก็บสิ่งส่งตรวจ", scope_kind=site, key=bangkok[0].pk),
        staff.member("lab", "รัตนา เพชรรัตน์", Role.LAB, "ห้องปฏิบัติการ", scope_kind=site, key=lab),
        staff.member("lab2", "ธีรพงษ์ ชัยวงศ์", Role.LAB, "ห้องปฏิบัติการ คนที่สอง", scope_kind=site, key=lab),
        staff.member(
            "hr.officer",
            "กัลยา บุญมาก",
            Role.EMPLOYER,
            f"ฝ่ายบุคคล {largest.name_th}",
            scope_kind=ScopeKind.EMPLOYER,
            key=largest.pk,
        ),
    ]


def _largest() -> Employer:
    """Return the employer whose HR office can be signed in."""
    return Employer.objects.order_by("-size", "pk")[0]


def _put_officers_on_duty(officers: Sequence[User]) -> None:
    """Name the telephones that hear of an outbreak, as two officers do: one proposes, the other approves."""
    proposing, approving = (
        Actor(ActorKind.STAFF, officer.pk, frozenset({Grant(Role.OFFICER)}), name=officer.name) for officer in officers
    )
    terms = replace(policies.in_force(OutbreakTerms, on=clock.today()), duty_phones=DUTY_PHONES)
    proposal = propose(
        values=terms,
        effective_from=clock.today(),
        why="เบอร์โทรศัพท์ของเจ้าหน้าที่เวร",
        source="ตารางเวรของสำนักงาน (ข้อมูลสมมติ)",
        by=proposing,
    )
    approve(proposal_id=proposal.pk, by=approving)


def _offer_persons() -> None:
    """Put persons in telling situations on the sign-in page."""
    for care_state, label in IN_CARE:
        care = Care.objects.filter(state=care_state).order_by("-opened_at", "pk").first()
        if care is not None:
            _offer(label, care.person_id)
    for state, label in (
        (RegistrationState.ANSWERED, "ผู้ประกันตนที่ได้ผลแล้ว"),
        (RegistrationState.BOOKED, "ผู้ประกันตนที่มีนัดตรวจ"),
        (RegistrationState.WAITING, "ผู้ประกันตนที่รอคิว"),
    ):
        cases = Case.objects.values("person_id")
        found = Registration.objects.filter(state=state).exclude(person_id__in=cases).order_by("-pk").first()
        if found is not None:
            _offer(label, found.person_id)
    for label, person_id in campaign.persons():
        _offer(label, person_id)
    untouched = Person.objects.exclude(pk__in=Registration.objects.values("person_id")).order_by("pk").first()
    if untouched is not None:
        _offer("ผู้ประกันตนที่ยังไม่เคยลงทะเบียน", untouched.pk)


def _offer(label: str, person_id: int) -> None:
    person = Person.objects.get(pk=person_id)
    demonstration.offer(f"{label}: {person.full_name}", role=Role.PERSON, person_id=person_id)
