"""A chart with the figures that it was drawn from."""

from django.utils.safestring import SafeString

from khumkan.ui.charts.drawing import Chart
from khumkan.ui.rendering import render


def chart(chart: Chart, csv_href: str = "") -> SafeString:
    """Show a chart, its legend, its table behind a heading, and the link to its CSV."""
    return render("chart/chart", {"chart": chart, "csv_href": csv_href})
