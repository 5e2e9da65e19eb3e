"""What to look at once the links are there: refusals that could not be kept."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from heli.kernel.sheets.problems import Kind, Problem, Severity
from heli.plans.links.work import LinksPart

REFUSED_ALL_THE_SAME = Kind(
    "plan.refused_all_the_same",
    Severity.LOOK,
    gettext_lazy("“%(household)s”与 %(member)s 有一方不愿联系，但没有别的排法，还是排在一起。"),
    gettext_lazy("请与双方商量；或增加网格员，或放宽每人户数（--low、--high）。"),
)


def refused_all_the_same(plan: LinksPart) -> Iterator[Problem]:
    """Refusals of households and members that could not be kept: every one is named."""
    if plan.division and plan.division.plan is not None:
        for conflict in plan.division.conflicts:
            house = plan.linking.households[conflict.params["household"]]
            member = plan.labels.members[plan.linking.members[conflict.params["member"]]]
            params = {"household": plan.labels.households[house], "member": member}
            yield Problem(REFUSED_ALL_THE_SAME, plan.village.households[house].place, params)
