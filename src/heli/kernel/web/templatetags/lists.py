"""``{% table found %}`` and ``{% pager found %}``: the rows of a list, and the way to the pages beside."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django import template
from django.template.context import Context
from django.template.loader import get_template
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from heli.kernel.lib.lists import Column, Found, Value

register = template.Library()


@register.inclusion_tag("web/table.html", takes_context=True)
def table(context: Context, found: Found) -> dict[str, object]:
    """The table of a page. A cell with a template of its own knows all that the page knows."""
    return {"columns": found.list.columns, "rows": _cells(context, found)}


@register.inclusion_tag("web/pager.html")
def pager(found: Found) -> dict[str, object]:
    """Links to the pages before and after."""
    return {"found": found}


def _cells(context: Context, found: Found) -> Iterator[list[tuple[Column, str, str]]]:
    """For each row its cells: the column, its label (looked up once), what stands in it."""
    columns = [
        (column, str(column.label), get_template(column.template) if column.template else None)
        for column in found.list.columns
    ]
    page: dict[str, object] = {**context.flatten()}  # type: ignore[dict-item]
    for row in found.rows:
        known = {**page, "row": row}
        yield [
            (column, label, own.render(known) if own else _text(column, row, at == 0))
            for at, (column, label, own) in enumerate(columns)
        ]


def _text(column: Column, row: object, first: bool) -> str:
    value, address = _words(column.value(row)), column.link(row) if column.link else ""
    if not address:
        return value
    return format_html('<a{} href="{}">{}</a>', mark_safe(' class="whole"') if first else "", address, value)


def _words(value: Value | Promise) -> str:
    if isinstance(value, datetime.datetime):
        return date_format(value, "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return date_format(value)
    return "" if value is None else str(value)
