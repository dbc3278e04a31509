"""Acts on many cases at once: what was shown is what is done, or nothing is."""

import hashlib
from collections.abc import Iterable

from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_

#: More are not looked through before they are confirmed.
MOST = 100


def fingerprint(act: str, cases: Iterable[tuple[int, str]]) -> str:
    """Return what stands for an act on cases as they were when it was shown.

    :param cases: id and state of each.
    """
    text = "|".join(f"{case_id}:{state}" for case_id, state in sorted(cases))
    return hashlib.sha256(f"{act}|{text}".encode()).hexdigest()[:32]


def may_go_on(count: int) -> Verdict:
    """Say whether so many cases may be changed at once."""
    if count == 0:
        return Verdict.no(Reason("nothing_chosen", N_("Choose at least one case.")))
    if count > MOST:
        return Verdict.no(Reason("too_many", N_("At most %(most)s cases at once."), {"most": MOST}))
    return Verdict.yes()


def still_the_same(shown: str, now: str) -> Verdict:
    """Say whether what is to be done is what was shown and confirmed."""
    if shown == now:
        return Verdict.yes()
    return Verdict.no(
        Reason("changed_meanwhile", N_("Some of these cases changed in the meantime. Please look at them again."))
    )
