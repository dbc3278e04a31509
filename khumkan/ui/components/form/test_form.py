"""The element around the fields."""

import pytest

from khumkan.ui.testing import written


def test_a_post_is_protected_and_keyed() -> None:
    form = written("{% form %}x{% endform %}", csrf_token="token")  # noqa: S106
    assert 'name="csrfmiddlewaretoken" value="token"' in form
    assert 'name="form_key"' in form


def test_a_question_by_get_carries_neither() -> None:
    form = written('{% form method="get" %}x{% endform %}', csrf_token="token")  # noqa: S106
    assert "hidden" not in form


def test_every_form_has_its_own_key() -> None:
    assert written("{% form_key %}") != written("{% form_key %}")


def test_files_are_sent_as_files() -> None:
    assert "multipart/form-data" in written("{% form files=True %}x{% endform %}")


def test_other_methods_fail() -> None:
    with pytest.raises(ValueError, match="post"):
        written('{% form method="put" %}x{% endform %}')
