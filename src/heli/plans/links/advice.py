"""What to look at once the links are there: who found no room, refusals that could not be kept."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from heli.kernel.sheets.problems import Kind, Problem, Severity
from heli.plans.links.work import LinksPart

NOT_ALL_LINKED = Kind(
    "plan.not_all_linked",
    Severity.LOOK,
    gettext_lazy("%(households)d 户要人联系，每人最多 %(high)d 户只够 %(places)d 户：%(missing)d 户没有人。"),
    gettext_lazy("可用 --high %(high_would_do)d，或者增加网格员。没有人的户列在划分表后。"),
)
REFUSED_ALL_THE_SAME = Kind(
    "plan.refused_all_the_same",
    Severity.LOOK,
    gettext_lazy("“%(household)s”与 %(member)s 有一方不愿联系，但没有别的排法，还是排在一起。"),
    gettext_lazy("请与双方商量；或增加网格员，或放宽每人户数（--low、--high）。"),
)


def not_all_linked(plan: LinksPart) -> Iterator[Problem]:
    """Stated bounds that have no room for every household, and the bound that would do."""
    missing = len(plan.left_over())
    for conflict in plan.division.conflicts if plan.division and missing else ():
        if conflict.code == "too_many_households":
            params = {"missing": missing, "high": plan.linking.high, **conflict.params}
            yield Problem(NOT_ALL_LINKED, params=params)


def refused_all_the_same(plan: LinksPart) -> Iterator[Problem]:
    """Refusals of households and members that could not be kept: every one is named."""
    if plan.division and plan.division.plan is not None:
        for conflict in plan.division.conflicts:
            if conflict.code != "refused":
                continue
            house = plan.linking.households[conflict.params["household"]]
            member = plan.labels.members[plan.linking.members[conflict.params["member"]]]
            params = {"household": plan.labels.households[house], "member": member}
            yield Problem(REFUSED_ALL_THE_SAME, plan.village.households[house].place, params)
