"""The sentence a page is called by: the answer to its question."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from heli.duties.queries.days import DayTurn
from heli.insight.queries.village import Home
from heli.insight.queries.zone import Zone
from heli.kernel.lib.phrases import join_clauses, join_sentences
from heli.kernel.lib.todo import Sign, Todo, counted
from heli.plans.queries.home import State


def home_words(home: Home) -> str:
    """``缺1户、空2个班；今天8个班都有人``; of a village that has no table in force yet, its next step."""
    if not home.begun:
        return _("%(village)s：%(next)s") % {"village": home.village.name, "next": _next(home)}
    gaps = counted(home.rows.rows) or [_no_gaps(home.state)]
    return join_sentences([pgettext("between listed items", "、").join(gaps), _today(home)])


def _next(home: Home) -> str:
    """What is to be done first."""
    if home.state.published:
        day = date_format(min(table.since for table in home.state.published), "MONTH_DAY_FORMAT")
        return _("两张表公布了，%(day)s起用") % {"day": day}
    if home.state.drafts:
        return _("表排好了，请看一看")
    if home.state.planning:
        return _("正在排表")
    return _("名册有了，现在排表") if home.registered else _("先交名册")


def _no_gaps(state: State) -> str:
    if not (state.division and state.division.begun):
        return _("还没有网格划分表")
    if not (state.roster and state.roster.begun):
        return _("每户都有人联系")
    return _("每户都有人联系，7天里每个班都有人")


def _today(home: Home) -> str:
    if home.state.roster is None:
        return _("还没有值班表")
    if home.state.roster.over:
        return _("值班表已经到期")
    turns = home.today.turns
    empty = sum(stands.turn.gap for stands in turns)
    if not turns:
        return _("今天没有班")
    if empty:
        words = {"empty": empty, "count": len(turns)}
        return (
            ngettext("今天%(count)d个班，空%(empty)d个", "今天%(count)d个班，空%(empty)d个", len(turns))
            % words
        )
    return ngettext("今天%(count)d个班都有人", "今天%(count)d个班都有人", len(turns)) % {"count": len(turns)}


def workers_words(people: int) -> str:
    """How many people from outside are counted in all."""
    told = {"people": intcomma(people)}
    return _("%(people)s 名外来务工人员住在各村和企业宿舍") % told if people else _("还没有记过外来务工人员")


def week_words(monday: datetime.date, turns: Sequence[DayTurn]) -> str:
    """``11月30日起的一周：56个班，空2个``."""
    words = {"day": date_format(monday, "MONTH_DAY_FORMAT"), "count": len(turns)}
    empty = sum(turn.gap for turn in turns)
    if not turns:
        return _("%(day)s起的一周没有班") % words
    told = ngettext("%(day)s起的一周：%(count)d个班", "%(day)s起的一周：%(count)d个班", len(turns)) % words
    return join_clauses([told, _("空%(count)d个") % {"count": empty} if empty else _("都有人")])


def zone_words(zone: Zone, rows: Sequence[Todo]) -> str:
    """``今天3件事要办：2个村空班，1个村没交名册``; when there is nothing, that all villages are whole.

    That every household or turn has somebody is only said of villages that have households and turns.
    """
    if not zone.villages:
        return _("%(zone)s：还没有村") % {"zone": zone.name}
    clauses = [*_zone_clauses(zone)]
    if not clauses:
        count = len(zone.villages)
        told = ngettext("%(count)d个村", "%(count)d个村", count) % {"count": count}
        clauses = [told, _("每户都有人联系"), _("7天里每个班都有人")]
    clauses += counted(rows)
    words = {"count": len(rows), "zone": zone.name, "clauses": join_clauses(clauses)}
    if not any(row.sign is Sign.ACT for row in rows):
        return _("%(zone)s：%(clauses)s") % words
    told = ngettext("今天%(count)d件事要办：%(clauses)s", "今天%(count)d件事要办：%(clauses)s", len(rows))
    return told % words


def _zone_clauses(zone: Zone) -> Iterator[str]:
    """In how many villages there is a gap of each kind; one without a register is counted once."""
    villages = [line for line in zone.villages if not line.bare]
    if count := sum(line.empty > 0 for line in villages):
        yield ngettext("%(count)d个村空班", "%(count)d个村空班", count) % {"count": count}
    if count := sum(bool(line.division and line.unlinked) for line in villages):
        yield ngettext("%(count)d个村缺户", "%(count)d个村缺户", count) % {"count": count}
    if count := sum(line.unpublished for line in villages):
        yield ngettext("%(count)d个村没公布两张表", "%(count)d个村没公布两张表", count) % {"count": count}
    if count := len(zone.villages) - len(villages):
        yield ngettext("%(count)d个村没交名册", "%(count)d个村没交名册", count) % {"count": count}
