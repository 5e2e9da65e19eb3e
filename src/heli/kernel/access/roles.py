"""Roles and verbs: the one table of who may do what. A verb is asked for a unit; a role is held for a unit
and all below it. What a member may do is bound to their own row and does not stand in grants."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The roles a person can hold."""

    ADMIN = "admin"  # district admin 系统管理员
    LINE = "line"  # line officer 条线干部: union, youth league, women's federation, science association
    UNIT = "unit"  # unit officer 村（企）负责人
    HEAD = "head"  # grid head 网格长
    LEADER = "leader"  # team leader 组长
    MEMBER = "member"  # grid member 网格员, by personal link
    AUDITOR = "auditor"  # reads what was done, changes nothing


class Verb(StrEnum):
    """What can be done, in people's words."""

    SEE_ZONE = "see_zone"  # figures of all villages
    SEE_VILLAGE = "see_village"  # a village's tables, members, households (phones masked)
    REVEAL = "reveal"  # read one phone number; each reading is logged
    UPLOAD = "upload"  # hand in a book, import, undo
    EDIT = "edit"  # members, households, posts by hand
    PLAN = "plan"  # plan, move, pin, plan again
    PUBLISH = "publish"
    TICK = "tick"  # tick who stood
    SWAP = "swap"  # offer and accept a swap for one's own turn
    GRANT = "grant"  # accounts, roles, personal links
    READ_AUDIT = "read_audit"
    CONFIGURE = "configure"  # the settings of the district


_ALL = frozenset(Verb)
_VILLAGE = frozenset(
    {Verb.SEE_VILLAGE, Verb.REVEAL, Verb.UPLOAD, Verb.EDIT, Verb.PLAN, Verb.PUBLISH, Verb.TICK, Verb.SWAP}
)

MAY: dict[Role, frozenset[Verb]] = {
    Role.ADMIN: _ALL - {Verb.REVEAL},
    Role.LINE: frozenset({Verb.SEE_ZONE, Verb.SEE_VILLAGE}),
    Role.UNIT: _VILLAGE | {Verb.GRANT},
    Role.HEAD: frozenset({Verb.SEE_VILLAGE, Verb.REVEAL, Verb.EDIT, Verb.PLAN, Verb.TICK, Verb.SWAP}),
    Role.LEADER: frozenset({Verb.SEE_VILLAGE, Verb.TICK, Verb.SWAP}),
    Role.MEMBER: frozenset({Verb.SWAP}),
    Role.AUDITOR: frozenset({Verb.SEE_ZONE, Verb.READ_AUDIT}),
}
"""Role × verb. Read it aloud: “a grid head may see the village, reveal a phone, edit, plan, tick, swap”."""
