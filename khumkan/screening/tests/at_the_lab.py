"""Sites, laboratories and specimens for the tests of visits and results."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta

import pytest

from khumkan.accounts.testing import actor
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.places.models import Site
from khumkan.registry.models import Employer, Person
from khumkan.screening.choices import Channel, Ground, Method
from khumkan.screening.models import Registration, Session, Specimen
from khumkan.screening.states import RegistrationState, SpecimenState
from khumkan.screening.tests.registering import BANGKOK, a_session, a_site, people

SYSTEM = Actor.system("test")


def a_laboratory() -> Site:
    """Make a laboratory."""
    return a_site(kinds=["laboratory"], name_en="Laboratory")


def a_session_today(site: Site | None = None, *, method: Method = Method.PCR, places: int = 100) -> Session:
    """Open a session that lasts the whole day."""
    return a_session(site, in_days=0, starts=time(0, 1), ends=time(23, 59), method=method, places=places)


def swabber(site: Site, user_id: int = 11) -> Actor:
    """Return somebody who takes swabs at a site."""
    return actor(Role.SWABBER, scope_kind=ScopeKind.SITE, key=site.pk, user_id=user_id)


def lab_worker(laboratory: Site, user_id: int = 21) -> Actor:
    """Return somebody who works in a laboratory."""
    return actor(Role.LAB, scope_kind=ScopeKind.SITE, key=laboratory.pk, user_id=user_id)


def an_employer(name: str = "โรงงาน") -> Employer:
    """Make an enterprise in Bangkok."""
    now = clock.now()
    number = f"{Employer.objects.count() + 1:010d}"
    return Employer.objects.create(
        reference=references.new("M"),
        account_number=number,
        name_th=f"{name} {number}",
        province_code=BANGKOK,
        created_at=now,
        updated_at=now,
    )


def registered(
    session: Session,
    count: int = 1,
    *,
    state: RegistrationState = RegistrationState.BOOKED,
    employer: Employer | None = None,
    persons: list[Person] | None = None,
) -> list[Registration]:
    """Put people on the list of a session, without the ways that lead there."""
    now = clock.now()
    return Registration.objects.bulk_create(
        Registration(
            reference=references.new("T"),
            person=person,
            state=state,
            ground=Ground.CONTACT,
            channel=Channel.SELF,
            method=session.method,
            priority=50,
            answers={"met_on": (clock.today() - timedelta(days=1)).isoformat()},
            terms_version=1,
            session=session,
            employer=employer,
            province_code=BANGKOK,
            registered_at=now,
            booked_at=now,
        )
        for person in persons or people(count)
    )


def specimens(
    laboratory: Site | None,
    count: int = 1,
    *,
    state: SpecimenState = SpecimenState.RECEIVED,
    method: Method = Method.PCR,
    employer: Employer | None = None,
    session: Session | None = None,
    persons: list[Person] | None = None,
    hours_ago: float = 2,
) -> list[Specimen]:
    """Make specimens that have come as far as `state`."""
    session = session or a_session_today(method=method, places=count)
    listed = registered(session, count, state=RegistrationState.SAMPLED, employer=employer, persons=persons)
    return Specimen.objects.bulk_create(
        Specimen(
            code=references.new("S"),
            registration=each,
            person_id=each.person_id,
            session=session,
            method=method,
            state=state,
            laboratory=laboratory,
            province_code=each.person.province_code,
            district_code=each.person.district_code,
            section=each.person.section or 0,
            taken_at=clock.now() - timedelta(hours=hours_ago),
        )
        for each in listed
    )


def csv_file(rows: list[tuple[object, ...]], heading: str = "code,result") -> bytes:
    """Write a file as a laboratory would."""
    return "\r\n".join([heading, *(",".join(map(str, row)) for row in rows), ""]).encode()


@contextmanager
def refuses(code: str) -> Iterator[None]:
    """Expect a refusal by its code: its words depend on the language."""
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.code == code
