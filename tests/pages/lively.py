"""The town on a busy day: something of every kind, so that every page has something to show."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

from playwright.sync_api import Browser

from khumkan import policies
from khumkan.accounts.actions import four_eyes, tokens
from khumkan.accounts.actions.demonstration import offer
from khumkan.accounts.actions.grants import add
from khumkan.accounts.states import RequestKind
from khumkan.accounts.testing import actor_of
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Grant, Role, ScopeKind
from khumkan.places.loading import seed_holidays
from khumkan.places.states import SiteKind
from khumkan.policies.actions import propose
from khumkan.registry import actions
from khumkan.registry.actions import imports
from khumkan.registry.states import ChangeReason, ImportKind
from khumkan.screening.actions import contacts, manifests, pools, result_files, results, rounds, sessions, visits
from khumkan.screening.actions.rounds.announcing import Arrangement
from khumkan.screening.actions.rounds.planning import Plan
from khumkan.screening.api import RESULTS
from khumkan.screening.choices import DoorOutcome, Ground, Method, Outcome
from khumkan.screening.models import Case, OutbreakAlert, Round, Session, Specimen
from khumkan.screening.rules.sampling import Design, StratumKey
from khumkan.screening.states import RoundState
from khumkan.screening.terms.laboratory import TestTerms
from khumkan.simulation import staff
from tests.journeys.town import OFFICE, Town, lab_file, new_site
from tests.pages import (
    lively_after,
    lively_board,
    lively_calls,
    lively_covenants,
    lively_desk,
    lively_doses,
    lively_field,
    lively_filings,
    lively_hospitel,
    lively_lending,
)
from tests.trust import campaign, watched

DESIGN = Design(keys=(StratumKey.INDUSTRY,), minimum=2)


class LivelyTown(Town):
    """A town in which everything is under way."""

    def __init__(self, address: str, browser: Browser) -> None:
        super().__init__(address, browser)
        self.factory, workers = self.given_a_factory(30)
        self.rounds = {state: self._round(state) for state in RoundState}
        self._visits()
        self._laboratory()
        self._office()
        self._hospitel()
        self._campaign()
        self.lending = lively_lending.fill(self)
        self.after = lively_after.fill(self)
        self.beds = lively_board.sites_of(self)
        self.desk = lively_desk.fill(self)
        self.telephone = lively_calls.fill(self)
        self.when_the_queue_has_run()
        self._late_in_the_evening()
        self._files_that_wait()
        self.filings = lively_filings.filings_of(self.factory, [each.person for each in workers])
        self.covenants = lively_covenants.fill(self)
        self.watched = watched.watched("10")

    def _round(self, state: RoundState) -> Round:
        """Take one round as far as a state."""
        today = clock.today()
        plan = Plan(
            title=f"สุ่มตรวจโรงงานอาหาร {state.value}",
            province_code="10",
            method=Method.PCR,
            first_day=today + timedelta(days=2),
            last_day=today + timedelta(days=6),
        )
        made = rounds.plan(plan=plan, design=DESIGN, employer_ids=[self.factory.pk], by=OFFICE)
        if state in (RoundState.PLANNED, RoundState.CANCELLED):
            return made if state is RoundState.PLANNED else rounds.cancel(round=made, by=OFFICE)
        made = rounds.freeze(round=made, by=OFFICE)
        if state is RoundState.FROZEN:
            return made
        made = rounds.draw(round=made, by=OFFICE)
        if state is RoundState.DRAWN:
            return made
        arrangement = Arrangement(
            site_id=self.stadium.pk, first_day=plan.first_day, last_day=plan.last_day, per_day=100
        )
        rounds.arrange(round=made, arrangement=arrangement, by=OFFICE)
        made = rounds.announce(round=made, by=OFFICE)
        if state is RoundState.ANNOUNCED:
            return made
        for session in Session.objects.filter(round=made):
            self.when_the_session_is_over(session)
        return rounds.close(round=made, by=OFFICE)

    def _visits(self) -> None:
        """Fill the sites: booked, inside, swabbed, turned away, closed, and nobody's place anywhere."""
        self.untouched = self.given_a_person("วันดี", "ไม่เคยตรวจ")
        self.waiting = self.given_a_person("วารี", "รอคิว")
        self.today = self.given_a_session(places=40)
        self.rapid_today = self.given_a_session(method=Method.RAPID, places=1)
        self.booked, self.inside, self.swabbed, self.refused = (
            self.given_a_person(first) for first in ("ใบบุญ", "อินทิรา", "สวัสดิ์", "เรณู")
        )
        for each in (self.booked, self.inside, self.swabbed, self.refused):
            self.given_a_place(each, self.today)
        for each in (self.inside, self.swabbed):
            visits.check_in(registration=each.registration(), by=OFFICE)
        visits.take_specimen(registration=self.swabbed.registration(), by=OFFICE)
        visits.note_at_door(
            session=self.today,
            registration=self.refused.registration(),
            outcome=DoorOutcome.REFUSED,
            note="กลัวเจ็บ",
            by=OFFICE,
        )
        self.at_rapid = self.given_a_person("รัตนา", "ตรวจเร็ว")
        self.given_a_place(self.at_rapid, self.rapid_today)
        self.given_a_wish(self.waiting, Ground.HIGH_RISK)
        visits.check_in(registration=self.at_rapid.registration(), by=OFFICE)
        visits.take_specimen(registration=self.at_rapid.registration(), by=OFFICE)
        self.elsewhere = self.given_a_person("ไกลตา", "อยู่ที่อื่น")
        self.given_a_place(self.elsewhere, self.given_a_session(self.market, in_days=1))
        self.over = self.given_a_session(self.market)
        self.when_the_session_is_over(self.over)
        visits.close_session(session=self.over, by=OFFICE)
        self.cancelled = self.given_a_session(self.market, in_days=5)
        sessions.cancel_session(session=self.cancelled, why="ฝนตกหนัก", by=OFFICE)

    def _laboratory(self) -> None:
        """Give the laboratory boxes, a pool, results to release, answers of every kind and a file with faults."""
        self.positive, self.negative, self.invalid = (self.given_a_person(first) for first in ("ปราณี", "นิภา", "อารี"))
        many = [self.given_a_person(last=f"ชุดตรวจ{number}") for number in range(8)]
        answered = self.given_swabs_in_the_laboratory([self.positive, self.negative, self.invalid, *many])
        outcomes = (Outcome.POSITIVE, Outcome.NEGATIVE, Outcome.INVALID)
        content = lab_file(list(zip(answered[:3], outcomes, strict=True))) + b"S-WRONG,positive\r\nx,maybe\r\n"
        self.file = result_files.import_file(
            laboratory_id=self.laboratory.pk, file=content, name="ผลตรวจ 2569-11.csv", by=OFFICE
        )
        self.pool = pools.make_pool(
            laboratory_id=self.laboratory.pk, codes=[each.code for each in answered[3:6]], by=OFFICE
        )
        lab = actor_of(self.staff["lab"])
        for specimen, outcome in zip(answered[6:8], (Outcome.NEGATIVE, Outcome.POSITIVE), strict=True):
            results.enter_by_hand(specimen=specimen, outcome=outcome, by=lab)
        self.specimen = answered[8]
        Specimen.objects.filter(pk=answered[9].pk).update(taken_at=clock.now() - timedelta(hours=70))
        self.box_on_its_way = manifests.close_box(session=self.today, laboratory=self.laboratory, by=OFFICE)
        sick_factory, sick = self.given_a_factory(12, name="โรงงานเสื้อผ้าเอเชีย")
        self.outbreak = self.given_swabs_in_the_laboratory(sick, employer=sick_factory)
        found = [Outcome.POSITIVE] * 3 + [Outcome.NEGATIVE] * 9
        self.when_the_laboratory_reports(list(zip(self.outbreak, found, strict=True)))
        self.alert = OutbreakAlert.objects.get()
        self.contact = contacts.name_contact(
            case=Case.objects.get(person=self.positive.person),
            name="มานี",
            phone=self.untouched.phone,
            last_met_on=clock.today(),
            by=Actor.person(self.positive.id),
        )

    def _office(self) -> None:
        """Leave something for second persons to decide, and another system with its token."""
        self.second_laboratory = new_site(
            "ห้องปฏิบัติการภาคตะวันออก", "Eastern laboratory", "104702", 13.67, 100.6, kind=SiteKind.LABORATORY
        )
        seed_holidays(by=OFFICE)
        officer = actor_of(self.staff["officer"])
        terms = policies.in_force(TestTerms, on=clock.today())
        self.proposal = propose(
            values=replace(terms, largest_pool=10),
            effective_from=clock.today() + timedelta(days=7),
            why="เพิ่มกำลังตรวจ",
            source="คำสั่ง 99/2569",
            by=actor_of(self.staff["minister"]),
        )
        agent, admin = actor_of(self.staff["agent"]), actor_of(self.staff["admin"])
        four_eyes.ask(kind=RequestKind.LETTER, person_id=self.untouched.id, why="มาที่สำนักงานพร้อมบัตร", by=officer)
        data = {"phone": "+66890000001"}
        four_eyes.ask(kind=RequestKind.PHONE_CHANGE, person_id=self.booked.id, why="ซิมหาย", data=data, by=agent)
        four_eyes.ask(kind=RequestKind.FACTOR_RESET, user=self.staff["lab2"], why="โทรศัพท์หาย", by=admin)
        tokens.issue(
            name="ระบบห้องปฏิบัติการ",
            scopes=[RESULTS],
            owner=self.staff["lab"],
            lifetime=timedelta(days=30),
            by=admin,
        )

        self.staff["roaming_lab"] = staff.member(
            "roaming", "พงศกร ดวงแก้ว", Role.LAB, "", scope_kind=ScopeKind.SITE, key=self.laboratory.pk
        ).user
        self.staff["roaming_nurse"] = staff.member(
            "roaming_nurse", "ปราณี เดินทาง", Role.NURSE, "", scope_kind=ScopeKind.SITE, key=self.hotel.pk
        ).user
        ward = Grant(Role.NURSE, ScopeKind.SITE, str(self.ward.pk))
        add(user=self.staff["roaming_nurse"], grant=ward, by=staff.BY)
        offer("ห้องปฏิบัติการ: รัตนา เพชรรัตน์", role=Role.LAB, user=self.staff["lab"])
        offer("ผู้ประกันตนที่พบเชื้อ: ปราณี ใจดี", role=Role.PERSON, person_id=self.positive.id)
        grant = Grant(Role.LAB, ScopeKind.SITE, str(self.second_laboratory.pk))
        add(user=self.staff["roaming_lab"], grant=grant, by=staff.BY)

    def _hospitel(self) -> None:
        """Bring somebody into every state of care."""
        self.asked, self.waits, self.held, self.in_bed, self.worse, self.recovered, self.at_home = (
            self.given_a_person(last=f"ดูแล{number}") for number in range(1, 8)
        )
        self.gasps, self.declined = (self.given_a_person(last=f"ดูแล{number}") for number in range(8, 10))
        self.moving, self.at_ward, self.corrected, self.leaving, self.gone = (
            self.given_a_person(last=f"ดูแล{number}") for number in range(10, 15)
        )
        self.care = lively_hospitel.fill(
            {
                "asked": self.asked.person,
                "waits": self.waits.person,
                "held": self.held.person,
                "in_bed": self.in_bed.person,
                "worse": self.worse.person,
                "recovered": self.recovered.person,
                "at_home": self.at_home.person,
                "declined": self.declined.person,
                "moving": self.moving.person,
                "at_ward": self.at_ward.person,
                "corrected": self.corrected.person,
                "leaving": self.leaving.person,
                "gone": self.gone.person,
            }
        )
        lively_hospitel.ask_to_stay_together(self.care.cares["waits"], self.care.cares["asked"], self.asked.phone)

    def _campaign(self) -> None:
        """Bring somebody into every state of vaccination."""
        self.on_the_list = {
            name: self.given_a_person(last=f"วัคซีน{number}") for number, name in enumerate(campaign.LISTED, 1)
        }
        people = {name: insured.person for name, insured in self.on_the_list.items()}
        for person in people.values():
            actions.employ(person_id=person.pk, employer_id=self.factory.pk, on=date(2020, 1, 1), by=OFFICE)
        self.campaign = campaign.campaign_at(self.doses, people, self.factory)
        campaign.more_dates(self.campaign)
        for name, insured in self.on_the_list.items():
            setattr(self, name, insured)
        lively_doses.fill(self)
        offer("ผู้ฉีดวัคซีน: สุภาพร เข็มทอง", role=Role.VACCINATOR, user=self.staff["vaccinator"])

    def _late_in_the_evening(self) -> None:
        """Let somebody wait whom the next matching can place, and let the hotline have somebody to call."""
        lively_hospitel.let_be_overdue(self.care.cares["asked"])
        self.care.cares |= lively_hospitel.fill({"gasps": self.gasps.person}).cares
        lively_field.fill(self)

    def _files_that_wait(self) -> None:
        self.file_waiting, _is_new = result_files.receive_file(
            laboratory_id=self.laboratory.pk, content=b"code,result\r\n", name="รอ.csv", by=OFFICE
        )
        head_office = actor_of(self.staff["minister"])
        actions.correct_person(
            person_id=self.untouched.id,
            correction=actions.Correction(
                title="นางสาว", first_name="วันดี", last_name="ไม่เคยตรวจ", birth_date=self.untouched.person.birth_date
            ),
            why=ChangeReason.CORRECTION,
            by=head_office,
        )
        rows = "id_number,first_name\n1101700203450,มาลี\n123,ผิด\n1.1E+12,กมล\n"
        waiting, _is_new = imports.receive_import(
            kind=ImportKind.PERSONS, chunks=[rows.encode()], name="ผู้ประกันตน รออ่าน.csv", by=head_office
        )
        self.imports = {
            "done": imports.import_people(BytesIO(rows.encode()), name="ผู้ประกันตน 2569-11.csv", by=head_office),
            "refused": imports.import_people(BytesIO(b"a,b\n1,2\n"), name="ผิดไฟล์.csv", by=head_office),
            "waiting": waiting,
        }
