"""Boxes in a grid."""

import pytest

from khumkan.ui.testing import written


def test_a_card_that_leads_somewhere_has_one_link() -> None:
    assert written('{% cards %}{% card "A" href="/a/" %}x{% endcard %}{% endcards %}').count("<a ") == 1
    assert "<a " not in written('{% card "A" %}x{% endcard %}')


def test_headings_keep_their_order() -> None:
    assert "<h3" in written('{% card "A" level=3 %}x{% endcard %}')
    with pytest.raises(ValueError, match="level"):
        written('{% card "A" level=1 %}x{% endcard %}')
