"""What nobody should miss."""

from django.utils import translation

from khumkan.ui.testing import written


def test_the_sign_is_said_in_words() -> None:
    with translation.override("en"):
        assert "Important" in written('{% warning "Call 1669." %}')
