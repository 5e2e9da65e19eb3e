"""The planning library's codes as sentences: why this link, why an empty seat, why there is no plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.duties.rules import SeatKind
from heli.kernel.lib.phrases import one_after_another
from heli.kernel.papers.words import listed
from heli.plans.queries.plan import Plan
from heli.plans.rules import RosterWork, Village
from heliplan import Conflict, Reason
from heliplan.roster import KINDS, why_unfilled

WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)

LINK_WHY: Mapping[str, str | Promise] = {
    "own": gettext_lazy("自己家"),
    "fixed": gettext_lazy("已定下"),
    "refused": gettext_lazy("有一方不愿，但没有别的排法"),
    "kin": gettext_lazy("亲属"),
    "wish": gettext_lazy("愿联系"),
    "nearest": gettext_lazy("最近"),
    "kept": gettext_lazy("与上次相同"),
    "nearest_with_room": gettext_lazy("更近的 %(better)s 已满"),
    "for_low_bound": gettext_lazy("每人至少 %(low)d 户"),
    "could_be_better": gettext_lazy("也可以由 %(better)s 联系"),
}

LINK_CONFLICTS: Mapping[str, str | Promise] = {
    "no_members": gettext_lazy("没有网格员可以联系这 %(households)d 户。"),
    "too_many_households": gettext_lazy(
        "%(households)d 户要人联系，每人最多 %(high)d 户只够 %(places)d 户。可用 --high %(high_would_do)d。"
    ),
    "too_few_households": gettext_lazy(
        "每人至少 %(low)d 户要有 %(needed)d 户，只有 %(households)d 户。可用 --low %(low_would_do)d。"
    ),
    "fixed_over_high": gettext_lazy(
        "固定给 %(member)s 的有 %(count)d 户，多于每人最多 %(high)d 户。请少固定几户，或用 --high %(count)d。"
    ),
    "fixed_twice": gettext_lazy("%(household)s 固定给了几个人：%(members)s。请只留一个。"),
    "fixed_forbidden": gettext_lazy(
        "%(household)s 固定给 %(member)s，又写了不能由他（她）联系。请去掉一处。"
    ),
    "no_member_left": gettext_lazy("%(household)s 没有人可以联系：所有网格员都排除了。"),
    "crowded": gettext_lazy("%(households)s 只能由 %(members)s 联系，差 %(short_by)d 个位置。"),
    "starved": gettext_lazy(
        "%(members)s 可以联系的只有 %(households)s，差 %(short_by)d 户才到每人最少的户数。"
    ),
}

UNFILLED_WHY: Mapping[str, str | Promise] = {
    "nobody_available": gettext_lazy("这一班没有人有空"),
    "nobody_of_kind": gettext_lazy("有空的 %(count)d 人都不坐%(kind)s席位"),
    "all_used_up": gettext_lazy("有空的人这一天都已排上：%(members)s"),
    "group_too_small": gettext_lazy("这一天的组人不够，可以问别的组：%(members)s"),
    "free": gettext_lazy("时间到了还没排完，可以排：%(members)s"),
}

PIN_CONFLICTS: Mapping[str, str | Promise] = {
    "pin_not_available": gettext_lazy("%(member)s 写了%(shift)s不便，却固定在这一班。"),
    "pin_forbidden": gettext_lazy("%(member)s 不能排%(shift)s，却固定在这一班。"),
    "pin_wrong_kind": gettext_lazy("%(shift)s没有 %(member)s 可以坐的席位（义务、志愿、有偿要对上）。"),
    "pin_two_posts": gettext_lazy("%(member)s 在同一时间固定了两处：%(shift)s、%(other)s。"),
    "pin_overlap": gettext_lazy("%(member)s 固定的两处时间重叠：%(shift)s、%(other)s。"),
    "pin_two_days": gettext_lazy("%(member)s 固定在两天（%(shift)s、%(other)s），分组值班每人只在一天。"),
    "pin_over_day": gettext_lazy("%(member)s 在%(day)s固定了 %(pins)d 次，一天最多 %(most)d 次。"),
    "pin_over_total": gettext_lazy("%(member)s 固定了 %(pins)d 次，最多 %(most)d 次。"),
    "pin_no_rest": gettext_lazy("%(member)s 固定在%(other)s，第二天又固定在%(shift)s，中间没有休息。"),
    "pin_no_seat": gettext_lazy("%(shift)s的席位都固定给了别人，%(member)s 坐不下。"),
}

NAMES_SHOWN = 5


def named(names: Iterable[str]) -> str:
    """Names with 、 between them; beyond the first few only how many."""
    every = list(names)
    shown = listed(every[:NAMES_SHOWN])
    if len(every) <= NAMES_SHOWN:
        return shown
    return _("%(names)s 等 %(count)d 个") % {"names": shown, "count": len(every)}


def link_words(plan: Plan) -> dict[int, str]:
    """Why each household has its member, by row in the village."""
    return {
        house: _said(LINK_WHY, reason, _link_params(plan, reason))
        for house, reason in plan.link_reasons().items()
    }


def linking_conflicts(plan: Plan) -> list[str]:
    """Why households cannot be linked as asked, and which bound would do; empty when they are."""
    conflicts = plan.division.conflicts if plan.division and plan.division.plan is None else ()
    bounds = {"low": plan.linking.low, "high": plan.linking.high}
    return [_said(LINK_CONFLICTS, why, {**bounds, **_link_params(plan, why)}) for why in conflicts]


def roster_conflicts(plan: Plan) -> list[str]:
    """Why the roster cannot be made as pinned; empty when it is made."""
    conflicts = plan.seats.conflicts if plan.seats else ()
    return [_said(PIN_CONFLICTS, why, _roster_params(plan, why)) for why in conflicts]


def unfilled_words(plan: Plan, shift: int) -> str:
    """Why seats of a shift stay empty."""
    problem, made = plan.roster.problem, plan.seats.plan if plan.seats else None
    if problem is None or made is None:
        return ""
    reasons = why_unfilled(problem, made, shift)
    return one_after_another(_said(UNFILLED_WHY, reason, _roster_params(plan, reason)) for reason in reasons)


def shift_words(plan: Plan, shift: int) -> str:
    """A shift as people say it: weekday, slot, post."""
    return shift_at(plan.roster, plan.village, shift)


def shift_at(work: RosterWork, village: Village, shift: int) -> str:
    """As :func:`shift_words`, without a whole plan."""
    problem = work.problem
    if problem is None:
        raise ValueError("shift: there is no roster")
    columns = (problem.shift_day, problem.shift_period, problem.shift_post)
    day, period, post = (int(column[shift]) for column in columns)
    return f"{WEEKDAYS[day % 7]} {work.slots[period][0]} {village.posts[post].name}"


def _said(words: Mapping[str, str | Promise], reason: Reason | Conflict, params: Mapping[str, Any]) -> str:
    return str(words[reason.code]) % params


def _link_params(plan: Plan, reason: Reason | Conflict) -> dict[str, Any]:
    """The reason's parameters with indices turned into names."""
    names = {
        "member": plan.labels.members,
        "members": plan.labels.members,
        "better": plan.labels.members,
        "household": plan.labels.households,
        "households": plan.labels.households,
    }
    rows = {
        "member": plan.linking.members,
        "members": plan.linking.members,
        "better": plan.linking.members,
        "household": plan.linking.households,
        "households": plan.linking.households,
    }
    said: dict[str, Any] = dict(reason.params)
    for key, value in reason.params.items():
        if key in names and isinstance(value, tuple):
            said[key] = named(names[key][rows[key][i]] for i in value)
        elif key in ("member", "household"):
            said[key] = names[key][rows[key][value]]
    return said


def _roster_params(plan: Plan, reason: Reason | Conflict) -> dict[str, Any]:
    said: dict[str, Any] = dict(reason.params)
    for key, value in reason.params.items():
        if key == "member":
            said[key] = plan.labels.members[plan.roster.members[value]]
        elif key == "members":
            said[key] = named(plan.labels.members[plan.roster.members[i]] for i in value)
        elif key in ("shift", "other"):
            said[key] = shift_words(plan, value)
        elif key == "day":
            said[key] = str(WEEKDAYS[value % 7])
        elif key == "kind":
            said[key] = SeatKind(KINDS[value]).label
    return said
