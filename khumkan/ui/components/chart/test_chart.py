"""A chart with its figures."""

from datetime import date

from khumkan.ui.charts import epidemic_curve
from khumkan.ui.testing import written


def test_a_chart_comes_with_its_table_and_file() -> None:
    chart = epidemic_curve("New cases", [(date(2021, 7, 1), 3), (date(2021, 7, 2), 5)])
    figure = written('{% chart chart csv_href="/cases.csv" %}', chart=chart)
    assert "<table" in figure
    assert 'href="/cases.csv"' in figure
    assert figure.count("<title>New cases</title>") == 2
