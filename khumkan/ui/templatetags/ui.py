"""All components and filters, registered as builtins: templates need no `load`."""

from collections.abc import Callable
from typing import Any

from django import template

from khumkan.ui import filters, kept
from khumkan.ui.components import (
    back_link,
    banner,
    breadcrumbs,
    button,
    card,
    chart,
    code,
    copyable,
    details,
    error_summary,
    field,
    form,
    inset,
    live,
    pagination,
    panel,
    person_tabs,
    progress,
    search_box,
    stats,
    steps,
    summary_list,
    table,
    tag,
    task_list,
    timeline,
    warning,
    work_list,
)

register = template.Library()

SIMPLE: tuple[Callable[..., Any], ...] = (
    back_link.back_link,
    banner.message_banner,
    breadcrumbs.crumb,
    button.button,
    button.link_button,
    chart.chart,
    code.barcode,
    code.qr,
    copyable.copyable,
    copyable.print_button,
    error_summary.error_summary,
    field.field,
    form.form_key,
    kept.kept,
    progress.progress,
    search_box.search_box,
    stats.stat,
    steps.steps,
    summary_list.summary_row,
    table.table,
    tag.tag,
    task_list.task,
    warning.warning,
)
BLOCKS: tuple[Callable[..., Any], ...] = (
    banner.banner,
    breadcrumbs.breadcrumbs,
    button.button_group,
    card.card,
    card.cards,
    details.details,
    inset.inset,
    live.live,
    panel.panel,
    stats.stats,
    summary_list.summary_list,
    table.cell,
    table.table_of,
    task_list.task_list,
    timeline.moment,
    timeline.timeline,
    work_list.work_item,
    work_list.work_list,
)

for function in SIMPLE:
    register.simple_tag(function)
for function in BLOCKS:
    register.simple_block_tag(function)
register.simple_tag(button.post_button, takes_context=True)
register.simple_tag(pagination.pagination, takes_context=True)
register.simple_tag(person_tabs.person_tabs, takes_context=True)
register.simple_block_tag(form.form, takes_context=True)

for shown in filters.ALL:
    register.filter(shown.__name__, shown)
