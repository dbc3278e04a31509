"""The size of the register is no matter: every statement of the check finds what it needs of it by an index."""

import pytest
from django.db import connection

from khumkan.vaccination.actions.lists import judge_sql as sql
from khumkan.vaccination.actions.lists.judging import measure_of
from khumkan.vaccination.tests.hr import a_desk, csv_file

pytestmark = pytest.mark.django_db
#: What a statement reads that others have made before it.
AFTER = {"UNNAMED": ("FOUND",), "WORKERS": ("FOUND", "UNNAMED")}


def plan_of(statement, desk, *, after=()):
    """Return how the database would run a statement if the tables of the register were large."""
    values = {**measure_of(desk.roster).values, "file": 0}
    with connection.cursor() as cursor:
        cursor.execute(sql.DROP)
        for before in (sql.STAGING, sql.COMPARED, "SET LOCAL enable_seqscan = off", sql.BY_INDEX):
            cursor.execute(before)
        for before in after:
            cursor.execute(before, values)
        cursor.execute(f"EXPLAIN {statement}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute(f"SET LOCAL enable_seqscan = on; {sql.AS_EVER}; {sql.DROP}")
    return plan


@pytest.mark.parametrize("name", ["FOUND", "UNNAMED", "WORKERS", "ASKED", "STALE"])
def test_nothing_of_the_register_is_read_from_end_to_end(name):
    plan = plan_of(getattr(sql, name), a_desk(1), after=[getattr(sql, each) for each in AFTER.get(name, ())])
    assert "Seq Scan on registry_" not in plan, plan
    assert "Seq Scan on vaccination_enrolment" not in plan, plan
    assert "registry_employment" in plan if name == "UNNAMED" else "registry_person" in plan


def test_control_a_look_up_without_an_index_is_seen():
    unindexed = sql.FOUND.replace("d.blind_index = s.number_index", "d.last4 = s.name_key")
    assert unindexed != sql.FOUND
    assert "Seq Scan on registry_identitydocument" in plan_of(unindexed, a_desk(1))


def test_a_check_needs_as_many_statements_for_many_rows_as_for_few(django_assert_max_num_queries):
    desk = a_desk(30)
    content = csv_file(worker.row() for worker in desk.workers)
    assert desk.roster.pk
    with django_assert_max_num_queries(60):
        assert desk.send(content).new == 30
