"""The testing officer's first page says how many positives tonight's beds can take."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.screening.models import DailyFigure
from khumkan.ui.testing import assert_page_is_sound
from khumkan.web.queries import beds

pytestmark = pytest.mark.django_db


def figures(*, sampled: int, positive: int, negative: int, answered: int, days_ago: int = 0) -> None:
    """Count tests of one site of Bangkok."""
    day = clock.today() - timedelta(days=days_ago)
    DailyFigure.objects.create(
        day=day, reported_on=day, province_code="10", district_code="1026", site_id=1, section=33, method="pcr",
        sampled=sampled, positive=positive, negative=negative, answered=answered,
    )  # fmt: skip


def test_free_beds_those_who_wait_and_those_to_be_expected_stand_side_by_side() -> None:
    hotel.a_hotel(rooms=3)
    hotel.waiting()
    figures(sampled=200, positive=0, negative=0, answered=0)
    figures(sampled=100, positive=10, negative=90, answered=100, days_ago=5)
    page = sign_in(Client(), user(Role.OFFICER)).get(reverse("web:office"), {"lang": "en"})
    assert_page_is_sound(page)
    assert "Can come tonight: 3 green, 0 yellow, 0 red. Wait for a bed: 1." in page.text
    assert "Expected from tests without an answer: about 20 positives." in page.text


def test_without_tests_nothing_is_expected_and_the_hotline_is_told_of_beds_alone() -> None:
    hotel.a_hotel(rooms=3)
    assert beds.expected_positives(hotel.OFFICER) is None
    page = sign_in(Client(), user(Role.AGENT)).get(reverse("web:desk"), {"lang": "en"})
    assert "Can come tonight: 3 green" in page.text
    assert "Expected from tests" not in page.text


def test_another_province_has_neither_the_beds_nor_the_positives() -> None:
    hotel.a_hotel(rooms=3)
    figures(sampled=200, positive=10, negative=90, answered=100)
    officer = sign_in(Client(), user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="50"))
    page = officer.get(reverse("web:office"), {"lang": "en"})
    assert "Can come tonight: 0 green" in page.text
    assert "Expected from tests" not in page.text


def test_the_beds_are_counted_on_the_first_page_and_not_above_every_page() -> None:
    client = sign_in(Client(), user(Role.OFFICER))
    for address, counted in ((reverse("web:office"), True), (reverse("web:about"), False)):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        assert any("isolation_facility" in (query["sql"] or "") for query in captured) is counted
