"""A paragraph that stands out."""

from khumkan.ui.testing import written


def test_it_keeps_what_is_within() -> None:
    assert "<b>a</b>" in written("{% inset %}<b>a</b>{% endinset %}")
    assert "<b>" not in written("{% inset %}{{ words }}{% endinset %}", words="<b>")
