"""The browser of the system."""

from typing import Any

import pytest

from khumkan.ui.testing import BROWSER, BROWSER_ARGUMENTS


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use the browser of the system."""
    return {"executable_path": BROWSER, "args": BROWSER_ARGUMENTS}
