"""What to look at once the roster is there: seats that others could take, people together against a wish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.plans.turns.work import RosterPart
from heliplan.roster import Mode, not_apart, why_unfilled

GROUPS_TOO_SMALL = Kind(
    "plan.groups_too_small",
    Severity.LOOK,
    gettext_lazy("分组值班每人只在一天，%(members)d 人分七组，有 %(count)d 个班空着，别的组的人其实有空。"),
    gettext_lazy("可用 --mode rotation 轮流，不限一天；或者减少每班人数。"),
)
TOGETHER_ALL_THE_SAME = Kind(
    "plan.together_all_the_same",
    Severity.LOOK,
    gettext_lazy(
        "%(one)s 与 %(other)s 有一方不愿同班，但不这样就有班空着或改动固定的班，还是有 %(count)d 次在一起。"
    ),
    gettext_lazy("请与双方商量；或减少每班人数，或另请人来。"),
)


def together_all_the_same(plan: RosterPart) -> Iterator[Problem]:
    """Pairs that asked not to stand together and do: every one is named."""
    problem, made = plan.roster.problem, plan.seats.plan if plan.seats else None
    if problem is None or made is None:
        return
    names = [plan.labels.members[i] for i in plan.roster.members]
    pairs = Counter((reason.params["member"], reason.params["other"]) for reason in not_apart(problem, made))
    for (one, other), count in sorted(pairs.items()):
        params = {"one": names[one], "other": names[other], "count": count}
        yield Problem(TOGETHER_ALL_THE_SAME, plan.village.members[plan.roster.members[one]].place, params)


def small_groups(plan: RosterPart) -> Iterator[Problem]:
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
