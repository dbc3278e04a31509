"""Looking something up."""

from khumkan.ui.testing import written


def test_it_asks_by_get_and_has_a_label() -> None:
    box = written('{% search_box "Name" value=typed %}', typed='"><script>')
    assert 'method="get"' in box
    assert 'for="search-q"' in box
    assert "<script>" not in box
