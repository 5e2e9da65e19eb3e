"""The households of a plan as cells: hundreds on a page, written at once."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heli.plans.queries.review import LinkLine
from heli.plans.queries.shown import Cell

register = template.Library()

CELL = '<li><span class="house{}"><b>{}</b><small>{}</small></span></li>'
LINKED_CELL = (
    '<li><a class="house{}" href="{}?back={}" data-drag="{}" data-home="{}">'
    "<b>{}</b><small>{}</small></a></li>"
)


@register.simple_tag
def houses(lines: Sequence[LinkLine], run_url: SafeString, back: str, may_plan: bool) -> SafeString:
    """A member's households; for who may plan, each leads to its move and can be dragged."""
    rows = []
    for line in lines:
        said = f"{line.signs}{line.house.label}", f"{line.far} · {line.why}"
        move = SafeString(f"{run_url}household/{line.house.key}/move/")
        way = (move, back, move, SafeString(line.member)) if may_plan else ()
        rows.append((" changed" if line.changed else "", *way, *said))
    return format_html_join("", LINKED_CELL if may_plan else CELL, rows)


LANE = '<li><span class="house {}">{}<b>{}{}</b></span></li>'
LINKED_LANE = '<li><a class="house {}" href="{}household/{}/move/?back={}map/">{}<b>{}{}</b></a></li>'


@register.simple_tag
def lane(cells: Sequence[Cell], run_url: str, may_plan: bool) -> SafeString:
    """The houses of a lane in the colours of their members; for who may plan, each leads to its move."""
    nobody = _("没有人")
    rows = []
    for cell in cells:
        link = cell.link
        if link is None:
            rows.append(format_html(LANE, "gap", cell.number, "▲ ", nobody))
            continue
        colour = f"c-{cell.colour}{' changed' if link.changed else ''}"
        way = (run_url, cell.house.key, run_url) if may_plan else ()
        said = (cell.number, "◆" if link.pinned else "", link.name)
        rows.append(format_html(LINKED_LANE if may_plan else LANE, colour, *way, *said))
    return format_html_join("", "{}", ((row,) for row in rows))
