"""S2: nobody sees or changes what is not theirs. Every visitor, every address, both methods, own and foreign objects."""  # noqa: E501

from collections import defaultdict

import pytest
from django.urls import reverse

from tests.trust.checks import CHECKS, SCOPES, allow, replaced
from tests.trust.sweep import addresses, again, closed_answer, deviation
from tests.trust.table import OPERATIONS, TABLE, TELLS_WHERE
from tests.trust.things import may

pytestmark = pytest.mark.xdist_group("who")
WALL = "the second wall: before the action asks, the scope of the page's query has turned the request away"
ROLES = "the second wall: the page is open to these roles alone, which `Actor.has` decides first"
WORDS = "refuses in words what somebody may open but not change: the table takes a refusal and a change alike"
COMMAND = "no page leads here: a command does it, or the queue"
TOKENS = "no page leads here: other systems do, whose tokens are tried in `test_api.py`"
#: Checks and scopes whose loss no request of the sweep shows, and why. This list may only shrink.
SURVIVORS: dict[str, str] = {
    "accounts.permissions.check_may_administer": ROLES,
    "accounts.permissions.check_may_ask": ROLES,
    "accounts.permissions.check_may_cancel_phone": ROLES,
    "accounts.permissions.check_may_decide": ROLES,
    "accounts.permissions.check_may_found": COMMAND,
    "accounts.permissions.check_may_manage": ROLES,
    "capacity.permissions.check_may_change_supply": ROLES,
    "capacity.permissions.check_may_claim": ROLES,
    "hotline.permissions.calls.check_has_taken": WALL,
    "hotline.permissions.calls.check_may_ask": WALL,
    "hotline.permissions.calls.check_may_call": WALL,
    "hotline.permissions.calls.check_may_declare_surge": ROLES,
    "hotline.permissions.calls.check_may_drop": WALL,
    "hotline.permissions.calls.check_may_note_call": WALL,
    "hotline.permissions.calls.check_may_tell_of_calls": TOKENS,
    "hotline.permissions.cases.check_is_staff": ROLES,
    "hotline.permissions.cases.check_may_change": WALL,
    "hotline.permissions.cases.check_may_open": ROLES,
    "hotline.permissions.cases.check_may_supervise": ROLES,
    "hotline.permissions.cases.check_may_work_on": WALL,
    "hotline.permissions.reading.check_may_keep_decoys": ROLES,
    "hotline.permissions.reading.check_may_look_into": ROLES,
    "isolation.permissions.transport.check_may_drive": WALL,
    "isolation.permissions.transport.check_may_plan": WALL,
    "isolation.permissions.cares.check_may_place": WALL,
    "isolation.permissions.cares.check_works_at": WALL,
    "isolation.permissions.cares.check_may_act_for": WALL,
    "isolation.permissions.cares.check_may_open": COMMAND,
    "isolation.permissions.sites.check_may_keep": WALL,
    "isolation.permissions.sites.check_may_run": WALL,
    "loans.permissions.covenants.check_may_ask_waiver": WALL,
    "loans.permissions.covenants.check_may_confirm": WALL,
    "loans.permissions.covenants.check_may_decide_waiver": WORDS,
    "loans.permissions.covenants.check_may_propose": WALL,
    "loans.permissions.lending.check_may_ask": WALL,
    "loans.permissions.lending.check_may_change": WALL,
    "loans.permissions.lending.check_may_decide": WALL,
    "loans.permissions.lending.check_may_give_up": WALL,
    "loans.permissions.lending.check_may_handle": WALL,
    "loans.permissions.lending.check_may_revoke": WALL,
    "loans.permissions.lending.check_may_sign": WALL,
    "loans.permissions.lending.check_may_sign_phase": WALL,
    "loans.permissions.money.check_may_book": WALL,
    "loans.permissions.scopes.check_is_banker_of": WALL,
    "loans.permissions.scopes.check_is_officer_of": WALL,
    "places.permissions.check_may_change_holidays": WORDS,
    "places.permissions.check_may_change_site": WALL,
    "policies.permissions.check_may_change": WORDS,
    "policies.permissions.check_may_decide": WORDS,
    "registry.permissions.check_may_change_contact": WALL,
    "registry.permissions.check_may_change_phone": WALL,
    "registry.permissions.check_may_file": WALL,
    "registry.permissions.check_may_import": COMMAND,
    "registry.permissions.check_may_write": WALL,
    "screening.permissions.figures.visible_provinces": "narrows the sums of a page, and nothing stands in its address",
    "screening.permissions.laboratory.check_is_case": WALL,
    "screening.permissions.laboratory.check_may_call": WALL,
    "screening.permissions.laboratory.check_may_handle": WALL,
    "screening.permissions.laboratory.check_may_judge": WALL,
    "screening.permissions.laboratory.check_may_release": WALL,
    "screening.permissions.laboratory.check_may_see_specimen": WALL,
    "screening.permissions.laboratory.check_may_test_for": WALL,
    "screening.permissions.registrations.check_is_own": WALL,
    "screening.permissions.registrations.check_may_act_for": WALL,
    "screening.permissions.registrations.check_may_decide": WALL,
    "screening.permissions.registrations.check_may_draw": WALL,
    "screening.permissions.registrations.check_may_plan_at": WALL,
    "screening.permissions.registrations.check_may_take_walk_in": WALL,
    "screening.permissions.rounds.check_may_plan": WALL,
    "screening.permissions.rounds.check_may_run": WALL,
    "screening.permissions.scopes.check_site": WALL,
    "screening.permissions.visits.check_may_receive": WALL,
    "screening.permissions.visits.check_may_work_at": WALL,
    "situation.permissions.figures.check_may_take_on": WALL,
    "situation.permissions.announcements.check_may_approve": WALL,
    "vaccination.permissions.areas.check_may_sign": WALL,
    "vaccination.permissions.scopes.check_may_act_for": WALL,
    "vaccination.permissions.scopes.check_may_decide_for": WALL,
    "vaccination.permissions.after.check_keeps_certificate": WALL,
    "vaccination.permissions.after.check_keeps_records": WALL,
    "vaccination.permissions.after.check_keeps_records_of": WALL,
    "vaccination.permissions.after.check_may_decide": WALL,
    "vaccination.permissions.after.check_may_report": WALL,
    "vaccination.permissions.after.check_may_tell": WALL,
}


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


def is_noticed(everything, world, name, function, instead):
    """Send requests that met a function again with another in its place; tell whether one is wrong.

    For each address and object the last that was turned away: a function that the menu asks is met at every address.
    """
    met = [seen for seen in everything if name in seen.refused and not may(seen.visitor, seen.page, seen.thing)]
    closed = {(seen.name, seen.method, seen.thing.name): seen for seen in met if seen.status == 404}
    with replaced(function, instead):
        return any(deviation(again(world, seen)) for seen in closed.values())


@pytest.mark.parametrize("name", sorted(SCOPES))
def test_control_a_scope_without_limits_is_noticed(everything, world, name):
    """One scope after the other is opened; the requests that asked for it are sent again, and one must be wrong."""
    assert is_noticed(everything, world, name, *SCOPES[name]) is (name not in SURVIVORS)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_control_a_check_that_allows_everything_is_noticed(everything, world, name):
    """The same with the checks. Behind a scope that already refuses, a lost check shows nothing: these are named."""
    assert is_noticed(everything, world, name, CHECKS[name], allow) is (name not in SURVIVORS)


def test_the_list_of_survivors_names_what_there_is():
    assert set(SURVIVORS) <= {*CHECKS, *SCOPES}
