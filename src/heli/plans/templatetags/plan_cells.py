"""The households of a plan as cells: hundreds on a page, written at once."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from heli.plans.queries.review import LinkLine

register = template.Library()

CELL = '<li><span class="house{}"><b>{}{}</b><small>{}{} · {}</small></span></li>'
LINKED_CELL = (
    '<li><a class="house{}" href="{}household/{}/move/" data-drag="{}household/{}/move/" data-home="{}">'
    "<b>{}{}</b><small>{}{} · {}</small></a></li>"
)


@register.simple_tag
def houses(lines: Sequence[LinkLine], run_url: str, unit: str, may_plan: bool) -> SafeString:
    """A member's households; for who may plan, each leads to its move and can be dragged."""
    rows = []
    for line in lines:
        facts = (line.signs, line.house.label, line.distance, unit, line.why)
        changed, key = " changed" if line.changed else "", line.house.key
        way = (run_url, key, run_url, key, line.member) if may_plan else ()
        rows.append((changed, *way, *facts))
    return format_html_join("", LINKED_CELL if may_plan else CELL, rows)
