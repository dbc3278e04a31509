"""S2: nobody sees or changes what is not theirs. Every visitor, every address, both methods, own and foreign objects."""  # noqa: E501

from collections import defaultdict

import pytest

from tests.trust.sweep import addresses, closed_answer, deviation
from tests.trust.table import OPERATIONS, TABLE, TELLS_WHERE
from tests.trust.things import may

pytestmark = pytest.mark.xdist_group("trust")


def test_every_address_stands_in_the_table_and_no_other():
    assert set(addresses()) == set(TABLE) | OPERATIONS


def test_everybody_gets_what_the_table_says_and_nothing_else(everything):
    wrong = [f"{seen.line} — {why}" for seen in everything if (why := deviation(seen))]
    assert not wrong, "\n".join(wrong)
    assert len(everything) > 5_000


def test_a_foreign_object_looks_like_one_that_does_not_exist(everything):
    """Byte for byte, apart from what is random by nature."""
    bodies = defaultdict(dict)
    for seen in everything:
        if seen.name in TELLS_WHERE:
            continue
        if not may(seen.visitor, seen.page, seen.thing) and seen.page.roles and seen.visitor.role in seen.page.roles:
            bodies[seen.visitor.name, seen.name, seen.method][seen.thing.name] = seen.body
    compared = {which: found for which, found in bodies.items() if "nobody" in found}
    told_apart = [which for which, found in compared.items() if set(found.values()) != {found["nobody"]}]
    assert not told_apart, "\n".join(map(str, told_apart))
    assert sum(len(found) - 1 for found in compared.values()) > 200


def test_a_closed_page_looks_like_one_that_does_not_exist(everything, world):
    closed = [
        seen
        for seen in everything
        if seen.status == 404 and seen.page.roles and seen.visitor.role not in seen.page.roles
    ]
    pages = {}
    for seen in closed:
        pages.setdefault((seen.visitor.name, seen.name, seen.method), seen)
    assert len(pages) > 2_000
    from django.urls import reverse

    some = list(pages.values())[:: max(1, len(pages) // 400)]
    paths = [reverse(seen.name, args=seen.thing.args) for seen in some]
    wrong = [
        seen.line
        for seen, path in zip(some, paths, strict=True)
        if seen.body != closed_answer(seen.visitor, path, seen.method)
    ]
    assert not wrong, "\n".join(wrong)


def test_looking_changes_nothing(everything):
    """A GET writes traces and the record of who looked, nothing else."""
    wrong = [
        f"{seen.line}: {sorted(seen.changed)}" for seen in everything if seen.method == "GET" and seen.changed - RECORD
    ]
    assert not wrong, "\n".join(wrong)


RECORD = frozenset({"record_event"})
