"""Days as the pages say them; how they are written stands in ``kernel.lib.formats``."""

from __future__ import annotations

from django import template

from heli.kernel.papers.words import day_short, day_text

register = template.Library()
register.filter(day_text)
register.filter(day_short)
