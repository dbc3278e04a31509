"""Facts with their names."""

from khumkan.ui.testing import written


def test_the_link_says_what_it_changes() -> None:
    row = written(
        '{% summary_list title="You" %}{% summary_row "Phone" "08" href="/p/" action="Change" %}{% endsummary_list %}'
    )
    assert 'Change<span class="govuk-visually-hidden"> (Phone)</span>' in row


def test_nothing_is_a_dash_and_zero_is_zero() -> None:
    assert "–" in written('{% summary_row "A" "" %}')
    assert ">0<" in written('{% summary_row "A" 0 %}')
