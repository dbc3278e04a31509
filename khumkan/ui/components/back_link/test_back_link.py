"""The way back."""

from khumkan.ui.testing import written


def test_it_leads_back() -> None:
    assert 'href="/my/"' in written('{% back_link "/my/" %}')


def test_it_escapes_where_it_leads() -> None:
    assert "<script>" not in written("{% back_link url %}", url='"><script>')
