"""What happened."""

from datetime import UTC, date, datetime

from django.utils import translation

from khumkan.ui.testing import written


def test_a_date_has_no_time_and_a_moment_has() -> None:
    with translation.override("en"):
        assert "16 August 2021 08:30" in written(
            '{% moment "A" when=at %}{% endmoment %}', at=datetime(2021, 8, 16, 1, 30, tzinfo=UTC)
        )
        assert "16 August 2021<" in written('{% moment "A" when=day %}{% endmoment %}', day=date(2021, 8, 16))


def test_what_happened_is_a_list() -> None:
    assert written('{% timeline %}{% moment "A" %}x{% endmoment %}{% endtimeline %}').startswith("<ol")
