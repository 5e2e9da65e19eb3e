"""What to look at once the plan is there: what would fill empty seats, which characters cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterator

from heli.kernel.papers.glyphs import missing_glyphs
from heli.kernel.papers.words import listed
from heli.kernel.sheets.problems import Problem
from heli.plans.gather.kinds import RARE_CHARACTER
from heli.plans.links.advice import not_all_linked, refused_all_the_same
from heli.plans.queries.plan import Plan
from heli.plans.turns.advice import small_groups, together_all_the_same


def advice(plan: Plan) -> tuple[Problem, ...]:
    """Problems that show only when the plan is made."""
    return (
        *not_all_linked(plan),
        *small_groups(plan),
        *refused_all_the_same(plan),
        *together_all_the_same(plan),
        *_rare_characters(plan),
    )


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
