"""Households, addresses and nearness: pure facts, no file and no database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from heli.grids.rules.addresses import Address, group_inside, parse_address
from heli.kernel.lib.labels import labelled
from heli.kernel.lib.text import NUMERAL, numeral
from heli.kernel.sheets.problems import Place, Understood

__all__ = ["Address", "Household", "group_inside", "needs_link", "parse_address", "step_matrix", "steps"]

Steps = NDArray[np.int64]
"""Whole steps between houses."""


@dataclass(frozen=True, slots=True)
class Household:
    """A household (户) as a book tells of it.

    ``no_link`` is the book's own words for why it needs no linked member (空房), empty when it needs one;
    ``kin``, ``wishes`` and ``refused`` (not by this member) are members' names as written on the
    household's side;
    ``linked`` is the member the book says is linked now, if it does.
    """

    address: Address
    head: str = labelled(_("户主"), "")
    group: str = labelled(_("组别"), "")
    people: int | None = labelled(_("人口"), None)
    let: bool | None = labelled(_("出租"), None)
    tenants: int | None = labelled(_("租住人数"), None)
    lon: float | None = labelled(_("经度"), None, by_hand=False)
    lat: float | None = labelled(_("纬度"), None, by_hand=False)
    no_link: str = labelled(_("免联系"), "")
    kin: tuple[str, ...] = labelled(_("亲属"), ())
    wishes: tuple[str, ...] = labelled(_("意向"), ())
    refused: tuple[str, ...] = labelled(_("不愿联系"), ())
    linked: str = labelled(_("现联系人"), "", by_hand=False)
    remark: str = labelled(_("备注"), "")
    place: Place = field(default=Place(), compare=False)
    understood: tuple[Understood, ...] = field(default=(), compare=False)


OTHER_LANE = 20
"""Steps to any house of another lane in the same group, before the difference of house numbers."""
OTHER_LANE_MOST = 20
"""The difference of house numbers counts across lanes up to this."""
NO_NUMBER = 10
"""Steps along the lane when a house number is not known."""
OTHER_GROUP = 60
"""Steps to a house of another group, before the difference of group numbers."""
GROUP_STEP = 10
"""Steps for each difference of group number."""
GROUPS_MOST = 10
"""The difference of group numbers counts up to this; groups without a number differ by one."""

_NUMBERS = re.compile(rf"(?:\d+|{NUMERAL}+)")


def group_number(group: str) -> int:
    """The number in a group's name (``3组`` is 3), 0 when it has none."""
    match = _NUMBERS.search(group)
    return (numeral(match[0]) or 0) if match else 0


def steps(a: Address, b: Address, group_a: str = "", group_b: str = "") -> int:
    """How far two houses are apart where nobody knows the metres.

    Same house 0. Same lane: the difference of house numbers, at least 1 (`NO_NUMBER` if one is unknown).
    Another lane of the same group: `OTHER_LANE` and the difference of house numbers up to
    `OTHER_LANE_MOST`. Another group: `OTHER_GROUP` and `GROUP_STEP` for each difference of group number, up
    to `GROUPS_MOST`; an unknown group counts as the next one. Houses without a lane share one lane in their
    group.
    """
    same_group = bool(group_a) and group_a == group_b
    if a.lane == b.lane and (a.lane or same_group or not (group_a or group_b)):
        if a == b and a.number:
            return 0
        return max(abs(a.number - b.number), 1) if a.number and b.number else NO_NUMBER
    if same_group or not (group_a or group_b):
        return OTHER_LANE + min(abs(a.number - b.number), OTHER_LANE_MOST)
    one, two = group_number(group_a), group_number(group_b)
    apart = abs(one - two) if one and two and one != two else 1
    return OTHER_GROUP + GROUP_STEP * min(apart, GROUPS_MOST)


def step_matrix(houses: Sequence[tuple[Address, str]], homes: Sequence[tuple[Address, str]]) -> Steps:
    """`steps` from every house to every home, as int64, shape (houses, homes); pairs are (address, group)."""
    lanes, groups = _Codes(), _Codes()
    one = _columns(houses, lanes, groups)
    two = _columns(homes, lanes, groups)
    lane_a, number_a, sub_a, group_a, count_a = (column[:, None] for column in one)
    lane_b, number_b, sub_b, group_b, count_b = (column[None, :] for column in two)
    same_group = (group_a == group_b) & (group_a > 0)
    near = same_group | ((group_a == 0) & (group_b == 0))
    apart = np.abs(number_a - number_b)
    known = (number_a > 0) & (number_b > 0)
    far = np.where((count_a > 0) & (count_b > 0) & (count_a != count_b), np.abs(count_a - count_b), 1)
    result = OTHER_GROUP + GROUP_STEP * np.minimum(far, GROUPS_MOST)
    result = np.where(near, OTHER_LANE + np.minimum(apart, OTHER_LANE_MOST), result)
    same_lane = (lane_a == lane_b) & ((lane_a > 0) | near)
    along = np.where(known, np.maximum(apart, 1), NO_NUMBER)
    along = np.where(known & (apart == 0) & (sub_a == sub_b), 0, along)
    return np.where(same_lane, along, result).astype(np.int64)


class _Codes(dict[str, int]):
    """A number for every text, the empty one 0."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self) + 1 if text else 0
        return self[text]


def _columns(places: Sequence[tuple[Address, str]], lanes: _Codes, groups: _Codes) -> list[Steps]:
    """Lane, number, sub-number, group and group number as arrays."""
    facts = [
        (lanes[address.lane], address.number, address.sub, groups[group], group_number(group))
        for address, group in places
    ]
    return list(np.array(facts, dtype=np.int64).reshape(len(facts), 5).T)


def needs_link(household: Household) -> bool:
    """Whether a member must be linked to it: always, unless the book says why not (空房)."""
    return not household.no_link
