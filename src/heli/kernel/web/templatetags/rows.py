"""What the rows of a long table share is found once: the pattern of their addresses, their labels.

A table of five hundred rows reverses no address and translates no text five hundred times.
"""

from __future__ import annotations

import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from heli.kernel.web.addresses import address_at

register = template.Library()


@register.filter
def at(name: str, key: uuid.UUID) -> str:
    """The address of a page that takes one key: ``{{ "household"|at:row.key }}``."""
    return address_at(name, key)


@register.filter
def fill(text: SafeString, value: object) -> SafeString:
    """A text made once with ``blocktranslate … asvar`` and ``{}`` in it, with a row's own word there."""
    return format_html(text, value)
