"""An application that is held and saved by statements planned once is the one that Django reads and writes."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from khumkan.kernel import clock
from khumkan.loans.actions import saving, steps
from khumkan.loans.models import Application
from khumkan.loans.states import ApplicationState
from khumkan.loans.tests.lender import a_bank, a_phase, drafted

pytestmark = pytest.mark.django_db
RELATED = ("employer", "bank", "phase", "certificate")


@pytest.fixture
def application() -> Application:
    """Return an application that was written."""
    phase = a_phase()
    return drafted(phase=phase, bank=a_bank(phase=phase))


def columns(row: Application) -> dict[str, object]:
    """Return every column of a row, bytes as bytes."""
    found = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in found.items()}


def test_what_is_held_is_whole_and_asks_nothing_more(application: Application) -> None:
    theirs = Application.objects.select_related(*RELATED).get(pk=application.pk)
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        held = steps.hold(application)
        related = [getattr(held, name) for name in RELATED]
    assert len([each for each in asked.captured_queries if not each["sql"] or "SELECT" in each["sql"]]) == 1
    assert columns(held) == columns(theirs)
    for mine, expected in zip(related, [getattr(theirs, name) for name in RELATED], strict=True):
        assert columns(mine) == columns(expected)
        assert mine == expected


def test_only_the_named_columns_are_written(application: Application) -> None:
    before, at = columns(Application.objects.get(pk=application.pk)), clock.now()
    application.state, application.changed_at = ApplicationState.WITHDRAWN, at
    application.proposed_amount, application.purpose = Decimal("12.50"), "not named"
    saving.save(application, ["state", "changed_at", "proposed_amount", "decided_by"])
    after = columns(Application.objects.get(pk=application.pk))
    assert after == {**before, "state": "withdrawn", "changed_at": at, "proposed_amount": Decimal("12.50")}


def test_a_row_that_is_gone_is_not_written_in_silence(application: Application) -> None:
    application.pk = 0
    with pytest.raises(LookupError):
        saving.save(application, ["state"])
