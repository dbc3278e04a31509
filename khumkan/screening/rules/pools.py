"""Which specimens may be tested together."""

from collections.abc import Collection, Sequence

from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_
from khumkan.screening.terms.laboratory import TestTerms


def may_pool(
    *, wanted: Sequence[str], received: Collection[str], pooled_before: Collection[str], terms: TestTerms
) -> Verdict:
    """Say whether these specimens may be a pool; every member of a pool that was not negative is tested alone.

    :param wanted: codes, each once.
    :param received: those of them that are in the laboratory and were in no pool.
    """
    if len(wanted) < 2:
        return Verdict.no(Reason("pool_small", N_("A pool has at least two specimens.")))
    if len(wanted) > terms.largest_pool:
        return Verdict.no(
            Reason("pool_large", N_("A pool has at most %(most)d specimens."), {"most": terms.largest_pool})
        )
    for code in wanted:
        if code in pooled_before:
            return Verdict.no(
                Reason("pool_twice", N_("%(code)s was in a pool before and must be tested alone."), {"code": code})
            )
        if code not in received:
            return Verdict.no(
                Reason("pool_unknown", N_("%(code)s is not among the received specimens."), {"code": code})
            )
    return Verdict.yes()


def pool_readings_agree(first: str, second: str) -> Verdict:
    """Say whether two persons read the same of a pool: a slip would answer all its members wrongly."""
    if first == second:
        return Verdict.yes()
    return Verdict.no(
        Reason(
            "pool_readings_differ",
            N_("The first reading of this pool was another. Look at it together; who read first can enter it anew."),
        )
    )
