"""A small country for hostile tests: two provinces that are alike, and in each of them somebody of every kind.

Everything comes about through the public actions. Whatever is in Bangkok is also in Chiang Mai, so that for each page
there is an object of one's own, one of a colleague next door, and one far away.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from io import BytesIO

from django.db.models import F
from django.test import Client

from khumkan import policies
from khumkan.accounts.actions import four_eyes, tokens
from khumkan.accounts.models import ApiToken, User
from khumkan.accounts.models import Session as SignedIn
from khumkan.accounts.states import RequestKind
from khumkan.accounts.testing import actor_of, grant, sign_in, user
from khumkan.hotline.call_choices import Told
from khumkan.hotline.models import Call, CallBack
from khumkan.hotline.models import Case as HotlineCase
from khumkan.hotline.permissions.calls import CALLS
from khumkan.isolation.api import BEDS, OBSERVATIONS
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.identifiers import IdentifierKind, thai_check_digit
from khumkan.loans.api import BOOK
from khumkan.loans.models import Bank
from khumkan.places.actions import close_days
from khumkan.places.loading import seed_holidays
from khumkan.places.models import Site
from khumkan.policies.actions import propose, seed
from khumkan.record.inline import run_jobs
from khumkan.registry.actions import PersonDetails, register_person
from khumkan.registry.actions.imports import import_people
from khumkan.registry.actions.periods import employ, start_cover
from khumkan.registry.api import FILINGS
from khumkan.registry.models import Employer, Import, Person
from khumkan.registry.states import Section
from khumkan.screening.actions import alerts, contacts, manifests, pools, registrations, results, visits
from khumkan.screening.api import REGISTRATIONS, RESULTS, SPECIMENS
from khumkan.screening.choices import Channel, Ground, Method, Outcome
from khumkan.screening.models import (
    Case,
    Contact,
    Manifest,
    OutbreakAlert,
    Pool,
    Registration,
    Result,
    ResultFile,
    Round,
    Session,
    Specimen,
)
from khumkan.screening.states import RoundState
from khumkan.screening.terms.laboratory import OutbreakTerms
from khumkan.screening.tests import drawing
from khumkan.screening.tests.at_the_lab import csv_file, specimens
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI, a_session, a_site, town
from khumkan.vaccination.api import LISTS
from khumkan.vaccination.api_records import FHIR, IMMUNIZATIONS
from tests.trust.bank_money import BankMoney, a_bank_with_money
from tests.trust.calls import a_call, a_promise
from tests.trust.campaign import LISTED, Campaign, a_campaign
from tests.trust.covenant import Covenanted, a_covenant, ask_waiver
from tests.trust.desk import cases_of
from tests.trust.hospitel import IN_CARE, Hospitel, a_hospitel
from tests.trust.lending import Lending, a_lending
from tests.trust.registry.filings import sent_for
from tests.trust.watched import Watched, watched

SYSTEM = Actor.system("world")
EVERY_DAY = {"works_on_holidays": True}
SCOPES = (SPECIMENS, RESULTS, REGISTRATIONS)
#: What systems of hospitels may be allowed.
HOUSE_SCOPES = (OBSERVATIONS, BEDS)
#: Of the tokens of an employer's HR software.
EMPLOYER_SCOPES = (LISTS, FILINGS)
#: What systems that read doses may be allowed.
DOSE_SCOPES = (IMMUNIZATIONS, FHIR)
#: Of the tokens of a bank's system.
BANK_SCOPES = (BOOK,)
#: Of telephone exchanges, for the whole country.
CALL_SCOPES = (CALLS,)
EVERY_SCOPE = (*SCOPES, *HOUSE_SCOPES, *EMPLOYER_SCOPES, *DOSE_SCOPES, *BANK_SCOPES, *CALL_SCOPES)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Marked:
    """A person whose every personal value can be found again on a page."""

    person: Person
    number: str
    phone: str

    @property
    def marks(self) -> tuple[str, ...]:
        """What must not be seen without leaving a trace: name, reference, number, telephone."""
        return (self.person.last_name, self.person.reference, self.number, self.phone, "0" + self.phone[3:])


@dataclass
class Corner:
    """One province with everything in it."""

    province: str
    site: Site
    laboratory: Site
    employer: Employer
    people: dict[str, Marked] = field(default_factory=dict)
    registrations: dict[str, Registration] = field(default_factory=dict)
    specimens: dict[str, Specimen] = field(default_factory=dict)
    today: Session = None  # type: ignore[assignment]
    rapid: Session = None  # type: ignore[assignment]
    tomorrow: Session = None  # type: ignore[assignment]
    spare: Session = None  # type: ignore[assignment]
    box: Manifest = None  # type: ignore[assignment]
    coming: Manifest = None  # type: ignore[assignment]
    pool: Pool = None  # type: ignore[assignment]
    entered: Result = None  # type: ignore[assignment]
    correction: Result = None  # type: ignore[assignment]
    file: ResultFile = None  # type: ignore[assignment]
    case: Case = None  # type: ignore[assignment]
    contact: Contact = None  # type: ignore[assignment]
    alert: OutbreakAlert = None  # type: ignore[assignment]
    filing: Import = None  # type: ignore[assignment]
    taken_over: Import = None  # type: ignore[assignment]
    closure: int = 0
    hospitel: Hospitel = None  # type: ignore[assignment]
    campaign: Campaign = None  # type: ignore[assignment]
    covenant: Covenanted = None  # type: ignore[assignment]
    lending: Lending = None  # type: ignore[assignment]
    money: BankMoney = None  # type: ignore[assignment]
    situation: Watched = None  # type: ignore[assignment]
    cases: dict[str, HotlineCase] = field(default_factory=dict)
    call: Call = None  # type: ignore[assignment]
    promise: CallBack = None  # type: ignore[assignment]
    rounds: dict[str, Round] = field(default_factory=dict)


@dataclass(frozen=True)
class Visitor:
    """A browser with somebody in it, and within what they act."""

    name: str
    role: Role | None
    client: Client
    actor: Actor
    user: User | None = None
    province: str = ""
    site: int = 0
    laboratory: int = 0
    house: int = 0
    doses_at: int = 0
    employer: int = 0
    bank: int = 0
    person: int = 0

    @property
    def is_national(self) -> bool:
        """Whether the role is held without limit."""
        return self.role is not None and self.actor.is_national(self.role)


def thai_number() -> str:
    """Return the next possible Thai identity number; every second one begins with 0."""
    count = next(_numbers)
    body = f"{count % 2}{count * 7919 % 10**11:011d}"
    return body + str(thai_check_digit(body))


class World:
    """The country, who is in it, and the browsers and tokens with which they come."""

    def __init__(self) -> None:
        seed()
        self.corners = {province: self._corner(province) for province in (BANGKOK, CHIANG_MAI)}
        self.here, self.there = self.corners[BANGKOK], self.corners[CHIANG_MAI]
        seed_holidays(by=SYSTEM, years=[2026])
        self.visitors = {visitor.name: visitor for visitor in self._visitors()}
        self.tokens = self._tokens()
        self.letter, self.phone_change = self._requests()
        self.proposal = self._proposal()
        self.nobodys_number = thai_number()
        run_jobs()
        # however slow the machine, nobody is signed out or asked to prove again in the middle
        SignedIn.objects.update(proved_at=clock.now() + timedelta(hours=5), idle_until=F("expires_at"))

    @property
    def everybody(self) -> dict[int, Marked]:
        """All persons by id."""
        return {marked.person.pk: marked for corner in self.corners.values() for marked in corner.people.values()}

    def visitor(self, name: str) -> Visitor:
        """Return one of the visitors."""
        return self.visitors[name]

    def _corner(self, province: str) -> Corner:
        town(province)
        site = a_site(province, **EVERY_DAY)
        drawing.open_every_day(site.pk)
        laboratory = a_site(province, kinds=["laboratory"], name_en=f"Laboratory {province}")
        corner = Corner(province, site, laboratory, drawing.an_employer(0, province=province))
        for name in STATES:
            corner.people[name] = self._person(corner, name)
        self._sessions(corner)
        self._door(corner)
        self._laboratory(corner)
        self._follow_up(corner)
        self._rounds(corner)
        people = {name: corner.people[name].person for name in IN_CARE}
        corner.hospitel = a_hospitel(province, people)
        listed = {name: corner.people[name].person for name in LISTED}
        corner.campaign = a_campaign(province, listed, corner.employer)
        corner.lending = a_lending(province, corner.employer)
        corner.money = a_bank_with_money()
        corner.filing = sent_for(corner.employer)
        corner.covenant = ask_waiver(a_covenant(corner.employer, corner.lending.bank))
        corner.situation = watched(province)
        corner.cases = cases_of({name: corner.people[name].person for name in ("booked", "free")})
        corner.call = a_call(Told.RINGING, Told.ANSWERED)
        corner.promise = a_promise(corner.people["untested"].person)
        corner.taken_over = import_people(BytesIO(b"id_number,first_name\n123,x\n"), name="people.csv", by=SYSTEM)
        return corner

    def _person(self, corner: Corner, name: str) -> Marked:
        number, count = thai_number(), next(_numbers)
        phone = f"+668{count:08d}"
        details = PersonDetails(
            first_name="สมใจ",
            last_name=f"เครื่องหมาย{corner.province}x{count:04d}",
            birth_date=date(1985, 5, 5),
            subdistrict_code=town(corner.province).code,
        )
        person = register_person(details=details, documents=[(IdentifierKind.THAI, number)], phone=phone, by=SYSTEM)
        start_cover(person_id=person.pk, section=Section.EMPLOYEE, on=date(2020, 1, 1), by=SYSTEM)
        if name not in UNEMPLOYED:
            employ(person_id=person.pk, employer_id=corner.employer.pk, on=date(2020, 1, 1), by=SYSTEM)
        person.refresh_from_db()
        return Marked(person, number, phone)

    def _sessions(self, corner: Corner) -> None:
        whole_day = {"starts": time(0, 1), "ends": time(23, 59), "places": 40}
        corner.today = a_session(corner.site, **whole_day)
        corner.rapid = a_session(corner.site, **whole_day, method=Method.RAPID)
        corner.tomorrow = a_session(corner.site, places=40)
        corner.spare = a_session(corner.site, in_days=2, places=40)

    def _register(
        self, corner: Corner, name: str, *, session: Session | None = None, method: Method | None = None
    ) -> Registration:
        """Register somebody as a contact, in a session or where there is room."""
        made = registrations.register(
            person_id=corner.people[name].person.pk,
            ground=Ground.CONTACT,
            answers={"met_on": (clock.today() - timedelta(days=1)).isoformat()},
            channel=Channel.OFFICE,
            method=method,
            session_id=session.pk if session else None,
            employer_id=None if name in UNEMPLOYED else corner.employer.pk,
            by=SYSTEM,
        )
        corner.registrations[name] = made
        return made

    def _door(self, corner: Corner) -> None:
        self._register(corner, "booked", session=corner.tomorrow)
        for name in ("expected", "late_comer", "refuser", "inside", *LABELLED, *LATE):
            self._register(corner, name, session=corner.today)
        for name in RAPID:
            self._register(corner, name, session=corner.rapid, method=Method.RAPID)
        for session in (corner.today, corner.rapid):
            self._is_today(session)
        self._register(corner, "waiting", method=Method.RAPID)
        for name in ("inside", *LABELLED, *RAPID):
            visits.check_in(registration=corner.registrations[name], by=SYSTEM)
        for name in (*LABELLED, *RAPID):
            self._swab(corner, name)
        misread = {"specimen": corner.specimens["misread"], "by": SYSTEM}
        results.read_rapid(first=Outcome.NEGATIVE, second=Outcome.NEGATIVE, **misread)
        corner.correction = results.correct_rapid(first=Outcome.POSITIVE, second=Outcome.POSITIVE, **misread)
        Person.objects.filter(pk=corner.people["dead"].person.pk).update(died_on=clock.today())

    def _is_today(self, session: Session) -> None:
        """Let a session of tomorrow be one of today: nobody registers for one that is about to end."""
        day = timedelta(days=1)
        moved = {
            "is_public": False,
            "day": session.day - day,
            "starts_at": session.starts_at - day,
            "ends_at": session.ends_at - day,
        }
        Session.objects.filter(pk=session.pk).update(**moved)
        session.refresh_from_db()

    def _swab(self, corner: Corner, name: str) -> None:
        corner.specimens[name] = visits.take_specimen(registration=corner.registrations[name], by=SYSTEM)

    def _laboratory(self, corner: Corner) -> None:
        corner.box = manifests.close_box(session=corner.today, laboratory=corner.laboratory, by=SYSTEM)
        manifests.receive(manifest=corner.box, missing=[corner.specimens["lost"].code], by=SYSTEM)
        clerk = user(Role.LAB, scope_kind=ScopeKind.SITE, key=corner.laboratory.pk)
        entered = corner.specimens["entered"]
        corner.entered = results.enter_by_hand(specimen=entered, outcome=Outcome.NEGATIVE, by=actor_of(clerk))
        codes = [corner.specimens[name].code for name in ("pooled", "pooled_too")]
        corner.pool = pools.make_pool(laboratory_id=corner.laboratory.pk, codes=codes, by=SYSTEM)
        rows = [(corner.specimens["positive"].code, "positive"), (corner.specimens["negative"].code, "negative")]
        colleagues = specimens(
            corner.laboratory,
            len(COLLEAGUES),
            employer=corner.employer,
            session=corner.today,
            persons=[corner.people[name].person for name in COLLEAGUES],
        )
        rows += [(each.code, "negative" if place else "positive") for place, each in enumerate(colleagues)]
        corner.file = results.import_file(
            laboratory_id=corner.laboratory.pk,
            file=csv_file([*rows, ("S-22222-22222", "negative")]),
            name=f"results-{corner.province}.csv",
            by=SYSTEM,
        )
        for name in LATE:
            visits.check_in(registration=corner.registrations[name], by=SYSTEM)
            self._swab(corner, name)
            if name == "on_the_way":
                corner.coming = manifests.close_box(session=corner.today, laboratory=corner.laboratory, by=SYSTEM)

    def _follow_up(self, corner: Corner) -> None:
        corner.case = Case.objects.get(person=corner.people["positive"].person)
        corner.contact = contacts.name_contact(
            case=corner.case,
            name="สมหญิง",
            phone=f"+669{next(_numbers):08d}",
            last_met_on=clock.today() - timedelta(days=1),
            by=Actor.person(corner.case.person_id),
        )
        (corner.alert,) = alerts.watch(latest={corner.employer.pk: clock.today()}, by=SYSTEM)

    def _rounds(self, corner: Corner) -> None:
        day = clock.today() + timedelta(days=40)
        corner.closure = close_days(site_id=corner.site.pk, first=day, last=day, why="test", by=SYSTEM).pk
        workers = [drawing.an_employer(12, province=corner.province) for _ in range(2)]
        for step in (RoundState.PLANNED, RoundState.FROZEN, RoundState.DRAWN):
            corner.rounds[step.value] = drawing.a_round(workers, upto=step, province=corner.province, site=corner.site)
        corner.rounds["announced"] = drawing.a_round(
            [corner.employer, *workers],
            upto=RoundState.ANNOUNCED,
            province=corner.province,
            site=corner.site,
            design=drawing.Design(keys=(), share=drawing.Decimal("0.5"), minimum=1),
        )

    def _visitors(self) -> Iterator[Visitor]:
        yield Visitor("anonymous", None, browser(), Actor.person(0))
        for corner, suffix in ((self.here, "here"), (self.there, "there")):
            yield from self._people_of(corner, suffix)
            yield self._staff(f"officer_{suffix}", Role.OFFICER, ScopeKind.PROVINCE, corner.province)
            yield self._staff(f"swabber_{suffix}", Role.SWABBER, ScopeKind.SITE, corner.site.pk)
            yield self._staff(f"lab_{suffix}", Role.LAB, ScopeKind.SITE, corner.laboratory.pk)
            house = corner.hospitel.facility.pk
            yield self._staff(f"front_desk_{suffix}", Role.FRONT_DESK, ScopeKind.SITE, house)
            yield self._staff(f"nurse_{suffix}", Role.NURSE, ScopeKind.SITE, house)
            doses_at = corner.campaign.site.pk
            yield self._staff(f"vaccinator_{suffix}", Role.VACCINATOR, ScopeKind.SITE, doses_at)
            yield self._staff(f"driver_{suffix}", Role.DRIVER, ScopeKind.PROVINCE, corner.province)
            yield self._staff(f"employer_{suffix}", Role.EMPLOYER, ScopeKind.EMPLOYER, corner.employer.pk)
            at_bank = "banker" if corner is self.here else f"banker_{suffix}"
            yield self._staff(at_bank, Role.BANKER, ScopeKind.BANK, corner.lending.bank.pk)
        yield self._staff("officer", Role.OFFICER)
        for role in ELSEWHERE:
            yield self._staff(role.value, role)

    def _people_of(self, corner: Corner, suffix: str) -> Iterator[Visitor]:
        for name in ("booked", "positive", "free", "in_bed", "asked", "gone", "v_booked", "v_given"):
            person_id = corner.people[name].person.pk
            client = sign_in(browser(), person_id)
            yield Visitor(f"{name}_{suffix}", Role.PERSON, client, Actor.person(person_id), person=person_id)

    def _staff(self, name: str, role: Role, scope: ScopeKind = ScopeKind.NATIONAL, key: str | int = "") -> Visitor:
        member = user(role, scope_kind=scope, key=key)
        within: Mapping[str, object] = {
            (Role.OFFICER, ScopeKind.PROVINCE): {"province": str(key)},
            (Role.SWABBER, ScopeKind.SITE): {"site": key},
            (Role.LAB, ScopeKind.SITE): {"laboratory": key},
            (Role.FRONT_DESK, ScopeKind.SITE): {"house": key},
            (Role.NURSE, ScopeKind.SITE): {"house": key},
            (Role.VACCINATOR, ScopeKind.SITE): {"doses_at": key},
            (Role.DRIVER, ScopeKind.PROVINCE): {"province": str(key)},
            (Role.EMPLOYER, ScopeKind.EMPLOYER): {"employer": key},
            (Role.BANKER, ScopeKind.BANK): {"bank": key},
        }.get((role, scope), {})
        return Visitor(name, role, sign_in(browser(), member), actor_of(member), member, **within)  # type: ignore[arg-type]

    def _tokens(self) -> dict[str, str]:
        made = {f"{scope}@country": self.token("country", (scope,)) for scope in EVERY_SCOPE}
        for suffix, corner in (("here", self.here), ("there", self.there)):
            for scope in SCOPES:
                made[f"{scope}@{suffix}"] = self.token(suffix, (scope,), site=corner.laboratory)
            for scope in HOUSE_SCOPES:
                made[f"{scope}@{suffix}"] = self.token(suffix, (scope,), site=corner.hospitel.facility.site)
            for scope in EMPLOYER_SCOPES:
                made[f"{scope}@{suffix}"] = self.token(suffix, (scope,), employer=corner.employer)
            for scope in DOSE_SCOPES:
                made[f"{scope}@{suffix}"] = self.token(suffix, (scope,), site=corner.campaign.site)
            for scope in BANK_SCOPES:
                made[f"{scope}@{suffix}"] = self.token(suffix, (scope,), bank=corner.money.bank)
        made["useless"] = self.token("useless", (RESULTS,))
        ApiToken.objects.filter(name="useless").update(scopes=["nothing:read"])  # of an operation that is gone
        made["false"] = "khk_0123456789_" + "x" * 43
        return made

    def token(
        self,
        name: str,
        scopes: tuple[str, ...],
        *,
        site: Site | None = None,
        employer: Employer | None = None,
        bank: Bank | None = None,
    ) -> str:
        """Issue a token, for the whole country, for one site, for one employer or for one bank."""
        owner, at = user(Role.ADMINISTRATOR), site or employer or bank
        kinds = ((site, ScopeKind.SITE), (employer, ScopeKind.EMPLOYER), (bank, ScopeKind.BANK))
        kind = next((kind for whose, kind in kinds if whose), ScopeKind.NATIONAL)
        return tokens.issue(
            name=name,
            scopes=scopes,
            owner=owner,
            lifetime=timedelta(days=30),
            by=actor_of(owner),
            scope_kind=kind,
            key=str(at.pk) if at else "",
        )

    def _requests(self) -> tuple[int, int]:
        agent = self.visitors["agent"].actor
        person_id = self.here.people["free"].person.pk
        letter = four_eyes.ask(kind=RequestKind.LETTER, person_id=person_id, why="was here", by=agent)
        phone = four_eyes.ask(
            kind=RequestKind.PHONE_CHANGE, person_id=person_id, why="lost", data={"phone": "+66811111111"}, by=agent
        )
        return letter.pk, phone.pk

    def _proposal(self) -> int:
        today = clock.today()
        values = replace(policies.in_force(OutbreakTerms, on=today), share_percent=17)
        by = actor_of(user(Role.OFFICER))
        return propose(values=values, effective_from=today, why="a test", source="a test", by=by).pk


LATE = ("on_the_way", "taken")
#: Who has a rapid test: one that is still to be read, and one with a correction that waits.
RAPID = ("rapid", "misread")
#: Whose swab was taken and went to the laboratory in one box.
LABELLED = ("received", "lost", "entered", "pooled", "pooled_too", "positive", "negative")
#: So many tested at one enterprise that two cases are an outbreak.
COLLEAGUES = tuple(f"colleague_{number}" for number in range(9))
#: Who is in each corner, by how far their test is.
STATES = (
    *("free", "untested", "dead", "booked", "waiting", "expected", "late_comer", "refuser", "inside", *RAPID),
    *LABELLED,
    *LATE,
    *COLLEAGUES,
    *IN_CARE,
    *LISTED,
)
UNEMPLOYED = ("free", "untested")
#: Roles that are held without limit.
ELSEWHERE = (
    *(Role.AGENT, Role.SUPERVISOR, Role.AUDITOR, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR, Role.FRONT_DESK),
    *(Role.NURSE, Role.VACCINATOR, Role.DRIVER),
)


def browser() -> Client:
    """Return a browser that shows the page of an error, as people see it."""
    return Client(raise_request_exception=False)


def unknown(prefix: str) -> str:
    """Return a reference that is well made and that nobody has."""
    return references.new(prefix)


__all__ = ["Corner", "Marked", "Visitor", "World", "grant", "unknown"]
