"""Addresses of pages, found once by name and kept: a page has dozens of links of the same few kinds."""

from __future__ import annotations

import uuid
from functools import cache

from django.urls import reverse

_NOBODY = uuid.UUID(int=0)


@cache
def address(name: str, *words: str) -> str:
    """The address of a page that takes no key."""
    return reverse(name, args=words)


def address_at(name: str, key: uuid.UUID, *words: str) -> str:
    """The address of a page that takes one key, and words after it."""
    before, after = _around(name, *words)
    return f"{before}{key}{after}"


@cache
def _around(name: str, *words: str) -> tuple[str, str]:
    before, _key, after = reverse(name, args=[_NOBODY, *words]).partition(str(_NOBODY))
    return before, after
