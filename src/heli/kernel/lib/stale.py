"""Two people on one row: a form carries a print of the row it was made from; another print is another row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.errors import DomainError

CHANGED = "kernel.row-changed"
"""The code of the refusal."""


def fingerprint(facts: Mapping[str, Any]) -> str:
    """A short print of plain facts: the same facts give the same print."""
    said = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def refuse_if_changed(facts: Mapping[str, Any], seen: str) -> None:
    """Raise a ``DomainError`` when the row's ``facts`` are no longer those the form was made from."""
    if fingerprint(facts) != seen:
        raise DomainError(CHANGED, _("您填写的时候，别人改过这一条。请看下面哪里不同，再存一次。"))


def take_over(row: object, names: Sequence[str], facts: Mapping[str, Any], seen: str) -> list[str]:
    """Set on the row, not yet saved, what ``facts`` change of the fields ``names``; returns what that is.

    Raises as :func:`refuse_if_changed` when the row is no longer the one whose print was ``seen``.
    """
    now = {name: getattr(row, name) for name in names}
    refuse_if_changed(now, seen)
    changed = [name for name in names if name in facts and facts[name] != now[name]]
    for name in changed:
        setattr(row, name, facts[name])
    return changed
