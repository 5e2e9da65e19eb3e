"""Sentences put together of parts, with the signs of the language that is read."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext


def in_one_breath(parts: Iterable[str]) -> str:
    """Parts of one sentence."""
    return pgettext("between clauses", "，").join(parts)


def one_after_another(parts: Iterable[str]) -> str:
    """Short sentences in a row."""
    return pgettext("between clauses", "；").join(parts)


def aside(text: object) -> str:
    """The text in brackets, to stand behind a word."""
    return pgettext("before an aside", "（") + str(text) + pgettext("after an aside", "）")
