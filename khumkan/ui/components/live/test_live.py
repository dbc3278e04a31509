"""A part that refreshes itself."""

from khumkan.ui.testing import written


def test_it_takes_its_own_part_of_the_whole_page_and_without_javascript_there_is_a_link() -> None:
    part = written('{% live "/progress/" seconds=3 part="rows" %}x{% endlive %}')
    assert 'id="rows"' in part
    assert 'hx-select="#rows"' in part
    assert 'hx-trigger="every 3s"' in part
    assert "kk-without-js" in part


def test_it_stands_still_when_nothing_goes_on() -> None:
    part = written('{% live "/progress/" goes_on=False %}x{% endlive %}')
    assert "hx-" not in part
    assert "kk-without-js" not in part


def test_a_quiet_part_is_exchanged_and_not_read_out() -> None:
    part = written('{% live "/board/" quiet=True %}x{% endlive %}')
    assert "hx-get" in part
    assert "aria-live" not in part
