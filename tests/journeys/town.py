"""A small town made through the public actions: people, a factory, sites, a laboratory, and staff of every role."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import geothai
import time_machine
from django.test import Client
from playwright.sync_api import APIResponse, Browser

from khumkan import policies
from khumkan.accounts.models import User
from khumkan.accounts.sessions import cookie_name
from khumkan.accounts.testing import actor_of, sign_in
from khumkan.isolation.actions import sites
from khumkan.isolation.actions.sites import RoomPlan
from khumkan.isolation.choices import FacilityKind, Level
from khumkan.isolation.models import Facility
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.identifiers import IdentifierKind, thai_check_digit
from khumkan.places.actions import SiteDetails, add_site
from khumkan.places.models import District, Province, Site, Subdistrict
from khumkan.places.points import PROVINCE_POINTS
from khumkan.places.sorting import thai_sort_key
from khumkan.places.states import SiteKind
from khumkan.policies.actions import approve, propose, seed
from khumkan.record.inline import run_jobs
from khumkan.record.tests.support import empty_the_queue
from khumkan.registry.actions import PersonDetails, employ, register_employer, register_person, start_cover
from khumkan.registry.actions.employers import EmployerDetails, set_employer_contact
from khumkan.registry.models import Employer, Person
from khumkan.registry.states import ContactKind, Section
from khumkan.screening.actions import manifests, registrations, result_files, sessions, visits
from khumkan.screening.choices import Channel, Ground, Method, Outcome, Risk, Symptom
from khumkan.screening.models import Registration, Session, Specimen
from khumkan.screening.rules.answers import Answers
from khumkan.screening.terms.registrations import RegistrationTerms
from khumkan.simulation import staff
from tests.journeys.windows import DESK, PHONE, Window

OFFICE = Actor.system("town")
BANGKOK = "10"
HOME = "102601"
ALL_DAY = (time(0, 1), time(23, 59))
EVERY_DAY = dict.fromkeys(range(7), ALL_DAY)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Insured:
    """Somebody of the town, with what they know of themselves."""

    person: Person
    number: str
    phone: str

    @property
    def id(self) -> int:
        """The row in the register."""
        return self.person.pk

    @property
    def name(self) -> str:
        """As it stands on pages."""
        return self.person.full_name

    def registration(self) -> Registration:
        """The latest registration."""
        return Registration.objects.filter(person=self.person).latest("pk")

    def specimen(self) -> Specimen:
        """The latest specimen."""
        return Specimen.objects.filter(person=self.person).latest("pk")


class Town:
    """The town, and windows into it.

    :param address: where the service answers.
    :param browser: opens the windows.
    """

    def __init__(self, address: str, browser: Browser) -> None:
        self.address, self.browser = address, browser
        self.windows: list[Window] = []
        self._travels: list[time_machine.travel] = []
        empty_the_queue()
        _settle_areas()
        seed()
        self.stadium = new_site("สนามกีฬาไทย-ญี่ปุ่น", "Thai-Japanese stadium", HOME, 13.766, 100.553)
        self.market = new_site("ตลาดบางนา", "Bang Na market", "104702", 13.668, 100.604)
        self.laboratory = new_site(
            "ห้องปฏิบัติการกลาง", "Central laboratory", "100201", 13.77, 100.52, kind=SiteKind.LABORATORY
        )
        self.hotel = _hotel()
        self.doses = new_site("จุดฉีดสนามกีฬา", "Stadium doses", HOME, 13.765, 100.552, kind=SiteKind.VACCINATION)
        self.ward = _ward()
        self.staff: dict[str, User] = {}
        for name, role, kind, key in self._posts():
            self.staff[name] = staff.member(name, STAFF_NAMES[name], role, "", scope_kind=kind, key=key).user
        self._agree_on_terms()

    # Given

    def given_a_person(
        self,
        first: str = "สมชาย",
        last: str = "ใจดี",
        *,
        section: Section = Section.EMPLOYEE,
        language: str = "th",
        born: date = date(1985, 5, 5),
        begins: str = "1",
    ) -> Insured:
        """Register somebody who lives near the stadium and is insured.

        :param begins: how the identity number begins.
        """
        number = next(_numbers)
        twelve = f"{begins}{number:0{12 - len(begins)}d}"
        thai, phone = twelve + str(thai_check_digit(twelve)), f"+66810{number:06d}"
        details = PersonDetails(
            first_name=first,
            last_name=last,
            title="นาย",
            birth_date=born,
            sex="M",
            language=language,
            subdistrict_code=HOME,
        )
        person = register_person(details=details, documents=[(IdentifierKind.THAI, thai)], phone=phone, by=OFFICE)
        start_cover(person_id=person.pk, section=section, on=date(2020, 1, 1), by=OFFICE)
        return Insured(Person.objects.get(pk=person.pk), thai, phone)

    def given_a_factory(self, workers: int, *, name: str = "โรงงานอาหารสยาม") -> tuple[Employer, list[Insured]]:
        """Register an enterprise, people who work there, and somebody of its office with an account."""
        details = EmployerDetails(
            name_th=name,
            name_en="Siam Food Factory",
            industry="10",
            subdistrict_code=HOME,
            latitude=13.76,
            longitude=100.55,
        )
        employer = register_employer(account_number=f"20{next(_numbers):08d}", details=details, by=OFFICE)
        set_employer_contact(employer_id=employer.pk, kind=ContactKind.PHONE, address="021112222", by=OFFICE)
        people = [self.given_a_person(last=f"โรงงาน{number}") for number in range(1, workers + 1)]
        for each in people:
            employ(person_id=each.id, employer_id=employer.pk, on=date(2020, 1, 1), by=OFFICE)
        Employer.objects.filter(pk=employer.pk).update(size=workers)  # as the nightly count does
        officer = staff.member(
            f"personnel{employer.pk}", "กัลยา บุญมาก", Role.EMPLOYER, "", scope_kind=ScopeKind.EMPLOYER, key=employer.pk
        )
        self.staff.setdefault("personnel", officer.user)
        return employer, people

    def given_a_session(
        self, site: Site | None = None, *, in_days: int = 0, places: int = 20, method: Method = Method.PCR
    ) -> Session:
        """Open a session that lasts all day; a site has no two that begin at the same minute."""
        minute = Session.objects.filter(site=site or self.stadium).count() + 1
        return sessions.open_session(
            site_id=(site or self.stadium).pk,
            day=clock.today() + timedelta(days=in_days),
            starts=time(0, minute),
            ends=ALL_DAY[1],
            places=places,
            method=method,
            by=OFFICE,
        )

    def given_a_place(self, somebody: Insured, session: Session, *, employer: Employer | None = None) -> Registration:
        """Register somebody for a session: who is ill for RT-PCR, who is at risk for a rapid test."""
        ground = Ground.SYMPTOMS if session.method == Method.PCR else Ground.HIGH_RISK
        return self.given_a_wish(somebody, ground, session=session, employer=employer)

    def given_a_wish(
        self, somebody: Insured, ground: Ground, *, session: Session | None = None, employer: Employer | None = None
    ) -> Registration:
        """Register somebody, who gets the nearest place or waits."""
        yesterday = clock.today() - timedelta(days=1)
        return registrations.register(
            person_id=somebody.id,
            ground=ground,
            answers=Answers(symptoms=(Symptom.FEVER,), since=yesterday, risks=(Risk.CROWDED_HOME,)),
            channel=Channel.SELF,
            method=Method(session.method) if session else None,
            session_id=session.pk if session else None,
            employer_id=employer.pk if employer else None,
            by=Actor.person(somebody.id),
        )

    def given_swabs_in_the_laboratory(
        self, people: list[Insured], *, employer: Employer | None = None
    ) -> list[Specimen]:
        """Let people be swabbed today and their specimens reach the laboratory."""
        session = self.given_a_session(places=len(people) + 5)
        ids = [self.given_a_place(each, session, employer=employer).pk for each in people]
        visits.check_in_many(session=session, registration_ids=ids, by=OFFICE)
        specimens = visits.take_specimens(session=session, registration_ids=ids, by=OFFICE)
        box = manifests.close_box(session=session, laboratory=self.laboratory, by=OFFICE)
        manifests.receive(manifest=box, by=OFFICE)
        return list(Specimen.objects.filter(pk__in=[each.pk for each in specimens]).order_by("registration_id"))

    # When

    def when_the_laboratory_reports(self, results: list[tuple[Specimen, Outcome]]) -> None:
        """Read a file of results, without a browser."""
        result_files.import_file(
            laboratory_id=self.laboratory.pk, file=lab_file(results), name="results.csv", by=OFFICE
        )
        self.when_the_queue_has_run()

    def when_the_session_is_over(self, session: Session) -> None:
        """Let the hours of a session have passed; a browser cannot wait for the evening."""
        over = clock.now() - timedelta(minutes=1)
        Session.objects.filter(pk=session.pk).update(starts_at=over - timedelta(hours=1), ends_at=over)

    def when_days_have_passed(self, days: int) -> None:
        """Let it be so many days later for everybody but the browser; whoever was signed in signs in again."""
        self.when_it_is(clock.now() + timedelta(days=days))

    def when_it_is(self, moment: datetime) -> None:
        """Let it be this moment for everybody but the browser, and time go on from there."""
        travel = time_machine.travel(moment)
        travel.start()
        self._travels.append(travel)

    def when_the_queue_has_run(self) -> None:
        """Do everything that was queued: messages, files, figures, alerts."""
        run_jobs()

    # Windows

    def phone_of(self, somebody: Insured | None = None, **options: object) -> Window:
        """Open a phone in Thai, signed in as an insured person, or as nobody."""
        return self._window(somebody.id if somebody else None, width=PHONE, **options)

    def desk_of(self, name: str, **options: object) -> Window:
        """Open a window at the desk of a member of staff."""
        return self._window(self.staff[name], **{"width": DESK, **options})

    def desk_of_nobody(self) -> Window:
        """Open a window at a desk where nobody is signed in."""
        return self._window(None)

    def messages_to(self, somebody: Insured) -> str:
        """Return what the inbox page shows of one phone."""
        self.when_the_queue_has_run()
        return self._window(None, width=PHONE).opens(f"/inbox/?phone={somebody.phone[-4:]}").text

    def posts(self, window: Window, path: str, **fields: str) -> APIResponse:
        """Send a form that the window's pages do not show, as somebody might who knows how."""
        window.page.wait_for_load_state()
        token = window.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        form = {"csrfmiddlewaretoken": token, "form_key": uuid4().hex, **fields}
        return window.context.request.post(self.address + path, form=form, headers={"Referer": self.address})

    def posts_the_form(self, window: Window) -> APIResponse:
        """Send the form of the page as it stands, and stay on the page."""
        form: dict[str, str] = {}
        for control in window.page.locator("main form").first.locator("input, select").all():
            if control.get_attribute("type") not in ("checkbox", "radio") or control.is_checked():
                form[control.get_attribute("name") or ""] = control.input_value()
        return window.context.request.post(window.page.url, form=form, headers={"Referer": window.page.url})

    def close(self) -> None:
        """Close every window, and fail when one of them met something that must never happen."""
        while self._travels:
            self._travels.pop().stop()
        for window in self.windows:
            window.context.close()
        assert [trouble for window in self.windows for trouble in window.troubles] == []

    def _window(
        self, who: User | int | None, *, language: str = "th", width: int = DESK, scripts: bool = True
    ) -> Window:
        context = self.browser.new_context(
            java_script_enabled=scripts, has_touch=width == PHONE, locale="th-TH", timezone_id="Asia/Bangkok"
        )
        context.set_default_timeout(30_000)
        if who is not None:
            key = sign_in(Client(), who).cookies[cookie_name()].value
            context.add_cookies([{"name": cookie_name(), "value": key, "url": self.address, "httpOnly": True}])
        window = Window(context, self.address, language=language, width=width)
        self.windows.append(window)
        return window

    def _posts(self) -> list[tuple[str, Role, ScopeKind, str | int]]:
        country, site = ScopeKind.NATIONAL, ScopeKind.SITE
        return [
            ("officer", Role.OFFICER, ScopeKind.PROVINCE, BANGKOK),
            ("minister", Role.OFFICER, country, ""),
            ("second", Role.OFFICER, country, ""),
            ("swabber", Role.SWABBER, site, self.stadium.pk),
            ("lab", Role.LAB, site, self.laboratory.pk),
            ("lab2", Role.LAB, site, self.laboratory.pk),
            ("front_desk", Role.FRONT_DESK, site, self.hotel.pk),
            ("nurse", Role.NURSE, site, self.hotel.pk),
            ("ward_nurse", Role.NURSE, site, self.ward.pk),
            ("vaccinator", Role.VACCINATOR, site, self.doses.pk),
            ("driver", Role.DRIVER, ScopeKind.PROVINCE, BANGKOK),
            ("agent", Role.AGENT, country, ""),
            ("supervisor", Role.SUPERVISOR, country, ""),
            ("auditor", Role.AUDITOR, country, ""),
            ("privacy", Role.PRIVACY_OFFICER, country, ""),
            ("admin", Role.ADMINISTRATOR, country, ""),
            ("admin2", Role.ADMINISTRATOR, country, ""),
        ]

    def _agree_on_terms(self) -> None:
        """Let two officers agree that the ill get RT-PCR, and that everything may happen on the same day."""
        today = clock.today()
        values = replace(policies.in_force(RegistrationTerms, on=today), method_symptoms=Method.PCR, minutes_ahead=0)
        asked = propose(
            values=values,
            effective_from=today,
            why="ให้ทุกอย่างเกิดขึ้นได้ในวันเดียว",
            source="คำสั่งเมืองตัวอย่าง",
            by=actor_of(self.staff["minister"]),
        )
        approve(proposal_id=asked.pk, by=actor_of(self.staff["second"]))


STAFF_NAMES = {
    "officer": "มาลี ศรีสุข",
    "minister": "วิชัย มั่นคง",
    "second": "อรทัย แสงทอง",
    "swabber": "ณัฐพล สายทอง",
    "lab": "รัตนา เพชรรัตน์",
    "lab2": "ธีรพงษ์ ชัยวงศ์",
    "front_desk": "วิภา ต้อนรับ",
    "nurse": "จันทร์เพ็ญ เอื้ออารี",
    "ward_nurse": "อำไพ พยาบาล",
    "vaccinator": "สุภาพร เข็มทอง",
    "driver": "สมศักดิ์ ขับดี",
    "agent": "ปิยนุช ใจดี",
    "supervisor": "อัจฉรา รุ่งเรือง",
    "auditor": "สมบูรณ์ คงทน",
    "privacy": "นิภา แก้วมณี",
    "admin": "เอกชัย ทองดี",
    "admin2": "สุดา พรหมมา",
}
OpensTown = Callable[[], Town]


def lab_file(results: list[tuple[Specimen, Outcome]]) -> bytes:
    """Write results as a laboratory's instrument does."""
    return "\r\n".join(["code,result", *(f"{each.code},{outcome.value}" for each, outcome in results), ""]).encode()


def new_site(
    thai: str, english: str, subdistrict: str, latitude: float, longitude: float, kind: SiteKind = SiteKind.TESTING
) -> Site:
    """Add a site that is open all day, every day."""
    details = SiteDetails(
        name_th=thai,
        name_en=english,
        kinds=[kind],
        subdistrict_code=subdistrict,
        address="ถนนมิตรไมตรี",
        latitude=latitude,
        longitude=longitude,
        phone="021506000",
        works_on_holidays=True,
        hours=EVERY_DAY,
        capacities={kind: 200},
    )
    return add_site(details=details, by=OFFICE)


def _hotel() -> Facility:
    """Let a hotel near the stadium take people."""
    site = new_site("โรงแรมดินแดง", "Din Daeng Hotel", HOME, 13.77, 100.556, kind=SiteKind.HOSPITEL)
    facility = sites.join(site=site, kind=FacilityKind.HOSPITEL, nurses=3, by=OFFICE)
    rooms = [RoomPlan(floor=floor, number=f"{floor}{number:02}", beds=2) for floor in "23" for number in range(1, 9)]
    sites.make_rooms(facility=facility, rooms=rooms, offered_from=clock.today() - timedelta(days=60), by=OFFICE)
    return facility


def _ward() -> Facility:
    """Let a ward of a hospital take who is more ill."""
    site = new_site("โรงพยาบาลกลาง", "Central Hospital", HOME, 13.75, 100.51, kind=SiteKind.HOSPITAL)
    facility = sites.join(site=site, kind=FacilityKind.HOSPITAL, nurses=2, by=OFFICE)
    rooms = [
        RoomPlan(floor="5", number="501", beds=4, level=Level.YELLOW),
        RoomPlan(floor="6", number="601", beds=2, level=Level.RED),
    ]
    sites.make_rooms(facility=facility, rooms=rooms, offered_from=clock.today() - timedelta(days=60), by=OFFICE)
    return facility


def _settle_areas() -> None:
    """Found the province of the town; the whole country would take seconds for each test."""
    province = geothai.province(BANGKOK)
    latitude, longitude = PROVINCE_POINTS[BANGKOK]
    Province.objects.create(code=BANGKOK, latitude=latitude, longitude=longitude, **_named(province))
    districts = geothai.districts(BANGKOK)
    District.objects.bulk_create(District(code=each.code, province_id=BANGKOK, **_named(each)) for each in districts)
    Subdistrict.objects.bulk_create(
        Subdistrict(code=each.code, district_id=district.code, province_id=BANGKOK, **_named(each))
        for district in districts
        for each in geothai.subdistricts(district.code)
    )


def _named(area: object) -> dict[str, str]:
    name = area.name_th  # type: ignore[attr-defined]
    return {"name_th": name, "name_en": area.name_en, "sort_key": thai_sort_key(name)}  # type: ignore[attr-defined]
