"""What the tests of the situation centre share."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from khumkan.situation.queries import announcements


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let refusals be read in the language in which the tests are written."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def fresh_banners() -> Iterator[None]:
    """Let no test see the banners of another one."""
    announcements.forget_banners()
    yield
    announcements.forget_banners()
