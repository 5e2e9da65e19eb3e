"""A reason of the planning library with names in place of indices in a problem or keys in a row."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from heli.kernel.papers.words import listed
from heli.plans.rules.facts import Told
from heliplan import Reason

ABOUT_MEMBERS = ("member", "members", "better", "fixed")
ABOUT_HOUSEHOLDS = ("household", "households")
ONE = ("member", "fixed", "household")
"""Parameters of reasons that name members and households."""

NAMES_SHOWN = 5

Call = Callable[[Any], str]
"""What a member or a household is called, by index or by key."""


def named(names: Iterable[str]) -> str:
    """Names with 、 between them; beyond the first few only how many."""
    every = list(names)
    shown = listed(every[:NAMES_SHOWN])
    if len(every) <= NAMES_SHOWN:
        return shown
    return _("%(names)s 等 %(count)d 个") % {"names": shown, "count": len(every)}


def with_names(params: Mapping[str, object], member: Call, household: Call = str) -> dict[str, object]:
    """The parameters with names in place of indices or keys; numbers and what else there is as they are."""
    said: dict[str, object] = {}
    for name, value in params.items():
        call = member if name in ABOUT_MEMBERS else household if name in ABOUT_HOUSEHOLDS else None
        if call is not None and isinstance(value, tuple | list):
            said[name] = named(call(each) for each in value)
        else:
            said[name] = call(value) if call is not None and name in ONE else value
    return said


def reason_json(
    reason: Reason, members: Sequence[uuid.UUID], households: Sequence[uuid.UUID] = ()
) -> dict[str, Told]:
    """A reason as plain JSON: its code and parameters, with keys instead of indices."""
    said: dict[str, Told] = {"code": reason.code}
    for name, value in reason.params.items():
        rows = members if name in ABOUT_MEMBERS else households if name in ABOUT_HOUSEHOLDS else None
        if isinstance(value, tuple):
            said[name] = tuple(str(rows[i]) for i in value) if rows else value
        else:
            said[name] = str(rows[value]) if rows and name in ONE else value
    return said
