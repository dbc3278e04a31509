"""What waits for a second person, with what the second person must see before deciding."""

from dataclasses import dataclass

from khumkan import record
from khumkan.accounts import permissions, queries, words
from khumkan.accounts.actions import four_eyes
from khumkan.accounts.models import FourEyesRequest
from khumkan.accounts.states import RequestKind
from khumkan.kernel.actors import Actor
from khumkan.registry import queries as registry
from khumkan.registry.models import Person

OURS = (RequestKind.LETTER, RequestKind.PHONE_CHANGE)
MOST = 100
#: How many digits of the number until now are shown: enough to compare with what somebody reads out.
LAST_DIGITS = 4


@dataclass(frozen=True)
class Waiting:
    """One request as the page shows it.

    :param new_phone: the number asked for, empty for those who may not decide and for other requests.
    :param old_digits: the last digits of the number until now, empty when there is none.
    """

    asked: FourEyesRequest
    kind: words.Words
    person: Person | None
    is_own: bool
    new_phone: str = ""
    old_digits: str = ""


def waiting_for(by: Actor) -> list[Waiting]:
    """Return what waits about persons whom the actor may see, oldest first; that they were seen is recorded.

    The numbers of a change of phone are for those who may decide it, and for the one who asked.
    """
    within = registry.persons_for(by).values("pk")
    found = list(queries.open_requests(*OURS).filter(person_id__in=within)[:MOST])
    persons = registry.people_for(by, [asked.person_id or 0 for asked in found])
    with_numbers = [asked for asked in found if _may_see_numbers(by, asked)]
    shown = {asked.person_id or 0 for asked in with_numbers}
    contacts = registry.contacts_of(shown)
    record.saw(by=by, person_ids=sorted(shown), page="sign_in:requests")
    new_phones = {asked.pk: str(four_eyes.data_of(asked)["phone"]) for asked in with_numbers}
    return [
        Waiting(
            asked=asked,
            kind=words.REQUEST_KINDS[asked.kind],
            person=persons.get(asked.person_id or 0),
            is_own=asked.asked_by_id == by.id,
            new_phone=new_phones.get(asked.pk, ""),
            old_digits=contacts[asked.person_id or 0].phone[-LAST_DIGITS:] if asked.pk in new_phones else "",
        )
        for asked in found
    ]


def _may_see_numbers(by: Actor, asked: FourEyesRequest) -> bool:
    if asked.kind != RequestKind.PHONE_CHANGE:
        return False
    return asked.asked_by_id == by.id or by.has(*permissions.MAY_DECIDE[RequestKind.PHONE_CHANGE])
