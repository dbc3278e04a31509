"""Text that opens."""

from khumkan.ui.testing import written


def test_it_is_closed_unless_asked() -> None:
    assert '<details class="govuk-details">' in written('{% details "Why" %}x{% enddetails %}')
    assert " open>" in written('{% details "Why" open=True %}x{% enddetails %}')
