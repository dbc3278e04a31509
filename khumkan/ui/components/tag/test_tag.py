"""States."""

import pytest

from khumkan.ui.rendering import TONES
from khumkan.ui.testing import written


@pytest.mark.parametrize("tone", TONES)
def test_a_state_is_a_word_in_a_colour(tone: str) -> None:
    assert f"kk-tag--{tone}" in written("{% tag 'Late' tone=tone %}", tone=tone)


def test_an_unknown_tone_fails() -> None:
    with pytest.raises(ValueError, match="red"):
        written("{% tag 'Late' tone='red' %}")
