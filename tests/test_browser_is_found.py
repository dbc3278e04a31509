"""A browser that is missing is never passed over in silence."""

import pytest

from conftest import launch_arguments
from khumkan.ui import browser


@pytest.mark.parametrize("name", browser.NAMES)
def test_every_name_of_the_browser_is_known(name: str) -> None:
    found = browser.find({name: f"/somewhere/{name}"}.get)
    assert launch_arguments(found, in_ci=True)["executable_path"] == f"/somewhere/{name}"


def test_without_a_browser_tests_are_left_out_and_in_ci_they_fail() -> None:
    missing = browser.find(lambda name: None)
    with pytest.raises(pytest.skip.Exception, match="NO BROWSER"):
        launch_arguments(missing, in_ci=False)
    with pytest.raises(pytest.fail.Exception, match="NO BROWSER"):
        launch_arguments(missing, in_ci=True)
