"""Read a text whole or not at all: every character belongs to a known word, or the text is refused.

A :class:`Lexicon` cuts a text into words. What the words mean together is the reader's part, who refuses
in the same way (:class:`Unread`) when they do not fit together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


class Unread(ValueError):
    """A text was not understood. ``piece`` is the part that could not be read."""

    def __init__(self, piece: str) -> None:
        super().__init__(piece)
        self.piece = piece


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: its kind in the lexicon, as written, and the named parts of its pattern."""

    kind: str
    text: str
    parts: Mapping[str, str]


LONGEST = 200
"""A longer text is no short answer: it is refused before any of it is looked at."""


class Lexicon:
    """The words that a grammar knows: kind → pattern. Of several that fit, the longest is taken.

    Of equally long ones the kind that is listed first is taken. A named group of a pattern is a part of
    the word.
    """

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._kinds = [(kind, re.compile(pattern)) for kind, pattern in kinds.items()]

    def words(self, text: str) -> list[Word]:
        """The words of a text, in order.

        Raises
        ------
        Unread
            With the first run of characters that belong to no word.
        """
        if len(text) > LONGEST:
            raise Unread(text[:LONGEST])
        found, at = [], 0
        while at < len(text):
            word = self._at(text, at)
            if word is None:
                raise Unread(self._foreign(text, at))
            found.append(word)
            at += len(word.text)
        return found

    def _at(self, text: str, at: int) -> Word | None:
        best: tuple[str, re.Match[str]] | None = None
        for kind, pattern in self._kinds:
            match = pattern.match(text, at)
            if match and match.end() > (best[1].end() if best else at):
                best = kind, match
        if best is None:
            return None
        return Word(best[0], best[1][0], {k: v for k, v in best[1].groupdict().items() if v is not None})

    def _foreign(self, text: str, start: int) -> str:
        end = next((at for at in range(start + 1, len(text)) if self._at(text, at)), len(text))
        return text[start:end]
