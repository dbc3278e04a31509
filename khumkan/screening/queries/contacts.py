"""Contacts whom cases have named: who has not registered yet, and the invitation that somebody reads out.

Nothing here says who the case is: whoever calls a contact must not be able to let it slip.
"""

from datetime import timedelta

from django.db.models import QuerySet

from khumkan import policies
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.screening.models import Case, Contact
from khumkan.screening.terms.registrations import RegistrationTerms


def unregistered(by: Actor) -> QuerySet[Contact]:
    """Return the contacts named in the officer's provinces who can still register and have not, first named first."""
    terms = policies.in_force(RegistrationTerms, on=clock.today())
    since = clock.today() - timedelta(days=terms.contact_within_days)
    rows = _scoped(by).filter(registration=None, case__withdrawn_at=None, last_met_on__gte=since)
    return rows.order_by("named_at", "pk")


def contact_for(by: Actor, reference: str) -> Contact:
    """Return one contact of the officer's provinces.

    :raises Missing: when there is none.
    """
    found = _scoped(by).filter(reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such contact within this officer's provinces")
    return found


def invitation(reference: str) -> Contact:
    """Return the invitation with a code that somebody reads out.

    :raises Missing: when there is none.
    """
    found = Contact.objects.filter(reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such invitation")
    return found


def case_to_name_for(person_id: int) -> Case | None:
    """Return the latest standing case of a person, for whom contacts can be named."""
    return Case.objects.filter(person=person_id, withdrawn_at=None).order_by("-found_on", "-pk").first()


def _scoped(by: Actor) -> QuerySet[Contact]:
    rows = Contact.objects.select_related("case__person")
    if by.is_national(Role.OFFICER):
        return rows
    return rows.filter(case__person__province_code__in=by.keys(Role.OFFICER, ScopeKind.PROVINCE))
