"""Who stands on a date: the roster in force that day, with swaps and absences."""

from __future__ import annotations

import datetime
import re
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext as _

from heli.duties.models import OVER, PostRow, Roster, Swap, SwapState, Turn
from heli.duties.rules import SeatKind, When, post_text, slot_text
from heli.kernel.lib.dated import Span
from heli.kernel.lib.phrases import in_brackets
from heli.kernel.lib.stale import row_hash
from heli.kernel.papers.words import day_text
from heli.orgs.models import Unit
from heli.people.models import Absence, MemberRow
from heli.people.rules import Period

CHANGING = ("planned", "member", "stand_in", "swap", "offered", "asked")
"""What of a turn on a date changes with swaps and absences."""

_DAY = datetime.timedelta(days=1)
_WEEK = datetime.timedelta(days=7)
_LAST = 10**6


@dataclass(frozen=True, slots=True)
class InReturn:
    """A turn on a date that is asked for in exchange."""

    key: uuid.UUID
    date: datetime.date
    slot: str
    start: str
    post: str

    @property
    def words(self) -> str:
        """When and where: 12月10日 周四 早 05:30 2号点."""
        said = (day_text(self.date), slot_text(self.slot), self.start, post_text(self.post))
        return " ".join(filter(None, said))


@dataclass(frozen=True, slots=True)
class DayTurn:
    """A seat of the roster on one date.

    ``key`` is the turn's. ``member`` and ``name`` say who is to stand, None when nobody is: the member of
    the roster, or who took their turn (``swapped``). ``stand_in`` is a name from the member's family; then
    ``member`` is still whose turn it is. ``gap``: nobody comes, ``why`` is ``nobody`` (nobody could be
    found), ``away`` or ``left``. ``planned`` and ``planned_name`` are who the roster names. ``swap`` is the
    key of the swap that stands, ``offered`` says that it waits for a taker (``asked``: for them alone).
    ``declined`` names whom its owner asked and who cannot come. ``in_return`` is the turn of the member asked
    for which it is offered in exchange.
    """

    key: uuid.UUID
    date: datetime.date
    weekday: int
    slot: str
    start: str
    end: str
    post: str
    where: str
    kind: SeatKind
    member: uuid.UUID | None = None
    name: str | None = None
    stand_in: str = ""
    swapped: bool = False
    gap: bool = False
    why: str = ""
    planned: uuid.UUID | None = None
    planned_name: str | None = None
    swap: uuid.UUID | None = None
    offered: bool = False
    asked: uuid.UUID | None = None
    declined: tuple[str, ...] = ()
    drop_point: uuid.UUID | None = None
    asked_name: str = ""
    in_return: InReturn | None = None

    @property
    def words(self) -> str:
        """When and where, as :class:`InReturn` says it."""
        return InReturn(self.key, self.date, self.slot, self.start, self.post).words

    @property
    def slot_text(self) -> str:
        """The slot in the reader's language."""
        return slot_text(self.slot)

    @property
    def post_text(self) -> str:
        """The drop point in the reader's language."""
        return post_text(self.post)

    @property
    def whose(self) -> uuid.UUID | None:
        """Whose turn it is, come or not; none when nobody was found."""
        return self.member or self.planned

    @property
    def hash(self) -> str:
        """What a form about it carries, to be refused when somebody changed meanwhile who stands."""
        return row_hash(self.facts)

    @property
    def facts(self) -> dict[str, object]:
        """What of it changes with swaps and absences."""
        return {name: getattr(self, name) for name in CHANGING}

    @property
    def when(self) -> When:
        """Its slot on its date."""
        return When(self.date, self.slot, self.start, self.end)

    @property
    def why_text(self) -> str:
        """Why nobody comes, in words; empty when somebody does."""
        words = {"nobody": _("排班时没有人"), "away": _("这天不在"), "left": _("已经不当网格员")}
        return words.get(self.why, "")


def turns_on(village: Unit, date: datetime.date) -> tuple[DayTurn, ...]:
    """The seats of a village on a date, in order of time and post; none without a roster for that day."""
    return turns_between(village, date, date)


def turns_around(village: Unit, date: datetime.date) -> tuple[DayTurn, ...]:
    """As :func:`turns_on`, with the days before and after: a turn over midnight may overlap with theirs."""
    return turns_between(village, date - _DAY, date + _DAY)


def turns_to_exchange(village: Unit, date: datetime.date, today: datetime.date) -> tuple[DayTurn, ...]:
    """As :func:`turns_around`, with all from today until two weeks after the date."""
    return turns_between(village, min(today, date - _DAY), max(today, date) + 2 * _WEEK + _DAY)


def week_of(village: Unit, monday: datetime.date) -> tuple[DayTurn, ...]:
    """The seats of a village in the seven days from ``monday``, in order of day, time and post."""
    return turns_between(village, monday, monday + 6 * _DAY)


def turns_between(village: Unit, first: datetime.date, last: datetime.date) -> tuple[DayTurn, ...]:
    """The seats of a village from ``first`` to ``last``, both included; seven queries."""
    rosters = _rosters(village, first, last)
    turns = Turn.objects.filter(_weeks(rosters, first, last))
    return _on_days(village, rosters, list(turns), first, last)


def turns_about(member: MemberRow, first: datetime.date, last: datetime.date) -> tuple[DayTurn, ...]:
    """What concerns a member of the seats from ``first`` to ``last``, whatever became of them.

    Their own, those they took over, those that are offered to them or to everybody, and the seats beside
    these at the same drop point. The same queries as :func:`turns_between`.
    """

    def concerns(turn: Turn, swap: Swap | None) -> bool:
        if swap is None:
            return turn.member_id == member.pk
        offered = swap.state == SwapState.OFFERED and swap.asked_id in (None, member.pk)
        return offered or member.pk in (turn.member_id, swap.taker_id)

    rosters = _rosters(member.village, first, last)
    turns = Turn.objects.filter(_weeks(rosters, first, last))
    return _on_days(member.village, rosters, list(turns), first, last, concerns)


def turns_of(member: MemberRow, first: datetime.date, last: datetime.date) -> tuple[DayTurn, ...]:
    """The seats that a member is to fill from ``first`` to ``last``: their own and those they took over.

    Not those that somebody else took from them, nor those of days on which they are away.
    """
    rosters = _rosters(member.village, first, last)
    taken = Swap.objects.filter(
        taker=member, state=SwapState.ACCEPTED, date__range=(first, last), turn__roster__in=rosters
    ).values_list("turn", flat=True)
    turns = Turn.objects.filter(_weeks(rosters, first, last)).filter(Q(member=member) | Q(pk__in=taken))
    found = _on_days(member.village, rosters, list(turns), first, last)
    return tuple(turn for turn in found if turn.member == member.pk and not turn.gap)


def _rosters(village: Unit, first: datetime.date, last: datetime.date) -> list[Roster]:
    """The versions in force on any of the days, without their tables."""
    found = Roster.objects.filter(village=village).overlapping(first, last)
    return list(found.defer("table").order_by("since", "number"))


def roster_on(village: Unit, day: datetime.date, **told: F) -> Roster | None:
    """The roster in force on a day, without its table but for what is ``told`` of it; none when none has
    begun by then.

    A roster of some weeks stays in force after them, without turns, until another one is published.
    """
    found = Roster.objects.filter(village=village).on(day).defer("table").annotate(**told)
    return found.order_by("-number").first()


def _weeks(rosters: Iterable[Roster], first: datetime.date, last: datetime.date) -> Q:
    """Which turns can fall on the days: of every roster, those of its weeks then."""
    found = Q(pk__in=[])
    for roster in rosters:
        weeks = {week for day in roster.days(first, last) if (week := week_number(roster, day))}
        found |= Q(roster=roster, week__in=sorted(weeks))
    return found


def week_number(roster: Roster, day: datetime.date) -> int:
    """The roster's week on a day on which it is in force, from 1; 0 when its weeks are over."""
    if roster.repeats:
        return 1
    monday = roster.since - (roster.since.isoweekday() - 1) * _DAY
    number = (day - monday) // _WEEK + 1
    return number if number <= roster.weeks else 0


@dataclass(frozen=True, slots=True)
class Missing:
    """Who does not come on which days: those who left, and those who are away."""

    left: Mapping[uuid.UUID, datetime.date]
    away: Mapping[uuid.UUID, Sequence[Span]]

    @property
    def members(self) -> set[uuid.UUID]:
        """Everybody who does not come on some day."""
        return {*self.left, *self.away}

    def why(self, member: uuid.UUID, day: datetime.date) -> str:
        """``left`` or ``away``; empty when the member can come that day."""
        if member in self.left and self.left[member] <= day:
            return "left"
        return "away" if any(span.holds(day) for span in self.away.get(member, ())) else ""


def missing_between(villages: Iterable[uuid.UUID], first: datetime.date, last: datetime.date) -> Missing:
    """Who of the villages does not come on days from ``first`` to ``last``; two queries."""
    keys = list(villages)
    left = MemberRow.objects.filter(village__in=keys, left_on__lte=last).values_list("pk", "left_on")
    away: dict[uuid.UUID, list[Span]] = {}
    for absence in Absence.objects.filter(member__village__in=keys).overlapping(first, last):
        away.setdefault(absence.member_id, []).append(absence)
    return Missing({key: day for key, day in left if day}, away)


def who_comes(turn: Turn, swap: Swap | None) -> tuple[uuid.UUID | None, str]:
    """Whose turn it is after a swap that was accepted, and who of their family stands in (empty: nobody)."""
    if swap is None or swap.state != SwapState.ACCEPTED:
        return turn.member_id, ""
    return swap.taker_id or turn.member_id, swap.stand_in


def why_empty(member: uuid.UUID | None, stand_in: str, day: datetime.date, missing: Missing) -> str:
    """Why nobody comes to a turn: ``nobody``, ``left`` or ``away``; empty when somebody does.

    ``member`` and ``stand_in`` are as :func:`who_comes` says. The one answer, for pages and for figures.
    """
    if member is None:
        return "nobody"
    return "" if stand_in else missing.why(member, day)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What became of the turns of a few days."""

    names: dict[uuid.UUID, str]
    missing: Missing
    swaps: dict[tuple[uuid.UUID, datetime.date], Swap]
    declined: dict[tuple[uuid.UUID, datetime.date], list[uuid.UUID]]


def _on_days(
    village: Unit,
    rosters: Iterable[Roster],
    turns: Collection[Turn],
    first: datetime.date,
    last: datetime.date,
    concerns: Callable[[Turn, Swap | None], bool] | None = None,
) -> tuple[DayTurn, ...]:
    """The turns on their dates; with ``concerns``, only those that it takes and the seats beside them."""
    if not turns:
        return ()
    facts = _facts(village, [turn.pk for turn in turns], first, last)
    by_day: dict[tuple[uuid.UUID, int, int], list[Turn]] = {}
    for turn in turns:
        by_day.setdefault((turn.roster_id, turn.week, turn.weekday), []).append(turn)
    pairs = [
        (turn, day)
        for roster in rosters
        for day in roster.days(first, last)
        for turn in by_day.get((roster.pk, week_number(roster, day), day.isoweekday()), ())
    ]
    if concerns is not None:
        own = {_at(turn, day) for turn, day in pairs if concerns(turn, facts.swaps.get((turn.pk, day)))}
        pairs = [(turn, day) for turn, day in pairs if _at(turn, day) in own]
    found = [_day_turn(turn, day, facts) for turn, day in pairs]
    posts = dict(PostRow.objects.filter(village=village).values_list("pk", "order"))
    return tuple(sorted(found, key=lambda turn: _order(turn, posts)))


def _at(turn: Turn, day: datetime.date) -> tuple[object, ...]:
    """Where and when it is: what the seats beside each other share."""
    return day, turn.slot, turn.start, turn.end, turn.post


def _facts(village: Unit, turns: Iterable[uuid.UUID], first: datetime.date, last: datetime.date) -> _Facts:
    wanted = frozenset(turns)
    swaps: dict[tuple[uuid.UUID, datetime.date], Swap] = {}
    declined: dict[tuple[uuid.UUID, datetime.date], list[uuid.UUID]] = {}
    days = Swap.objects.filter(turn__roster__village=village, date__range=(first, last))
    for swap in days.select_related("wanted").order_by("offered_at"):
        at = swap.turn_id, swap.date
        if swap.turn_id in wanted and swap.state not in OVER:
            swaps[at] = swap
        elif swap.asked_id and swap.state == SwapState.DECLINED:
            declined.setdefault(at, []).append(swap.asked_id)
    return _Facts(
        names=names_in(village),
        missing=missing_between([village.pk], first, last),
        swaps=swaps,
        declined=declined,
    )


def names_of(members: Iterable[MemberRow]) -> dict[uuid.UUID, str]:
    """What each is called in lists: the name; where several have it, with the home."""
    return _told_apart([(member.pk, member.name, member.home) for member in members])


def names_in(village: Unit) -> dict[uuid.UUID, str]:
    """The same of all members of a village, those who left among them; one query."""
    return _told_apart(list(MemberRow.objects.filter(village=village).values_list("pk", "name", "home")))


def _told_apart(members: Sequence[tuple[uuid.UUID, str, str]]) -> dict[uuid.UUID, str]:
    often = Counter(name for _key, name, _home in members)
    return {
        key: name + in_brackets(home) if home and often[name] > 1 else name for key, name, home in members
    }


def givers_of(swaps: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Whose turn each of the swaps is about, by key."""
    named = Swap.objects.filter(pk__in=swaps, giver__isnull=False)
    return dict(named.values_list("pk", "giver__name"))


def members_on(village: Unit, day: datetime.date) -> list[tuple[uuid.UUID, str]]:
    """The members who serve that day, key and name, in book order."""
    members = list(MemberRow.objects.filter(village=village).serving(day).only("name", "home"))
    return list(names_of(members).items())


def _day_turn(turn: Turn, day: datetime.date, facts: _Facts) -> DayTurn:
    swap = facts.swaps.get((turn.pk, day))
    member, stand_in = who_comes(turn, swap)
    why = why_empty(member, stand_in, day, facts.missing)
    return DayTurn(
        key=turn.pk,
        date=day,
        weekday=day.isoweekday(),
        slot=turn.slot,
        start=turn.start,
        end=turn.end,
        post=turn.post,
        where=turn.where,
        kind=SeatKind(turn.kind),
        member=None if why else member,
        name=None if why or member is None else facts.names[member],
        stand_in=stand_in,
        swapped=bool(swap and swap.state == SwapState.ACCEPTED and swap.taker_id),
        gap=bool(why),
        why=why,
        planned=turn.member_id,
        planned_name=facts.names.get(turn.member_id) if turn.member_id else None,
        swap=swap.pk if swap else None,
        offered=bool(swap and swap.state == SwapState.OFFERED),
        asked=swap.asked_id if swap else None,
        drop_point=turn.drop_point_id,
        asked_name=facts.names.get(swap.asked_id, "") if swap and swap.asked_id else "",
        in_return=_in_return(swap) if swap and swap.state == SwapState.OFFERED else None,
        declined=tuple(facts.names[key] for key in facts.declined.get((turn.pk, day), ())),
    )


def _in_return(swap: Swap) -> InReturn | None:
    turn, date = swap.wanted, swap.wanted_on
    return None if turn is None or date is None else InReturn(turn.pk, date, turn.slot, turn.start, turn.post)


def _order(turn: DayTurn, posts: Mapping[uuid.UUID, int]) -> tuple[object, ...]:
    """By day, then by time of day as people speak of it, then as the posts stand in the book."""
    rank = tuple(Period).index(turn.when.period)
    natural = [int(part) if part.isdecimal() else 0 for part in re.findall(r"\d+|\D+", turn.post)]
    place = posts.get(turn.drop_point, _LAST) if turn.drop_point else _LAST
    return turn.date, rank, turn.start, turn.slot, place, natural, turn.post, turn.key
