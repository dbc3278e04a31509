"""Families: who stays together, and who asked to."""

from khumkan.isolation.models import Care, PartyRequest
from khumkan.isolation.states import LIVE_CARES
from khumkan.kernel import references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Missing
from khumkan.registry.queries import persons

#: So many last digits of a telephone number show that two people know each other.
DIGITS = 4


def meant(reference: str, phone_end: str) -> Care | None:
    """Return the care under way with this reference whose person has a telephone that ends so; else None.

    Both are always looked at, so that it takes the same time whatever is wrong.
    """
    typed = references.read(reference) or ""
    found = Care.objects.under_way().filter(reference=typed).first()
    phone = persons.phone_of(found.person_id if found else 0)
    end = phone_end.strip()
    return found if found and len(end) == DIGITS and phone.endswith(end) else None


def family_of(care: Care) -> list[Care]:
    """Return the others under way who stay together with somebody, the first opened first."""
    if care.party_id is None:
        return []
    others = Care.objects.under_way().filter(party=care.party_id).exclude(pk=care.pk)
    return list(others.select_related("person").order_by("opened_at", "pk"))


def open_requests(care: Care) -> list[PartyRequest]:
    """Return who asks to stay together with somebody and has no answer yet, the first first."""
    rows = PartyRequest.objects.filter(asked=care, answered_at=None, asking__state__in=LIVE_CARES)
    return list(rows.select_related("asking__person").order_by("at", "pk"))


def request_for(by: Actor, care: Care, request_id: int) -> PartyRequest:
    """Return one request that a person has to answer.

    :raises Missing: for what was not asked of this person.
    """
    found = PartyRequest.objects.filter(pk=request_id, asked=care).select_related("asking", "asked").first()
    if found is None or by.kind is not ActorKind.PERSON or by.id != care.person_id:
        raise Missing("nothing was asked of this person")
    return found
