"""A plan's reasons as sentences: why this link, why there is no plan, how good it is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heli.people.rules.words import DAYS
from heli.plans.links.words import link_conflict, link_why
from heli.plans.queries.plan import Plan
from heli.plans.turns.words import pin_conflict, shift_at
from heliplan import Status


def link_words(plan: Plan) -> dict[int, str]:
    """Why each household has its member, or none, by row in the village."""
    bounds = {"high": plan.linking.high}
    return {
        house: link_why(reason.code, {**bounds, **reason.params}, plan.linked)
        for house, reason in plan.link_reasons().items()
    }


def linking_conflicts(plan: Plan) -> list[str]:
    """Why households cannot be linked as asked, and which bound would do; empty when they are."""
    conflicts = plan.division.conflicts if plan.division else ()
    bounds = {"low": plan.linking.low, "high": plan.linking.high}
    return [
        link_conflict(
            why.code,
            {**bounds, **why.params},
            plan.linked,
            lambda h: plan.labels.households[plan.linking.households[h]],
        )
        for why in conflicts
        if why.code != "refused"
    ]


def roster_conflicts(plan: Plan) -> list[str]:
    """Why the roster cannot be made as pinned; empty when it is made."""
    conflicts = plan.seats.conflicts if plan.seats else ()
    said = []
    for why in conflicts:
        params = {
            name: shift_at(plan.roster, plan.village, value)
            if name in ("shift", "other")
            else str(DAYS[value % 7])
            if name == "day"
            else value
            for name, value in why.params.items()
        }
        said.append(pin_conflict(why.code, params, plan.standing))
    return said


def proof_words(status: str, gap: float | None, seconds: float) -> str:
    """How good a plan is known to be."""
    if status == Status.OPTIMAL.value:
        return _("已证明没有更好的排法（%(seconds).2f 秒）。") % {"seconds": seconds}
    if gap is None:
        return _("时间到，这是找到的最好的排法（%(seconds).0f 秒）。") % {"seconds": seconds}
    return _("最多还能好 %(gap).1f%%（%(seconds).0f 秒）。") % {"gap": 100 * gap, "seconds": seconds}
