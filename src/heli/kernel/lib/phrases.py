"""Sentences put together of parts, with the signs of the language that is read."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext


def join_clauses(parts: Iterable[str]) -> str:
    """Parts of one sentence."""
    return pgettext("between clauses", "，").join(parts)


def join_sentences(parts: Iterable[str]) -> str:
    """Short sentences in a row."""
    return pgettext("between clauses", "；").join(parts)


def in_brackets(text: object) -> str:
    """The text in brackets, to stand behind a word."""
    return pgettext("before an aside", "（") + str(text) + pgettext("after an aside", "）")
