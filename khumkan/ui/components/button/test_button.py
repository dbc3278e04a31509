"""Buttons."""

import pytest

from khumkan.ui.testing import written


def test_a_button_tells_the_forms_buttons_apart() -> None:
    button = written('{% button "No" style="warning" name="decision" value="no" %}')
    assert 'name="decision" value="no"' in button
    assert "govuk-button--warning" in button


def test_an_unknown_style_fails() -> None:
    with pytest.raises(KeyError):
        written('{% button "No" style="red" %}')


def test_a_post_button_is_a_protected_form() -> None:
    form = written('{% post_button "Release" "/release/" test=7 %}', csrf_token="token")  # noqa: S106
    assert 'method="post" action="/release/"' in form
    assert 'name="csrfmiddlewaretoken" value="token"' in form
    assert 'name="form_key"' in form
    assert 'name="test" value="7"' in form


def test_words_are_escaped() -> None:
    assert "<i>" not in written("{% button words %}{% link_button words words %}", words="<i>")
