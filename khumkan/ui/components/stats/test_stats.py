"""Figures at a glance."""

from datetime import UTC, datetime

from django.utils import translation

from khumkan.ui.testing import written


def test_not_known_is_not_zero() -> None:
    with translation.override("en"):
        assert "not known" in written('{% stat "Beds" None %}')
        assert "not known" not in written('{% stat "Beds" 0 %}')


def test_a_figure_says_when_it_was_true() -> None:
    with translation.override("th"):
        stat = written(
            '{% stats %}{% stat "Beds" 1234 as_of=at %}{% endstats %}', at=datetime(2021, 8, 16, 1, 30, tzinfo=UTC)
        )
    assert "1,234" in stat
    assert "16 สิงหาคม 2564 08.30 น." in stat
