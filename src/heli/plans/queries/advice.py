"""What to look at once the plan is there: what would fill empty seats, which characters cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from heli.kernel.papers.glyphs import missing_glyphs
from heli.kernel.papers.words import listed
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.plans.queries.plan import Plan
from heliplan.roster import Mode, why_unfilled

GROUPS_TOO_SMALL = Kind(
    "plan.groups_too_small",
    Severity.LOOK,
    gettext_lazy("分组值班每人只在一天，%(members)d 人分七组，有 %(count)d 个席位空着，别的组的人其实有空。"),
    gettext_lazy("可用 --mode rotation 轮流，不限一天；或者减少每班人数。"),
)
RARE_CHARACTER = Kind(
    "plan.rare_character",
    Severity.LOOK,
    gettext_lazy("“%(name)s”里的字（%(codes)s）字库里没有，图和打印件上写成编码。"),
    gettext_lazy("请在打印件上用笔补上；Excel 里的字不受影响。"),
)


def advice(plan: Plan) -> tuple[Problem, ...]:
    """Problems that show only when the plan is made."""
    return (*_small_groups(plan), *_rare_characters(plan))


def _small_groups(plan: Plan) -> Iterator[Problem]:
    """Day groups leave seats empty that members of other days could take."""
    problem, made = plan.roster.problem, plan.seats.plan if plan.seats else None
    if problem is None or made is None or problem.mode is not Mode.GROUPS:
        return
    empty = made.unfilled.sum(axis=1)
    short = sum(
        int(empty[s])
        for s in empty.nonzero()[0].tolist()
        if any(reason.code == "group_too_small" for reason in why_unfilled(problem, made, s))
    )
    if short:
        yield Problem(GROUPS_TOO_SMALL, Place(), {"count": short, "members": problem.members})


def _rare_characters(plan: Plan) -> Iterator[Problem]:
    """Names and addresses with a character that the font of the pictures lacks."""
    named = [(f"{h.address.text}{h.head}", h.place) for h in plan.village.households]
    named += [(f"{m.name}{m.home}", m.place) for m in plan.village.members]
    named += [(f"{p.name}{p.where}", p.place) for p in plan.village.posts]
    for name, place in named:
        missing = missing_glyphs(name)
        if missing:
            codes = listed(f"U+{ord(char):04X}" for char in sorted(missing))
            yield Problem(RARE_CHARACTER, place, {"name": name, "codes": codes})
