"""News."""

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message

from khumkan.ui.testing import written


def test_only_what_the_reader_caused_is_read_out_at_once() -> None:
    assert 'role="alert"' not in written('{% banner "News" %}x{% endbanner %}')
    assert 'role="alert"' in written('{% banner "News" announce=True %}x{% endbanner %}')


def test_a_misspelt_tone_fails() -> None:
    with pytest.raises(ValueError, match="green"):
        written('{% banner "News" tone="green" %}x{% endbanner %}')


def test_a_message_of_an_action_is_escaped_and_toned() -> None:
    banner = written("{% message_banner message %}", message=Message(constants.ERROR, "<b>no</b>"))
    assert "kk-tone--bad" in banner
    assert "&lt;b&gt;no" in banner
