"""All that is wrong with a form."""

import re

import pytest
from django.utils import translation

from khumkan.ui.gallery import ExampleForm
from khumkan.ui.testing import written


def test_each_error_leads_to_its_control(wrong: ExampleForm) -> None:
    summary, page = written("{% error_summary form %}", form=wrong), written("{{ form }}", form=wrong)
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == len(wrong.errors)
    assert all(f'id="{target}"' in page for target in targets)


def test_what_is_missing_is_named(wrong: ExampleForm) -> None:
    with translation.override("en"):
        assert "Please fill in: First name" in written("{% error_summary form %}", form=ExampleForm({}))


def test_a_form_without_errors_has_none() -> None:
    assert written("{% error_summary form %}", form=ExampleForm()) == ""


@pytest.fixture
def wrong() -> ExampleForm:
    """A form in which everything is missing."""
    return ExampleForm({})
