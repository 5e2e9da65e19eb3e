"""What a plan comes to: the answer in a line, how good it is, who bears how much."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.kernel.imports.reading import kinds_in
from heli.kernel.lib.phrases import join_sentences
from heli.kernel.lib.records import from_json
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.plans.gather import kinds
from heli.plans.gather.reasons import named
from heli.plans.links import advice as links_advice
from heli.plans.links.words import LINK_CONFLICTS_ON_PAGES, link_conflict
from heli.plans.models import Edit, Run, RunState
from heli.plans.queries.review import Names, Review, SeatLine
from heli.plans.queries.words import proof_words
from heli.plans.rules.facts import KeptProblem, Solved
from heli.plans.turns import advice as turns_advice
from heli.plans.turns.words import PIN_CONFLICTS, pin_conflict

KNOWN = kinds_in((kinds, links_advice, turns_advice))
CURES = {
    "plan.bounds_widened": gettext_lazy("如要别的户数，请在“排表”里写明，或者增减网格员。"),
    "plan.month_days": gettext_lazy("要避开，请在“排表”里选“轮流”，按日期排。"),
    "plan.groups_too_small": gettext_lazy("可在“排表”里选“轮流”，不限一天；或者减少每班人数。"),
    "plan.not_all_linked": gettext_lazy("每人最多%(high_would_do)d户就够：请在“排表”里改，或者增加网格员。"),
    "plan.no_members": gettext_lazy("请先录入网格员。"),
    "plan.no_households": gettext_lazy("请先录入农户。"),
    "plan.no_posts": gettext_lazy("请先录入投放点和班。"),
}
"""Cures that on the web are others than on the command line."""


def is_draft(run: Run) -> bool:
    """Whether it can be changed by hand."""
    return run.state == RunState.DRAFT


@dataclass(frozen=True, slots=True)
class Figure:
    """How much one member has of something, from the least to the most; ``total`` is all of it."""

    what: str
    total: int
    least: int
    most: int


def proofs(run: Run) -> list[str]:
    """How good both tables are known to be; after changes by hand, how much dearer they became."""
    said = []
    facts = run.record
    for word, solved, now, scale in (
        (_("联户"), facts.links, facts.now.links, facts.scale),
        (_("值班"), facts.seats, facts.now.seats, 1),
    ):
        if solved is not None:
            said.append(_("%(table)s：%(proof)s") % {"table": word, "proof": _proof(solved, now, scale)})
    return said


def _proof(solved: Solved, now: int | None, scale: int) -> str:
    if now is not None and solved.value is not None and now != solved.value:
        more = round((now - solved.value) / scale)
        if more > 0:
            return _("手工改过，比排出来的多 %(more)d。") % {"more": more}
        return _("手工改过，没有变差。")
    return proof_words(solved.status, solved.gap, solved.seconds)


def figures(review: Review) -> list[Figure]:
    """How even the shares are of those who serve: households, turns, early ones, those of weekends."""
    lines = [line for line in review.members() if not line.exempt or line.houses or line.turns]
    counted = (
        (_("联户"), [len(line.houses) for line in lines], review.links),
        (_("值班"), [len(line.turns) for line in lines], review.seats),
        (_("其中早班"), [line.early for line in lines], review.seats),
        (_("其中周末"), [line.weekend for line in lines], review.seats),
    )
    return [Figure(what, sum(n), min(n), max(n)) for what, n, there in counted if there and n]


def problems(run: Run) -> list[Problem]:
    """What was found when it was planned, in the active language; what stops first."""
    found = [_problem(row) for row in from_json(run.problems, tuple[KeptProblem, ...])]
    return sorted(found, key=lambda problem: problem.severity is not Severity.STOP)


def _problem(row: KeptProblem) -> Problem:
    place = Place(row.sheet, row.row, row.column)
    kind = KNOWN.get(row.code)
    if kind is None:
        plain = (text.replace("%", "%%") for text in (row.message, row.cure))
        return Problem(Kind(row.code, row.severity, *plain), place)
    kind = Kind(row.code, row.severity, kind.message, CURES.get(row.code, kind.cure))
    return Problem(kind, place, row.params)


def conflicts(run: Run, names: Names) -> list[str]:
    """Why there is no plan, in words."""
    facts = run.record
    bounds = {"low": facts.low, "high": facts.high}
    said = [
        link_conflict(str(why["code"]), {**bounds, **why}, names.member, names.house, LINK_CONFLICTS_ON_PAGES)
        for why in facts.conflicts.links
    ]
    for why in facts.conflicts.seats:
        if why["code"] in PIN_CONFLICTS:
            params = {"shift": _("这一班"), "other": _("另一班"), "day": _("这一天")}
            said.append(pin_conflict(str(why["code"]), {**why, **params}, names.member))
    return said


EDITS = {
    "move": gettext_lazy("%(house)s：%(before)s → %(after)s"),
    "seat": gettext_lazy("%(seat)s：%(before)s → %(after)s"),
    "pin": gettext_lazy("定住 %(count)d 处：%(what)s"),
    "unpin": gettext_lazy("放开 %(count)d 处：%(what)s"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """A change by hand as people read it."""

    edit: Edit
    words: str


def edits(run: Run, review: Review, since: int = -1) -> list[Done]:
    """Changes by hand in words, the latest first; ``since``: only those after that version."""
    seats = {seat.key: seat for seat in review.seats}
    rows = [edit for edit in run.edits.all() if edit.now.version > since]
    rows.sort(key=lambda edit: -edit.now.version)
    return [Done(edit, edit_words(edit, review.names, seats)) for edit in rows]


def edit_words(edit: Edit, names: Names, seats: Mapping[uuid.UUID, SeatLine]) -> str:
    """One change by hand: what went from whom to whom."""
    verb = edit.subject.partition(":")[0]
    change = edit.now
    what = [names.house(key) for key in change.links]
    what += [seats[key].said for key in change.seats if key in seats]
    if verb in ("pin", "unpin"):
        return str(EDITS[verb]) % {"count": len(what), "what": named(what)}
    return join_sentences(_moves(edit, names, seats))


def _moves(edit: Edit, names: Names, seats: Mapping[uuid.UUID, SeatLine]) -> Iterator[str]:
    was, now = edit.was, edit.now
    for key, (member, _pinned) in now.links.items():
        before, _was_pinned = was.links.get(key, (None, False))
        yield str(EDITS["move"]) % {
            "house": names.house(key),
            "before": names.member(before) or _("（没有）"),
            "after": names.member(member),
        }
    for key, (member, _pinned) in now.seats.items():
        before, _was_pinned = was.seats.get(key, (None, False))
        yield str(EDITS["seat"]) % {
            "seat": seats[key].said if key in seats else "—",
            "before": names.member(before) or _("（没有）"),
            "after": names.member(member) or _("（没有）"),
        }
