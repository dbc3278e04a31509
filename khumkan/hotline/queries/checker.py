"""What the checker asks of the programmes: terms of tests, open phases, lending, and the nearest sites with room."""

from collections.abc import Sequence
from dataclasses import dataclass

from khumkan import policies
from khumkan.hotline.rules.checking import Answers, Measure, measures
from khumkan.kernel import clock
from khumkan.loans.queries import phases as lending
from khumkan.places import queries as places
from khumkan.places.matching import match_district
from khumkan.places.states import SiteKind
from khumkan.screening.queries import open_sessions
from khumkan.screening.queries.open_sessions import OpenSession
from khumkan.screening.terms.registrations import RegistrationTerms
from khumkan.vaccination.queries import phases

#: Sites looked at, and shown, around a district.
SITES_NEAR, MOST_SITES = 40, 5


@dataclass(frozen=True)
class Near:
    """A test site with room.

    :param km: from the middle of the district; none when only the province is known.
    """

    session: OpenSession
    km: int | None


def what_for(said: Answers, *, area_code: str) -> tuple[Measure, ...]:
    """Return what somebody can get today where they are. Three queries, and three more for an employer.

    :param area_code: of a province or a district; empty where it is not known, and then any open phase counts.
    """
    terms = policies.in_force(RegistrationTerms, on=clock.today())
    return measures(
        said,
        test_sections=terms.sections,
        open_sections=_open_sections(area_code),
        is_lending=said.is_employer and bool(lending.running()),
    )


def nearest(*, province_code: str, district_code: str = "") -> list[Near]:
    """Return test sites with room, the nearest first, each with its next session. Three queries."""
    soonest: dict[str, OpenSession] = {}
    for session in open_sessions.with_room(province_code="" if district_code else province_code):
        soonest.setdefault(session.site, session)
    middle = places.areas([district_code or province_code]).get(district_code or province_code)
    if middle is None or middle.latitude is None or middle.longitude is None:
        return [Near(session, None) for session in soonest.values()][:MOST_SITES]
    around = places.nearest_sites(
        SiteKind.TESTING, latitude=middle.latitude, longitude=middle.longitude, most=SITES_NEAR
    )
    found = [(site, soonest[site.reference]) for site in around if site.reference in soonest]
    km = [round(site.distance_km) if district_code else None for site, _session in found]  # type: ignore[attr-defined]
    return [Near(session, far) for (_site, session), far in zip(found, km, strict=True)][:MOST_SITES]


def district_called(written: str, *, province_code: str) -> str:
    """Return the code of a district as somebody wrote it; empty when none fits, or several do."""
    matched = match_district(written, province_code=province_code)
    return matched.code if matched else ""


def provinces() -> Sequence[tuple[str, str]]:
    """Return the provinces by code and name."""
    return [(each.pk, str(each)) for each in places.provinces()]


def _open_sections(area_code: str) -> frozenset[int]:
    running = [planned for planned in phases.open_phases() if planned.is_running]
    near = [each for each in running if not area_code or _touches(each.phase.area_codes, area_code)]
    return frozenset(section for each in near if each.detail for section in each.detail.sections)


def _touches(codes: Sequence[str], area_code: str) -> bool:
    """Tell whether an area lies in those of a phase, or some of them lie in it; without areas it is open everywhere."""
    return not codes or any(area_code.startswith(code) or code.startswith(area_code) for code in codes)
