"""What Heli holds on a member, for themselves: to read, to print, to take away."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from heli.insight.queries.member import looks_at
from heli.kernel.lib import registry
from heli.kernel.lib.own_data import Part, Value
from heli.people.models import MemberRow


def own_data(member: MemberRow) -> tuple[Part, ...]:
    """Everything, as every slice tells it; parts of one code are one table."""
    found: dict[str, Part] = {}
    for part in (part for held in registry.own_data_functions() for part in held(member)):
        before = found.get(part.code)
        found[part.code] = replace(part, rows=before.rows + part.rows) if before else part
    return tuple(found.values())


def as_json(parts: Iterable[Part]) -> dict[str, list[dict[str, str | int | None]]]:
    """The same for a machine."""
    return {
        part.code: [
            dict(zip((code for code, _title in part.columns), map(_plain, row), strict=True))
            for row in part.rows
        ]
        for part in parts
    }


def _plain(value: Value) -> str | int | None:
    return value.isoformat() if isinstance(value, datetime.date) else value


def looks(member: MemberRow) -> tuple[Part, ...]:
    """Who looked at what is held."""
    rows = tuple((look.at, look.who, look.what) for look in looks_at(member))
    columns = (("at", _("时间")), ("who", _("谁")), ("what", _("看了什么")))
    return (Part("looks", _("谁看过我的资料"), columns, rows, (_("%(at)s %(who)s %(what)s"),)),)
