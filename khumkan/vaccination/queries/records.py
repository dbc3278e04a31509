"""The record of somebody's doses with its corrections: for the person, and for the officers who keep it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet

from khumkan.accounts.queries import names_of
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.registry.models import Person
from khumkan.registry.queries import persons
from khumkan.vaccination.models import Certificate, Correction, Injection
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import RequestState

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Line:
    """A dose as it was written on a record at some time, with its certificates, the newest first."""

    injection: Injection
    certificates: Sequence[Certificate]

    @property
    def holds(self) -> bool:
        """Whether it counts."""
        return self.injection.struck_at is None

    @property
    def certificate(self) -> Certificate | None:
        """The certificate that holds, if there is one."""
        return next((each for each in self.certificates if each.revoked_at is None), None)


def lines_of(person_id: int) -> list[Line]:
    """Return everything that was ever written on somebody's record, in the order of the doses. Two queries."""
    certificates = Prefetch("certificates", Certificate.objects.order_by("-issued_at", "-pk"))
    rows = Injection.objects.filter(person=person_id).select_related("site", "replaces").prefetch_related(certificates)
    ordered = rows.order_by("number", "written_at", "pk")
    return [Line(each, list(each.certificates.all())) for each in ordered]


def injection_for(by: Actor, injection_id: int) -> Injection:
    """Return one dose whose record an officer keeps.

    :raises Missing: for any other.
    """
    rows = Injection.objects.select_related("person", "site", "lot", "replaces", "dose__enrolment")
    found = _kept(rows.filter(pk=injection_id), by, prefix="").first()
    if found is None:
        raise Missing("no such injection for this officer")
    return found


def person_of(by: Actor, reference: str) -> Person:
    """Return a person whose record an officer keeps, and note that they were seen.

    :raises Missing: for an unknown person and for one whom the officer may not see alike.
    """
    return persons.person_referred(by, reference)


def person_named(by: Actor, reference: str) -> Person:
    """Return the person whose reference an officer typed, and note that they were seen.

    :raises Refused: when there is none whom the officer may see.
    """
    found = persons.find_people(by=by, reference=reference)
    if len(found) != 1:
        raise Refused(N_("Nobody has this reference. Please read it once more, letter by letter."), "nobody")
    return found[0]


def corrections_for(by: Actor) -> "QuerySet[Correction]":
    """Return the corrections that wait for a second person, the oldest first."""
    rows = Correction.objects.filter(state=RequestState.ASKED).select_related("injection__site", "injection__person")
    return _kept(rows, by, prefix="injection__").order_by("asked_at", "pk")


def correction_for(by: Actor, correction_id: int) -> Correction:
    """Return one correction, decided or not, of a record that an officer keeps.

    :raises Missing: for any other.
    """
    rows = Correction.objects.select_related("injection__site", "injection__person", "injection__lot", "person")
    found = _kept(rows.filter(pk=correction_id), by, prefix="injection__").first()
    if found is None:
        raise Missing("no such correction for this officer")
    return found


def waiting_for(injection: Injection) -> Correction | None:
    """Return the correction of a dose that waits for a second person. One query."""
    return injection.corrections.filter(state=RequestState.ASKED).select_related("injection__person").first()


def newer_of(injection: Injection) -> Injection | None:
    """Return the row that says what is true instead of a struck one, if there is one."""
    return Injection.objects.filter(replaces=injection).select_related("person").first()


def who_asked(correction: Correction) -> str:
    """Return the name of the officer who asked for a correction, for the one who decides."""
    asked_by = correction.asked_by
    return names_of({asked_by}).get(asked_by, "") if asked_by is not None else ""


def _kept(rows: "QuerySet[Row]", by: Actor, *, prefix: str) -> "QuerySet[Row]":
    codes = scopes.province_codes(by, Role.OFFICER)
    if codes is None:
        return rows
    here = Q(**{f"{prefix}site__province_code__in": codes}) | Q(**{f"{prefix}person__province_code__in": codes})
    return rows.filter(here)
