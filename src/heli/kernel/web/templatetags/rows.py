"""What the rows of a long table share is found once: the pattern of their addresses, their labels.

A table of five hundred rows reverses no address and translates no text five hundred times.
"""

from __future__ import annotations

import uuid
from functools import cache

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_NOBODY = uuid.UUID(int=0)


@register.filter
def at(name: str, key: uuid.UUID) -> str:
    """The address of a page that takes one key: ``{{ "household"|at:row.key }}``."""
    before, after = _around(name)
    return f"{before}{key}{after}"


@cache
def _around(name: str) -> tuple[str, str]:
    before, _key, after = reverse(name, args=[_NOBODY]).partition(str(_NOBODY))
    return before, after


@register.filter
def fill(text: SafeString, value: object) -> SafeString:
    """A text made once with ``blocktranslate … asvar`` and ``{}`` in it, with a row's own word there."""
    return format_html(text, value)
