"""The lines on the screen: what came out, gaps first, and what changed since the last plan."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from heli.duties.queries import RosterTable
from heli.grids.queries import DivisionTable
from heli.kernel.papers.words import listed
from heli.kernel.sheets.problems import Problem, Severity
from heli.plans.links.work import LinkingResult
from heli.plans.queries.plan import Plan
from heli.plans.queries.words import linking_conflicts, proof_words, roster_conflicts
from heli.plans.rules.differences import Tables, differences
from heli.plans.turns.words import place_words
from heli.plans.turns.work import RosterResult

PROBLEMS_SHOWN = 12


def summary(plan: Plan, division: DivisionTable | None, roster: RosterTable | None) -> list[str]:
    """What came out, in a few lines: the answer, gaps, how good it is proven to be, what to look at."""
    return [
        *_division_lines(plan, division),
        *_roster_lines(plan, roster),
        *_problem_lines(plan.problems),
    ]


def _division_lines(plan: Plan, table: DivisionTable | None) -> Iterator[str]:
    if table is None:
        yield _("%(village)s：网格划分表没有排出来。") % {"village": plan.village.name}
        yield from (f"  ✗ {line}" for line in linking_conflicts(plan))
        return
    low, high = table.loads
    facts = {
        "village": table.village,
        "households": table.households,
        "members": len(table.rows),
        "low": low,
        "high": high,
    }
    if table.gaps:
        facts["missing"] = len(table.gaps)
        yield (
            _(
                "%(village)s：%(missing)d 户没有人联系，%(households)d 户有人联系，"
                "%(members)d 名网格员，每人 %(low)d–%(high)d 户"
            )
            % facts
        )
        yield from (f"  ▲ {line}" for line in linking_conflicts(plan))
    else:
        yield (
            _("%(village)s：%(households)d 户都有人联系，%(members)d 名网格员，每人 %(low)d–%(high)d 户")
            % facts
        )
    if table.unlinked:
        yield "  · " + ngettext(
            "%(count)d 户不用联系（空房等），列在表后。",
            "%(count)d 户不用联系（空房等），列在表后。",
            len(table.unlinked),
        ) % {"count": len(table.unlinked)}
    if table.exempt:
        yield "  · " + _("%(count)d 人免，理由列在表后。") % {"count": len(table.exempt)}
    yield from (f"  · {line}" for line in (*table.notes, _proof(plan.division)))


def _roster_lines(plan: Plan, table: RosterTable | None) -> Iterator[str]:
    if table is None:
        yield _("%(village)s：每周值班表没有排出来。") % {"village": plan.village.name}
        yield from (f"  ✗ {line}" for line in roster_conflicts(plan))
        return
    missing = sum(gap.count for gap in table.gaps)
    seats = sum(load.total for load in table.loads) + missing
    if missing:
        yield _("值班：%(seats)d 个班，空 %(missing)d 个，表上都写明了。") % {
            "seats": seats,
            "missing": missing,
        }
    else:
        yield _("值班：%(seats)d 个班都有人。") % {"seats": seats}
    yield from (f"  · {line}" for line in (*table.notes, _proof(plan.seats)))


def _proof(result: LinkingResult | RosterResult | None) -> str:
    if result is None:
        return ""
    return proof_words(result.status.value, result.gap, result.seconds)


def _problem_lines(problems: tuple[Problem, ...]) -> Iterator[str]:
    for severity in Severity:
        found = [problem for problem in problems if problem.severity is severity]
        if not found:
            continue
        yield _("%(severity)s（%(count)d 处）：") % {"severity": severity.label, "count": len(found)}
        for problem in found[:PROBLEMS_SHOWN]:
            yield f"  {where(problem)}{problem.line}"
        if len(found) > PROBLEMS_SHOWN:
            yield "  " + _("还有 %(count)d 处，见问题清单。") % {"count": len(found) - PROBLEMS_SHOWN}


def where(problem: Problem) -> str:
    """The place as people read it, with a colon; empty when the problem has no place."""
    place = problem.place
    words = {"sheet": place.sheet, "row": place.row, "column": place.column}
    if place.row is None:
        said = place.sheet
    elif not place.column:
        said = _("%(sheet)s 第 %(row)d 行") % words
    else:
        said = _("%(sheet)s 第 %(row)d 行 %(column)s 列") % words
    return said and said + pgettext("after a place", "：")


def changes(plan: Plan, roster: RosterTable | None) -> list[str]:
    """What is different from the previous plan; empty when there was none."""
    if plan.previous is None:
        return []
    found = differences(plan.previous.tables, _tables(plan, roster))
    links = [change for change in found.links if change.after is not None]
    lines = [
        _("与上次相比，%(links)d 户换了人，%(turns)d 个班换了人。")
        % {"links": len(links), "turns": len(found.turns)}
    ]
    nobody = _("（没有）")
    lines += (f"  {one.household}：{one.before or nobody} → {one.after}" for one in links)
    for turn in found.turns:
        gone, come = listed(turn.gone) or nobody, listed(turn.come) or nobody
        lines.append(f"  {place_words(turn.place, {})}：{gone} → {come}")
    return lines


def _tables(plan: Plan, roster: RosterTable | None) -> Tables[str]:
    """Both tables by label."""
    house, member = plan.labels.households, plan.labels.members
    links = {house[h]: member[m] for h, m in sorted(plan.links().items())}
    cells = roster.cells() if roster else ()
    turns = {
        (week, weekday, slot, post): [seat.name for seat in cell.seats]
        for week, weekday, slot, post, cell in cells
    }
    return Tables(links, turns)
