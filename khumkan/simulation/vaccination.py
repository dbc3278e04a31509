"""The made-up campaign: vaccination sites, lots with their expiry, and the two phases.

Days are told from today, so that a campaign is some weeks old whenever it is made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import uuid4

from khumkan.accounts.models import User
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.places.actions import SiteDetails, add_site
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.policies.models import Phase
from khumkan.simulation import staff
from khumkan.vaccination.actions import carrying, case_files, districts, keeping, phases, plans, site_stock, stock
from khumkan.vaccination.actions import sessions as session_actions
from khumkan.vaccination.actions.keeping import Doses
from khumkan.vaccination.actions.phases import Draft
from khumkan.vaccination.actions.stock import LotDetails
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import CaseFile, Lot, Plan, Session
from khumkan.vaccination.queries import districts as district_queries
from khumkan.vaccination.queries import phases as phase_queries
from khumkan.vaccination.queries.districts import Wish

BY = Actor.system("simulation")
BANGKOK, VACCINES = "10", (Vaccine.SINOVAC, Vaccine.ASTRAZENECA)
#: From today: when the first phase began, when its lists were locked, and when the second one opened, with its doses.
BEGAN, LOCKED, SECOND_OPENS, SECOND_DOSES = -33, -3, -2, 2_000
#: Days whose cases count when districts are chosen.
DAYS_COUNTED = 14
ALL_DAY = dict.fromkeys(range(7), (time(0), time(23, 59)))
DAYTIME = dict.fromkeys(range(7), (time(8), time(16)))
#: The first is open day and night, for people on shifts, so that somebody is there whenever one looks.
BANGKOK_SITES = (
    ("ศูนย์ฉีดวัคซีน 24 ชั่วโมง ดินแดง", "Din Daeng 24-hour vaccination centre", "102601", 13.767, 100.554, 240),
    ("จุดฉีดวัคซีนบางนา", "Bang Na vaccination site", "104702", 13.669, 100.605, 120),
    ("จุดฉีดวัคซีนหนองแขม", "Nong Khaem vaccination site", "102302", 13.705, 100.350, 120),
    ("จุดฉีดวัคซีนมีนบุรี", "Min Buri vaccination site", "101001", 13.814, 100.749, 80),
)  # fmt: skip
#: Sites of the second phase, one in each province that a wave of the demonstration reaches first.
OTHER_SITES = (
    ("จุดฉีดวัคซีนสมุทรปราการ", "Samut Prakan vaccination site", "110101", 13.599, 100.597, 80),
    ("จุดฉีดวัคซีนปทุมธานี", "Pathum Thani vaccination site", "130101", 14.020, 100.525, 80),
    ("จุดฉีดวัคซีนชลบุรี", "Chon Buri vaccination site", "200101", 13.362, 100.984, 80),
    ("จุดฉีดวัคซีนสมุทรสาคร", "Samut Sakhon vaccination site", "740101", 13.548, 100.274, 80),
)  # fmt: skip
#: Number, vaccine, doses, days from today on which it arrives and expires. The last one is announced.
LOTS = (
    ("SV-2104-017", Vaccine.SINOVAC, 900, -33, 150),
    ("SV-2105-032", Vaccine.SINOVAC, 800, -12, 9),
    ("AZ-A1006", Vaccine.ASTRAZENECA, 1_500, -12, 70),
    ("AZ-A1011", Vaccine.ASTRAZENECA, 1_200, 4, 100),
)
#: Doses of each lot that a site of Bangkok has taken in, and those of the lots that arrived later.
TAKEN_IN = 180


@dataclass(frozen=True)
class Campaign:
    """Who and what a made-up campaign has.

    :param one: an officer of the whole country; `other` the second one, who signs.
    """

    one: Actor
    other: Actor
    bangkok: Sequence[Site]
    others: Sequence[Site]
    lots: Sequence[Lot]

    @property
    def main(self) -> Site:
        """The site at which most is going on."""
        return self.bangkok[0]


def officers() -> tuple[Actor, Actor]:
    """Return the two officers of the whole country."""
    one, other = (
        Actor(ActorKind.STAFF, user.pk, frozenset({Grant(Role.OFFICER)}), name=user.name)
        for user in (User.objects.get(username=name) for name in ("officer", "officer2"))
    )
    return one, other


def day(number: int) -> date:
    """Return the day so many days from today."""
    return clock.today() + timedelta(days=number)


def make_sites() -> tuple[list[Site], list[Site]]:
    """Make the sites of Bangkok and those of the other provinces."""
    bangkok = [_site(row, is_all_day=number == 0) for number, row in enumerate(BANGKOK_SITES)]
    return bangkok, [_site(row, is_all_day=False) for row in OTHER_SITES]


def standing_sites() -> list[Site]:
    """Return the sites of Bangkok that were made, the main one first."""
    found = {site.name_th: site for site in Site.objects.filter(name_th__in=[row[0] for row in BANGKOK_SITES])}
    return [found[row[0]] for row in BANGKOK_SITES if row[0] in found]


def receive_lots(today: date) -> list[Lot]:
    """Enter all lots, as the office knows of them."""
    return [
        stock.receive_lot(
            details=LotDetails(
                number=number,
                vaccine=vaccine,
                doses=doses,
                arrives_on=today + timedelta(days=arrives),
                expires_on=today + timedelta(days=expires),
            ),
            by=BY,
        )
        for number, vaccine, doses, arrives, expires in LOTS
    ]


def take_in(lots: Iterable[Lot], sites: Iterable[Site], *, doses: int = TAKEN_IN) -> None:
    """Let sites take doses of lots into their refrigerators."""
    for lot in lots:
        for site in sites:
            site_stock.receive(lot=lot, site_id=site.pk, doses=doses, client_key=uuid4(), by=BY)


def read_thermometer(site: Site, celsius: str) -> None:
    """Let a site read its thermometer."""
    site_stock.read_thermometer(site_id=site.pk, celsius=Decimal(celsius), client_key=uuid4(), by=BY)


def open_days(sites: Sequence[Site], *, first: date, last: date, vaccine: Vaccine, places: int) -> None:
    """Open sessions of sites on some days."""
    session_actions.open_days_at(
        site_ids=[site.pk for site in sites], first=first, last=last, vaccine=vaccine, places=places, by=BY
    )


def keep(sessions: Iterable[Session], lot: Lot) -> None:
    """Keep as many doses of a lot for sessions as they have places."""
    keeping.keep_many(wanted={each.pk: Doses(lot.pk, each.places) for each in sessions}, by=BY)


def open_first_phase(campaign: Campaign, *, today: date) -> Phase:
    """Draft the phase of Bangkok, and have it signed by the second officer."""
    drafted = phases.draft(
        draft=_draft(
            number=1,
            title_th="ระยะที่ 1 กรุงเทพมหานคร",
            title_en="Phase 1, Bangkok",
            today=today,
            opens_in=BEGAN,
            locks_in=LOCKED,
            doses=3_000,
            area_codes=[BANGKOK],
        ),
        by=campaign.one,
    )
    return phases.sign(phase_id=drafted.pk, by=campaign.other)


def draft_second_phase(campaign: Campaign, *, today: date) -> Phase:
    """Draft the phase whose districts are chosen by their cases; from now on employers there may send lists."""
    return phases.draft(
        draft=_draft(
            number=2,
            title_th="ระยะที่ 2 อำเภอที่มีผู้ติดเชื้อมาก",
            title_en="Phase 2, districts with many cases",
            today=today,
            opens_in=SECOND_OPENS,
            locks_in=21,
            doses=SECOND_DOSES,
            chosen_by_cases=True,
        ),
        by=campaign.one,
    )


def open_second_phase(campaign: Campaign, drafted: Phase, *, until: date) -> None:
    """Choose districts by the office's own cases, have the choice and the phase signed, and so publish both.

    Where our own tests found too few cases, as in a small country, made-up figures of others are taken over.

    :param until: the last day whose cases count.
    """
    wish = Wish(
        planned=phase_queries.phase_called(drafted.pk),
        until_on=until,
        days=DAYS_COUNTED,
        least_rate=Decimal(50),
        doses=SECOND_DOSES,
    )
    if not district_queries.simulate(wish).chosen:
        wish = replace(wish, case_file=_figures_of_others(campaign, until))
    choice = districts.keep(wish=wish, by=campaign.one)
    try:
        districts.sign(choice=choice, figures_hash=choice.figures_hash, by=campaign.other)
        phases.sign(phase_id=drafted.pk, by=campaign.other)
    except Refused:
        return  # nobody is listed outside Bangkok


def propose(campaign: Campaign, *, first: date, last: date, province_code: str) -> Plan:
    """Have a plan computed by one officer's wish, to be looked at by the other."""
    plan = plans.propose(province_code=province_code, first_day=first, last_day=last, by=campaign.one)
    return plans.compute(plan_id=plan.pk, by=BY)


def carry_out(campaign: Campaign, plan: Plan) -> Plan:
    """Have a plan approved by the other officer and carried out."""
    approved = plans.approve(plan=plan, by=campaign.other)
    carrying.carry_out(plan_id=approved.pk, by=BY)
    return Plan.objects.get(pk=approved.pk)


def staff_of(bangkok: Sequence[Site]) -> list[staff.Member]:
    """Make those who work at the sites of Bangkok where people come today."""
    first, second = bangkok[:2]
    return [
        staff.member(
            "vaccinator", "สุนีย์ อินทร์แก้ว", Role.VACCINATOR, f"เจ้าหน้าที่ {first}", scope_kind=ScopeKind.SITE, key=first.pk
        ),
        staff.member(
            "vaccinator2", "บุญเลิศ ทองคำ", Role.VACCINATOR, f"เจ้าหน้าที่ {second}", scope_kind=ScopeKind.SITE, key=second.pk
        ),
    ]


def _figures_of_others(campaign: Campaign, until: date) -> CaseFile:
    """Take over made-up figures of the provinces of the second phase."""
    days = [until - timedelta(days=number) for number in range(DAYS_COUNTED)]
    rows = [f"{on},{province},3" for on in days for province in ("สมุทรปราการ", "ปทุมธานี", "ชลบุรี", "สมุทรสาคร")]
    content = "\n".join(["date,province,new_cases", *rows]).encode()
    return case_files.import_cases(content=content, name="cases.csv", source="ตัวเลขสมมติสำหรับการสาธิต", by=campaign.one)


def _draft(
    *,
    number: int,
    title_th: str,
    title_en: str,
    today: date,
    opens_in: int,
    locks_in: int,
    doses: int,
    area_codes: Sequence[str] = (),
    chosen_by_cases: bool = False,
) -> Draft:
    return Draft(
        number=number,
        years=str(today.year),
        title_th=title_th,
        title_en=title_en,
        opens_on=today + timedelta(days=opens_in),
        closes_on=today + timedelta(days=120),
        vaccines=VACCINES,
        sections=[33],
        doses=doses,
        lists_lock_on=today + timedelta(days=locks_in),
        area_codes=area_codes,
        chosen_by_cases=chosen_by_cases,
    )


def _site(row: tuple[str, str, str, float, float, int], *, is_all_day: bool) -> Site:
    thai, english, subdistrict, latitude, longitude, places = row
    details = SiteDetails(
        name_th=thai,
        name_en=english,
        kinds=[SiteKind.VACCINATION],
        subdistrict_code=subdistrict,
        latitude=latitude,
        longitude=longitude,
        phone="021506000",
        works_on_holidays=True,
        hours=ALL_DAY if is_all_day else DAYTIME,
        capacities={SiteKind.VACCINATION: places},
    )
    return add_site(details=details, by=BY)
