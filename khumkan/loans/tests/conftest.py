"""What the tests of the loan programme share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let refusals be read in the language in which the tests are written."""
    with translation.override("en"):
        yield
