"""The grid division table of a plan."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from heli.grids.queries import DivisionRow, DivisionTable, Force, House
from heli.grids.rules import Address, Household
from heli.people.queries.forces import force_letters
from heli.plans.links.words import link_why
from heli.plans.links.work import LinksPart
from heli.plans.rules import Keys

MOST_BEFORE = 12
"""A lane that stands farther back in an address than this is not what a reader looks for."""

NOTES = {
    "own": pgettext_lazy("why linked, one word", "自家"),
    "kin": pgettext_lazy("why linked, one word", "亲"),
    "wish": pgettext_lazy("why linked, one word", "愿"),
    "fixed": pgettext_lazy("why linked, one word", "定"),
}
"""The short word beside a house that is not simply near, by the code of the reason."""


def division_table(plan: LinksPart, keys: Keys | None = None) -> DivisionTable | None:
    """The table, or ``None`` when no household could be linked; with ``keys`` it names them beside names."""
    links = plan.links()
    if not links:
        return None
    village, forces = plan.village, _forces(plan)
    codes = {house: reason.code for house, reason in plan.link_reasons().items()}
    order = _group_order(plan)
    rows = []
    for member, houses in _by_member(plan, links).items():
        row = _row(plan, member, houses, forces.get(village.members[member].force), codes, keys)
        rows.append(((order.get(row.group, 0), min(houses, default=10**9)), row))
    rows.sort(key=lambda placed: placed[0])
    return DivisionTable(
        village=village.name,
        date=plan.options.date,
        rows=tuple(row for _, row in rows),
        forces=tuple(forces.values()),
        unlinked=tuple((h.address.text, h.head, h.no_link) for h in village.households if h.no_link),
        exempt=tuple(
            (name, why.linking)
            for name, why in zip(plan.labels.members, plan.exemptions, strict=True)
            if why.linking
        ),
        notes=division_notes(plan),
        contact=plan.options.contact,
        gaps=_gaps(plan),
    )


def _gaps(plan: LinksPart) -> tuple[tuple[str, str, str], ...]:
    """Households that need a member and have none: address, head, why."""
    bounds, reasons = {"high": plan.linking.high}, plan.link_reasons()
    found = []
    for i in plan.left_over():
        household, why = plan.village.households[i], reasons[i]
        words = link_why(why.code, {**bounds, **why.params}, str)
        found.append((household.address.text, household.head, words))
    return tuple(found)


def division_notes(plan: LinksPart) -> tuple[str, ...]:
    """How nearness was counted, and the rule for a member's own house."""
    near = (
        _("远近按经纬度的直线米数算。")
        if plan.linking.unit == "metres"
        else _("远近按门牌算：同一条弄看号码差几号，另一条弄、另一个组算得更远。")
    )
    return near, _("网格员自己家由本人联系，也算一户。")


def split_lane(address: Address) -> tuple[str, str]:
    """The address as shown, cut after its lane: ``上宅弄12-2号`` gives ``上宅弄`` and ``12-2号``.

    What stands before the lane (the village's own name) is left out.
    """
    before, lane, number = address.text.partition(address.lane) if address.lane else ("", "", "")
    return (lane, number.strip()) if lane and len(before) <= MOST_BEFORE else ("", address.text)


def _forces(plan: LinksPart) -> dict[str, Force]:
    names = dict.fromkeys(m.force for m in plan.village.members if m.force)
    letters = force_letters(tuple(names))
    return {name: Force(name, letters[name], colour) for colour, name in enumerate(names)}


def _by_member(plan: LinksPart, links: Mapping[int, int]) -> dict[int, list[int]]:
    """Member → households in book order, for everybody who serves, also those without one."""
    held: dict[int, list[int]] = {i: [] for i in plan.linking.members}
    for house, member in sorted(links.items()):
        held[member].append(house)
    return held


def _group_order(plan: LinksPart) -> dict[str, int]:
    order: dict[str, int] = {}
    for household in plan.village.households:
        order.setdefault(household.group, len(order))
    return order


def _row(
    plan: LinksPart,
    member: int,
    houses: list[int],
    force: Force | None,
    codes: Mapping[int, str],
    keys: Keys | None,
) -> DivisionRow:
    """A member's row; it stands in the group of most of its houses."""
    village, who = plan.village, plan.village.members[member]
    groups = [village.households[i].group for i in houses]
    return DivisionRow(
        name=plan.labels.members[member],
        force=force,
        group=max(groups, key=groups.count) if groups else who.group,
        home=who.home,
        houses=tuple(
            _house(
                village.households[i],
                str(NOTES.get(codes.get(i, ""), "")),
                plan.moved(i, member),
                str(keys.households[i]) if keys else "",
            )
            for i in houses
        ),
        key=str(keys.members[member]) if keys else "",
    )


def _house(household: Household, note: str, moved: bool, key: str) -> House:
    lane, number = split_lane(household.address)
    return House(lane, number or household.head, household.head, note, moved, key)
