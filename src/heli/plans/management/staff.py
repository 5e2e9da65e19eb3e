"""Who can sign in to a demo; in a module of its own, so that a start need not load the planner."""

from __future__ import annotations

from heli.kernel.access.roles import Role

PASSWORD = "heli-demo"  # noqa: S105 - a demo's, said aloud
STAFF = (
    ("admin", "系统管理员", Role.ADMIN),
    ("line", "片区妇联干部", Role.LINE),
    ("unit", "村负责人", Role.UNIT),
    ("head", "网格长", Role.HEAD),
    ("leader", "组长", Role.LEADER),
    ("auditor", "审计员", Role.AUDITOR),
)
"""Accounts of the demo: name to sign in with, name, role."""
