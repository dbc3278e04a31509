"""Charts drawn on the server: SVG without scripts and styles, each with its title and its figures as a table."""

from khumkan.ui.charts.bars import Bar, interval_bars, stacked_bars
from khumkan.ui.charts.days import day_bars
from khumkan.ui.charts.drawing import Chart
from khumkan.ui.charts.epidemic import epidemic_curve
from khumkan.ui.charts.provinces import province_map
from khumkan.ui.charts.small import progress_ring, sparkline

__all__ = [
    "Bar",
    "Chart",
    "day_bars",
    "epidemic_curve",
    "interval_bars",
    "progress_ring",
    "province_map",
    "sparkline",
    "stacked_bars",
]
