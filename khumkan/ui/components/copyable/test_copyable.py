"""Copying and printing."""

from khumkan.ui.testing import written


def test_without_javascript_only_the_text_is_seen() -> None:
    written_out = written('{% copyable "T-7K4M9" %}')
    assert "kk-with-js" in written_out
    assert 'type="button"' in written_out
