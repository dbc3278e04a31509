"""A proposal of the matching on an officer's page: it comes back sealed, so that exactly it is carried out."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from django.core import signing

from khumkan.isolation.choices import WaitingBecause
from khumkan.isolation.permissions import matching as permissions
from khumkan.isolation.queries import matching
from khumkan.isolation.queries.matching import Move, Proposal
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

SALT = "isolation.proposal"
#: What was shown may be carried out for so long.
HOLDS_FOR = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal on a page.

    :param sealed: what the page sends back.
    :param until: until when it can be carried out.
    """

    proposal: Proposal
    sealed: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A proposal that came back.

    :param marks: what it rested on, by care; see `matching.marks`.
    """

    proposal: Proposal
    marks: Mapping[int, str]


def shown(by: Actor) -> Shown:
    """Return what the matching would do now; it changes nothing. Eight queries, and seconds of thinking.

    :raises Missing: for everybody but officers of the whole country.
    """
    permissions.check_may_match(by)
    marks = matching.marks()  # before it is thought about: who changes meanwhile is left over when it is carried out
    proposal = matching.propose()
    told = {
        "at": proposal.at.isoformat(),
        "moves": [list(astuple(move)) for move in proposal.moves],
        "waits": {because.value: list(ids) for because, ids in proposal.waits.items()},
        "marks": {str(move.care_id): marks.get(move.care_id, "") for move in proposal.moves},
    }
    return Shown(proposal, signing.dumps(told, salt=SALT, compress=True), proposal.at + HOLDS_FOR)


def opened(sealed: str, *, by: Actor) -> Opened:
    """Return the proposal that a page sent back.

    :raises Missing: for everybody but officers of the whole country.
    :raises Refused: when it is too old, or was not made by us.
    """
    permissions.check_may_match(by)
    try:
        told = signing.loads(sealed, salt=SALT)
    except signing.BadSignature as wrong:
        raise _stale() from wrong
    at = datetime.fromisoformat(told["at"])
    if clock.now() > at + HOLDS_FOR:
        raise _stale()
    proposal = matching.named(
        at,
        [Move(*values) for values in told["moves"]],
        {WaitingBecause(because): ids for because, ids in told["waits"].items()},
    )
    return Opened(proposal, {int(care_id): mark for care_id, mark in told["marks"].items()})


def _stale() -> Refused:
    return Refused(N_("This proposal is too old. Below is a new one: please look at it first."), "proposal_stale")
