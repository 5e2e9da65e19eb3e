"""What to look at once the plan is there: what would fill empty seats, which characters cannot be drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from heli.kernel.papers.glyphs import missing_glyphs
from heli.kernel.papers.words import listed
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.plans.queries.plan import Plan
from heliplan.roster import Mode, not_apart, why_unfilled

GROUPS_TOO_SMALL = Kind(
    "plan.groups_too_small",
    Severity.LOOK,
    gettext_lazy("分组值班每人只在一天，%(members)d 人分七组，有 %(count)d 个席位空着，别的组的人其实有空。"),
    gettext_lazy("可用 --mode rotation 轮流，不限一天；或者减少每班人数。"),
)
REFUSED_ALL_THE_SAME = Kind(
    "plan.refused_all_the_same",
    Severity.LOOK,
    gettext_lazy("“%(household)s”与 %(member)s 有一方不愿联系，但没有别的排法，还是排在一起。"),
    gettext_lazy("请与双方商量；或增加网格员，或放宽每人户数（--low、--high）。"),
)
TOGETHER_ALL_THE_SAME = Kind(
    "plan.together_all_the_same",
    Severity.LOOK,
    gettext_lazy(
        "%(one)s 与 %(other)s 有一方不愿同班，但不这样就有席位空着或改动固定的班，还是有 %(count)d 次在一起。"
    ),
    gettext_lazy("请与双方商量；或减少每班人数，或另请人来。"),
)
RARE_CHARACTER = Kind(
    "plan.rare_character",
    Severity.LOOK,
    gettext_lazy("“%(name)s”里的字（%(codes)s）字库里没有，图和打印件上写成编码。"),
    gettext_lazy("请在打印件上用笔补上；Excel 里的字不受影响。"),
)


def advice(plan: Plan) -> tuple[Problem, ...]:
    """Problems that show only when the plan is made."""
    return (*_small_groups(plan), *_unkept(plan), *_rare_characters(plan))


def _unkept(plan: Plan) -> Iterator[Problem]:
    """Refusals that could not be kept: every one is named."""
    if plan.division and plan.division.plan is not None:
        for conflict in plan.division.conflicts:
            house = plan.linking.households[conflict.params["household"]]
            member = plan.labels.members[plan.linking.members[conflict.params["member"]]]
            params = {"household": plan.labels.households[house], "member": member}
            yield Problem(REFUSED_ALL_THE_SAME, plan.village.households[house].place, params)
    problem, made = plan.roster.problem, plan.seats.plan if plan.seats else None
    if problem is None or made is None:
        return
    names = [plan.labels.members[i] for i in plan.roster.members]
    pairs = Counter((reason.params["member"], reason.params["other"]) for reason in not_apart(problem, made))
    for (one, other), count in sorted(pairs.items()):
        params = {"one": names[one], "other": names[other], "count": count}
        yield Problem(TOGETHER_ALL_THE_SAME, plan.village.members[plan.roster.members[one]].place, params)


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
