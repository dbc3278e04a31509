"""Certificates and letters: of a person, of an officer's provinces, and what anybody may check."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from khumkan.isolation.choices import CertificateKind
from khumkan.isolation.models import Certificate
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.rules.papers import initials
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing


@dataclass(frozen=True)
class Checked:
    """What anybody learns who has the code of a paper, and nothing else of the person.

    :param initials: of first and last name.
    """

    kind: CertificateKind
    from_on: date
    to_on: date
    initials: str
    issued_on: date
    is_valid: bool


def check(code: str) -> Checked | None:
    """Return what a code stands for, or None: for a code that nobody has and for what is no code alike. One query."""
    stored = references.read(code)
    found = Certificate.objects.select_related("person").filter(code=stored).first() if stored else None
    if found is None:
        return None
    return Checked(
        kind=CertificateKind(found.kind),
        from_on=found.from_on,
        to_on=found.to_on,
        initials=initials(found.person.first_name, found.person.last_name),
        issued_on=clock.bangkok(found.issued_at).date(),
        is_valid=found.revoked_at is None,
    )


def papers_of(care_id: int) -> list[Certificate]:
    """Return the papers of a care, those that hold first, then the newest. One query."""
    rows = Certificate.objects.filter(care=care_id)
    return sorted(rows.order_by("-issued_at", "kind", "pk"), key=lambda paper: paper.revoked_at is not None)


def of_person(person_id: int) -> list[Certificate]:
    """Return the papers of all cares of a person that hold, the newest first. One query."""
    rows = Certificate.objects.filter(care__person=person_id, revoked_at=None)
    return list(rows.order_by("-issued_at", "kind", "pk"))


def own_paper(by: Actor, code: str) -> Certificate:
    """Return one paper of the person themselves, with the person.

    :raises Missing: for anybody else's, and for one that nobody has.
    """
    rows = Certificate.objects.select_related("person", "care").filter(person=by.person_id)
    found = rows.filter(code=references.normalise(code)).first() if by.person_id is not None else None
    if found is None:
        raise Missing("no such paper of this person")
    return found


def papers_for(by: Actor, *, code: str = "") -> QuerySet[Certificate]:
    """Return the papers of an officer's provinces with their people, the newest first.

    :param code: only the one with this code, as somebody typed or scanned it.
    """
    rows = Certificate.objects.select_related("care", "person").order_by("-issued_at", "-pk")
    allowed = permissions.province_codes(by, Role.OFFICER)
    if code:
        rows = rows.filter(code=references.normalise(code))
    return rows if allowed is None else rows.filter(care__province_code__in=allowed)


def paper_for(by: Actor, code: str) -> Certificate:
    """Return one paper of an officer's provinces.

    :raises Missing: when there is none.
    """
    found = papers_for(by, code=code or "-").first()
    if found is None:
        raise Missing("no such paper in these provinces")
    return found


def newer_than(paper: Certificate) -> Certificate | None:
    """Return the paper that holds in place of a revoked one, if there is any."""
    rows = Certificate.objects.filter(care=paper.care_id, kind=paper.kind, revoked_at=None)
    return rows.exclude(pk=paper.pk).order_by("pk").first()
