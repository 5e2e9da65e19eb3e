"""Why a seat stays empty, and why a roster cannot be made as pinned: codes as sentences."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.duties.rules import SeatKind
from heli.kernel.lib.phrases import join_sentences
from heli.people.rules.words import DAYS
from heli.plans.gather.reasons import Call, with_names
from heli.plans.rules import Village
from heli.plans.rules.differences import Place
from heli.plans.turns.work import RosterWork
from heliplan.roster import KINDS, RosterPlan, RosterProblem, why_unfilled

UNFILLED_WHY: Mapping[str, str | Promise] = {
    "nobody_available": gettext_lazy("这一班没有人有空"),
    "nobody_of_kind": gettext_lazy("有空的 %(count)d 人都不站%(kind)s班"),
    "all_used_up": gettext_lazy("有空的人这一天都已排上：%(members)s"),
    "group_too_small": gettext_lazy("这一天的组人不够，可以问别的组：%(members)s"),
    "free": gettext_lazy("时间到了还没排完，可以排：%(members)s"),
}

PIN_CONFLICTS: Mapping[str, str | Promise] = {
    "pin_not_available": gettext_lazy("%(member)s 写了%(shift)s不便，却固定在这一班。"),
    "pin_forbidden": gettext_lazy("%(member)s 不能排%(shift)s，却固定在这一班。"),
    "pin_wrong_kind": gettext_lazy("%(shift)s没有 %(member)s 可以站的班（义务、志愿、有偿要对上）。"),
    "pin_two_posts": gettext_lazy("%(member)s 在同一时间固定了两处：%(shift)s、%(other)s。"),
    "pin_overlap": gettext_lazy("%(member)s 固定的两处时间重叠：%(shift)s、%(other)s。"),
    "pin_two_days": gettext_lazy("%(member)s 固定在两天（%(shift)s、%(other)s），分组值班每人只在一天。"),
    "pin_over_day": gettext_lazy("%(member)s 在%(day)s固定了 %(pins)d 次，一天最多 %(most)d 次。"),
    "pin_over_total": gettext_lazy("%(member)s 固定了 %(pins)d 次，最多 %(most)d 次。"),
    "pin_no_rest": gettext_lazy("%(member)s 固定在%(other)s，第二天又固定在%(shift)s，中间没有休息。"),
    "pin_no_seat": gettext_lazy("%(shift)s的班都固定给了别人，%(member)s 坐不下。"),
}


def unfilled_why(code: str, params: Mapping[str, object], member: Call) -> str:
    """Why seats of a shift stay empty, in words."""
    told = with_names({"count": 0, "members": (), **params}, member)
    kind = params.get("kind", 0)
    seat = SeatKind(KINDS[kind if isinstance(kind, int) else 0])
    return str(UNFILLED_WHY[code]) % {**told, "kind": seat.label}


def unfilled_words(problem: RosterProblem, made: RosterPlan, shift: int, member: Call) -> str:
    """Why seats of a shift of a plan stay empty, in words."""
    reasons = why_unfilled(problem, made, shift)
    return join_sentences(unfilled_why(why.code, why.params, member) for why in reasons)


def pin_conflict(code: str, params: Mapping[str, object], member: Call) -> str:
    """Why the roster cannot be made as pinned, in words; shifts and days are words already."""
    return str(PIN_CONFLICTS[code]) % with_names(params, member)


def when_words(week: int, weekday: int, slot: str) -> str:
    """Weekday and slot; the week is named from the second on."""
    day = f"{DAYS[weekday - 1]} {slot}"
    return day if week == 1 else _("第%(week)d周 %(day)s") % {"week": week, "day": day}


def place_words(place: Place, points: Mapping[str, str]) -> str:
    """A place of the roster as people say it; ``points`` says what drop points are called, by what they are
    known by.
    """
    week, weekday, slot, point = place
    return f"{when_words(week, weekday, slot)} {points.get(point, point)}"


def shift_at(work: RosterWork, village: Village, shift: int) -> str:
    """A shift as people say it: weekday, slot, drop point."""
    problem = work.problem
    if problem is None:
        raise ValueError("shift: there is no roster")
    columns = (problem.shift_day, problem.shift_period, problem.shift_post)
    day, period, post = (int(column[shift]) for column in columns)
    return f"{DAYS[day % 7]} {work.slots[period][0]} {village.posts[post].name}"
