"""Two people on one row: a form carries the hash of the row it was made from; another hash is another row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.errors import DomainError

CHANGED = "kernel.row-changed"
"""The code of the refusal."""


def row_hash(facts: Mapping[str, object]) -> str:
    """A short hash of plain facts: the same facts give the same hash."""
    said = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def refuse_if_changed(facts: Mapping[str, object], seen: str | None) -> None:
    """Raise a ``DomainError`` when the row's ``facts`` no longer are those whose hash the form carries.

    ``seen`` none: nobody was shown a form.
    """
    if seen is not None and row_hash(facts) != seen:
        raise DomainError(
            CHANGED, _("您打开这一页以后，别人改过这一条。下面是现在的情况，请看过，再存一次。")
        )


def apply_if_unchanged(
    row: object, names: Sequence[str], facts: Mapping[str, object], seen: str | None
) -> list[str]:
    """Set on the row, not yet saved, what ``facts`` change of the fields ``names``; returns what that is.

    ``seen`` is the hash of those fields as the form showed them; none: nobody was shown a form. Raises as
    :func:`refuse_if_changed`.
    """
    now = {name: getattr(row, name) for name in names}
    refuse_if_changed(now, seen)
    changed = [name for name in names if name in facts and facts[name] != now[name]]
    for name in changed:
        setattr(row, name, facts[name])
    return changed
