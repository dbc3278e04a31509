"""Families: people of one household who are in care at the same time stay together.

Whoever asks learns nothing about the other one: the answer is the same whether there is such a care or not, until the
other one agrees. The hotline may do it for a caller, when it has heard both.
"""

from collections.abc import Sequence

from django.db import transaction

from khumkan.isolation.actions import promises, steps
from khumkan.isolation.choices import StayEnd, WaitingBecause
from khumkan.isolation.models import Care, Party, PartyRequest, Stay
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.queries import parties as queries
from khumkan.isolation.states import LIVE_CARES, CareState, StayState
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.record import queue

PREFIX = "G"
#: Before a bed is being gone to: from then on the nurse of the site knows best.
MAY_JOIN = (CareState.ASKED, CareState.WAITING, CareState.PLACED)
#: Requests without an answer that one person may have. More are dropped without a word: even that would tell something.
MOST_OPEN = 5


@transaction.atomic
def ask(*, care: Care, reference: str, phone_end: str, by: Actor) -> None:
    """Ask somebody else in care to stay together. Nothing shows whether there is such a care; twice is harmless.

    :param reference: of the other one's care; `phone_end` the last four digits of their telephone number.
    :raises Refused: when the own care does not allow it (any more).
    """
    permissions.check_may_act_for(by, care)
    care = steps.locked(care.pk)
    _check_may_join([care])
    has_room = PartyRequest.objects.filter(asking=care, answered_at=None).count() < MOST_OPEN
    other = queries.meant(reference, phone_end)
    if other is not None and other.pk != care.pk and has_room:
        PartyRequest.objects.get_or_create(
            asking=care, asked=other, answered_at=None, agreed=None, defaults={"at": clock.now()}
        )
    steps.note("family_asked", care, by=by)


@transaction.atomic
def answer(*, request: PartyRequest, agrees: bool, by: Actor) -> None:
    """Take the answer of the one who was asked; who agrees waits for a room together with the other one from now on.

    :raises Refused: when it was answered already, or one of the two is on the way to a bed, or lies in one.
    """
    permissions.check_may_act_for(by, request.asked)
    changed = PartyRequest.objects.filter(pk=request.pk, answered_at=None).update(
        answered_at=clock.now(), agreed=agrees
    )
    if not changed:
        raise Refused(N_("This was answered already."), "answered")
    if agrees:
        _join(request.asking, request.asked, by=by)


@transaction.atomic
def join(*, care: Care, other: Care, by: Actor) -> None:
    """Let two people stay together, as the hotline heard from both. Twice is harmless.

    :raises Missing: for callers whom the actor may not act for.
    :raises Refused: when one of them is on the way to a bed, lies in one, or is not in care (any more).
    """
    permissions.check_may_act_for(by, care)
    permissions.check_may_act_for(by.acting_for(other.person_id), other)
    if care.pk == other.pk:
        raise Refused(N_("This is the same person. Please enter the reference of the other one."), "same_person")
    if care.party_id is None or care.party_id != other.party_id:
        _join(care, other, by=by)


def _join(care: Care, other: Care, *, by: Actor) -> None:
    """Bring two people, and the families that they belong to, into one."""
    together = _locked_with_families(care, other)
    _check_may_join(together)
    party = next((one.party for one in together if one.party_id is not None), None)
    if party is None:
        party = Party.objects.create(reference=references.new(PREFIX), made_at=clock.now())
    for one in together:
        if one.party_id != party.pk:
            Care.objects.filter(pk=one.pk).update(party=party)
            one.party = party
            steps.note("family_joined", one, by=by.acting_for(one.person_id) if by.because else by, party=party.pk)
        _wait_together(one, by=by)
    first = next((one for one in together if one.state == CareState.WAITING), None)
    if first is not None:
        queue.put("isolation.place", care_id=first.pk, priority=5)


def _locked_with_families(care: Care, other: Care) -> list[Care]:
    """Return both with everybody under way in their families, held until the commit, in an order that never deadlocks.

    :raises Refused: when one of the two is not in care (any more).
    """
    ids = {care.pk, other.pk}
    party_ids = list(Care.objects.filter(pk__in=ids, party__isnull=False).values_list("party", flat=True))
    ids |= set(Care.objects.under_way().filter(party__in=party_ids).values_list("pk", flat=True))
    return [steps.locked(pk) for pk in sorted(ids)]


def _check_may_join(together: Sequence[Care]) -> None:
    if any(one.state not in LIVE_CARES for one in together):
        raise Refused(N_("One of you is not in care any more."), "not_in_care")
    if any(one.state == CareState.AT_HOME for one in together):
        raise Refused(N_("Whoever is looked after at home needs no room with others."), "at_home")
    on_the_way = Stay.objects.filter(care__in=[one.pk for one in together], state=StayState.ON_THE_WAY)
    if any(one.state not in MAY_JOIN for one in together) or on_the_way.exists():
        raise Refused(
            N_("One of you is on the way to a bed already, or lies in one. Please talk to the nurse of the site."),
            "has_bed",
        )


def _wait_together(care: Care, *, by: Actor) -> None:
    """Give back a bed that was held for one person alone: from now on a room for all is looked for."""
    if care.state != CareState.PLACED:
        return
    promises.give_back_for(care, because=StayEnd.CHANGED, by=by)
    steps.move(care, CareState.WAITING, site_id=None, waiting_because=WaitingBecause.MATCHING)
