"""How far one is."""

from khumkan.ui.testing import written


def test_the_reader_hears_where_she_is() -> None:
    steps = written("{% steps labels current=2 %}", labels=["A", "B", "C"])
    assert steps.count('aria-current="step"') == 1
    assert steps.index("kk-steps__done") < steps.index('aria-current="step"') < steps.index("kk-steps__next")
