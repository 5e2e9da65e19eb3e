"""What an engine gives back."""

from __future__ import annotations

from dataclasses import dataclass

from heliplan.codec import Ints
from heliplan.linking._feasible import Cut


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What the engine found for the free households: a plan, a bound, or the cut that forbids a plan."""

    engine: str
    member: Ints | None = None
    bound: int | None = None
    cut: Cut | None = None
