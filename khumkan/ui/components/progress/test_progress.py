"""How far a piece of work is."""

import re

from khumkan.ui.testing import written


def test_the_bar_has_a_name_and_figures() -> None:
    bar = written('{% progress 64000 100000 label="Rows" %}')
    name = re.search(r'aria-labelledby="([^"]+)"', bar)
    assert name is not None
    assert f'id="{name[1]}"' in bar
    assert "64,000" in bar


def test_nothing_to_do_is_no_division_by_zero() -> None:
    assert 'max="1"' in written('{% progress 0 0 label="Rows" %}')
