"""Tables."""

from khumkan.ui.tables import Cell, Column, Table
from khumkan.ui.testing import written

ROWS = [{"name": "<i>", "days": 1200}]


def make(rows: list[dict[str, object]]) -> Table:
    """Return a small table."""
    columns = (Column("Name", "name", header=True), Column("Days", "days", numeric=True))
    return Table(caption="Late", columns=columns, rows=rows, empty="Nobody is late.")


def test_a_table_has_caption_scopes_and_labels_for_cards() -> None:
    table = written("{% table t %}", t=make(ROWS))
    assert "<caption" in table
    assert table.count('scope="col"') == 2
    assert table.count('scope="row"') == 1
    assert 'data-label="Days"' in table
    assert "1,200" in table
    assert "<i>" not in table


def test_an_empty_table_says_so() -> None:
    assert "Nobody is late." in written("{% table t %}", t=make([]))
    assert "None yet" in written('{% table_of "Late" h empty="None yet" %} {% endtable_of %}', h=["A"])


def test_rows_by_hand_keep_their_markup() -> None:
    table = written(
        '{% table_of "Late" h %}<tr>{% cell h.0 %}{{ x }}{% endcell %}</tr>{% endtable_of %}', h=["A"], x="<i>"
    )
    assert "<tr><td" in table
    assert "<i>" not in table


def test_values_links_and_states_are_escaped_wherever_they_stand() -> None:
    bad = '"><script>'
    columns = (
        Column(bad, lambda _row: bad),
        Column("Link", lambda _row: Cell(bad, href=f"/x/?q={bad}")),
        Column("State", lambda _row: Cell(bad, tone="bad"), header=True),
        Column("Figure", lambda _row: None, numeric=True),
    )
    written_table = written("{% table t %}", t=Table(caption=bad, columns=columns, rows=[1]))
    assert "<script>" not in written_table
    assert written_table.count("&lt;script&gt;") == 7
    assert '<strong class="govuk-tag kk-tag--bad">' in written_table
    assert "<span>–</span>" in written_table
