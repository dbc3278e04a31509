"""Where a page is."""

from khumkan.ui.testing import written


def test_the_last_crumb_is_this_page() -> None:
    trail = written('{% breadcrumbs %}{% crumb "Rounds" "/rounds/" %}{% crumb "Round 12" %}{% endbreadcrumbs %}')
    assert trail.count("<a ") == 1
    assert trail.count('aria-current="page"') == 1
