"""A village's book as the columns of its tables hold it, and which row of it is which one kept."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Mapping

from heli.duties.rules import Post, slots_to_json
from heli.grids.rules import Household, parse_address
from heli.kernel.lib.labels import labels_of
from heli.kernel.lib.text import fold
from heli.people.rules import UNSAID, Member, availability_to_json

Values = Mapping[str, object]

MOST = 99_999
"""No household has more people."""


def household_values(row: Household) -> Values:
    """The household as its table's columns hold it: each labelled field, and the address taken apart."""
    address = {"address": row.address.text, "lane": row.address.lane}
    numbers = {"number": min(row.address.number, 2**62), "sub": min(row.address.sub, 2**62)}
    return address | numbers | {name: _held(getattr(row, name)) for name in labels_of(Household)}


def _held(value: object) -> object:
    """A value of a record as a column holds it."""
    if isinstance(value, tuple):
        return [*value]
    if isinstance(value, int) and not isinstance(value, bool):
        return min(value, MOST)
    return value


def member_values(row: Member, today: datetime.date) -> Values:
    """The member as its table's columns hold it; an age becomes a year of birth."""
    return {
        "name": row.name,
        "home": row.home,
        "force": row.force,
        "group": row.group,
        "born": None if row.age is None else today.year - row.age,
        "lon": row.lon,
        "lat": row.lat,
        "availability": availability_to_json(row.availability),
        "leader": row.leader,
        "occupation": row.occupation,
        "kin": [*row.kin],
        "wishes": [*row.wishes],
        "refused": [*row.refused],
        "partners": [*row.partners],
        "apart": [*row.apart],
        "exempt": row.exempt,
        "seats": sorted(row.seats),
        "served": [] if row.served == UNSAID else [*row.served],
        "remark": row.remark,
    }


def post_values(row: Post) -> Values:
    """The post as its table's columns hold it."""
    return {
        "name": row.name,
        "where": row.where,
        "lon": row.lon,
        "lat": row.lat,
        "slots": slots_to_json(row.slots),
    }


def house(values: Values) -> Hashable:
    """The house alone: its lane, number and part."""
    if not values["number"]:
        return fold(values["address"]) or None
    group = "" if values["lane"] else values["group"]
    return (values["lane"], values["number"], values["sub"], group)


def house_and_head(values: Values) -> Hashable:
    """The surest key of a household."""
    where = house(values)
    return (where, values["head"]) if where or values["head"] else None


def head_and_group(values: Values) -> Hashable:
    """A head who moved within the village."""
    return (values["head"], values["group"]) if values["head"] else None


def name(values: Values) -> Hashable:
    """The name alone."""
    return str(values["name"])


def name_and_home(values: Values) -> Hashable:
    """The surest key of a member."""
    at = parse_address(values["home"]) if values["home"] else None
    return (values["name"], (at.lane[-4:], at.number, at.sub) if at else None)


NEAR = {"born": 1, "lon": 1e-6, "lat": 1e-6}
"""How far two numbers of a field may be apart and count as the same."""


def alike(name: str, old: object, new: object) -> bool:
    """The same value; a year of birth made from an age may be off by one, which depends on the day."""
    if old == new:
        return True
    if isinstance(old, int | float) and isinstance(new, int | float):
        return abs(old - new) <= NEAR.get(name, 0)
    if name in ("served", "seats", "slots", "kin", "wishes", "refused", "partners", "apart"):
        return not old and not new
    return False
