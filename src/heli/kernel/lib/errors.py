"""Refusals: what a command will not do, in a code and parameters; the view turns them into words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule stands against what was asked.

    ``code`` is stable and for machines; ``message`` (a lazy translation) says what is wrong and the cure and
    may hold ``%(name)s`` placeholders filled from ``params``; ``field`` is the form field it belongs to.
    """

    def __init__(self, code: str, message: str | Promise, /, field: str = "", **params: object) -> None:
        super().__init__(code)
        self.code, self.field = code, field
        self.params: Mapping[str, object] = params
        self._message = message

    def __str__(self) -> str:
        return str(self._message) % self.params
