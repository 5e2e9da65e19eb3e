"""What it would cost to give a household to another member, and which rules it would break."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.kernel.lib.phrases import join_clauses
from heli.plans.links.words import far_words, farther_words
from heli.plans.links.work import LinkingWork
from heli.plans.rules import Candidate, Keys, Labels, Village, place_of
from heliplan import Reason
from heliplan.linking import LinkingPlan, move_cost

NONE = np.zeros((0, 2), np.int64)

NEAREST = 5
"""So many members are shown at once who could take a household."""

LINK_BREAKS = {
    "over_high": gettext_lazy("%(member)s 会有 %(load)d 户，最多 %(high)d 户"),
    "under_low": gettext_lazy("%(member)s 会只剩 %(load)d 户，至少 %(low)d 户"),
    "forbidden": gettext_lazy("%(member)s 不能联系这一户"),
    "refused": gettext_lazy("%(member)s 与这一户有一方不愿"),
}


@dataclass(frozen=True, slots=True)
class Now:
    """Where a household is now: its label, head and member (nobody: empty), how many that has, the bounds."""

    label: str
    head: str
    member: str
    load: int
    far: str
    low: int
    high: int
    pinned: bool


class LinkMoves:
    """The links of a plan, one of which might change. Pins do not bind whoever moves by hand.

    ``pinned`` are the households that people decided. Raises ``LookupError`` when there are no links, and in
    its methods when the plan knows no such household or member.
    """

    def __init__(
        self,
        work: LinkingWork,
        plan: LinkingPlan | None,
        village: Village,
        labels: Labels,
        keys: Keys,
        pinned: Collection[uuid.UUID],
    ) -> None:
        if work.problem is None or plan is None:
            raise LookupError("there are no links")
        self.problem, self.plan = replace(work.problem, fixed=NONE), plan
        self.work, self.village, self.labels, self.keys, self.pinned = work, village, labels, keys, pinned

    @cached_property
    def rows(self) -> dict[uuid.UUID, int]:
        """Where each household is in the problem."""
        return {self.keys.households[i]: h for h, i in enumerate(self.work.households)}

    @cached_property
    def columns(self) -> dict[uuid.UUID, int]:
        """Where each member is in the problem."""
        return {self.keys.members[i]: m for m, i in enumerate(self.work.members)}

    def candidates(self, house: uuid.UUID) -> list[Candidate]:
        """Everybody who serves, the nearest first, with what it would mean to give them the household."""
        at = place_of(self.rows, house)
        others = [column for column in range(self.problem.members) if column != self.plan.member[at]]
        far = self.problem.nearness.pairs(np.full(len(others), at), np.array(others, np.int64)).tolist()
        found = [self._candidate(at, column, d) for column, d in zip(others, far, strict=True)]
        return [candidate for _d, candidate in sorted(zip(far, found, strict=True), key=lambda pair: pair[0])]

    def candidate(self, house: uuid.UUID, member: uuid.UUID) -> Candidate:
        """What it would mean to give a household to one member."""
        at, column = place_of(self.rows, house), place_of(self.columns, member)
        return self._candidate(at, column, self._far(at, column))

    def now(self, house: uuid.UUID) -> Now:
        """A household as it stands in the plan."""
        at = place_of(self.rows, house)
        row, column = self.work.households[at], int(self.plan.member[at])
        return Now(
            label=self.labels.households[row],
            head=self.village.households[row].head,
            member=self._label(column),
            load=self._load(column),
            far=far_words(self.work.unit, self._far(at, column) // self.work.scale),
            low=self.work.low,
            high=self.work.high,
            pinned=house in self.pinned,
        )

    def _far(self, at: int, column: int) -> int:
        """From a household to a member; 0 to nobody (-1)."""
        if column < 0:
            return 0
        return int(self.problem.nearness.pairs(np.array([at]), np.array([column]))[0])

    def _load(self, column: int) -> int:
        return int((self.plan.member == column).sum()) if column >= 0 else 0

    def _label(self, column: int) -> str:
        return self.labels.members[self.work.members[column]] if column >= 0 else ""

    def _candidate(self, at: int, column: int, far: int) -> Candidate:
        problem, scale, before = self.problem, self.work.scale, int(self.plan.member[at])
        move = move_cost(replace(problem, refused=NONE), self.plan, at, column)
        against = move_cost(problem, self.plan, at, column).breaks
        now = self._far(at, before)
        farther = (far // scale) - (now // scale)
        credit = round((move.delta - (far - now)) / scale)
        words = _link_words(self.work.unit, farther, credit)
        breaks = (
            str(LINK_BREAKS[reason.code]) % self._facts(reason)
            for reason in against
            if reason.code in LINK_BREAKS
        )
        return Candidate(
            member=self.keys.members[self.work.members[column]],
            name=self._label(column),
            load=self._load(column) + (before != column),
            cost=farther + credit,
            words=join_clauses(words) if before >= 0 else _("这一户就有人了"),
            breaks=tuple(breaks),
            far=far_words(self.work.unit, far // scale),
            others=_others_to_move(against),
        )

    def _facts(self, reason: Reason) -> dict[str, object]:
        return {**reason.params, "member": self._label(reason.params["member"])}


def _link_words(unit: str, farther: int, credit: int) -> Iterator[str]:
    """A move in words: the way, then kin and wishes lost or won."""
    yield farther_words(unit, farther)
    if credit > 0:
        yield _("不再照顾亲属或心愿")
    elif credit < 0:
        yield _("照顾到亲属或心愿")


def _others_to_move(against: Sequence[Reason]) -> int:
    """How many other households must change hands at least, so that the bounds hold after a move.

    0 where no bound is broken, or where planning again cannot mend it.
    """
    if any(reason.code not in ("over_high", "under_low") for reason in against):
        return 0
    return max((_beyond(reason.params) for reason in against), default=0)


def _beyond(params: Mapping[str, int]) -> int:
    load = params["load"]
    over = load - params.get("high", load)
    short = params.get("low", load) - load
    return max(over, short)
