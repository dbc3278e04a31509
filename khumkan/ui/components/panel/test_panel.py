"""The confirmation."""

from khumkan.ui.testing import written


def test_it_has_a_title_below_the_pages_heading() -> None:
    assert "<h2" in written('{% panel "Done" %}x{% endpanel %}')
