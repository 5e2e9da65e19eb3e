"""The drop points of a village, its roster, and the turns that were swapped since."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace

from heli.demo.filling.orgs import officer_of
from heli.demo.zone import Planned, row_key
from heli.duties.commands import publish_roster
from heli.duties.commands.swaps import give_turn, offer_turn
from heli.duties.models import PostRow
from heli.duties.queries.days import DayTurn, turns_around, week_of
from heli.duties.queries.free import candidates
from heli.duties.rules import slots_to_json
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.plans.rules import Village


def fill_posts(unit: Unit, book: Village) -> None:
    """The drop points of a village in the order of its book."""
    PostRow.objects.bulk_create(
        [
            PostRow(
                village=unit,
                order=order,
                name=post.name,
                where=post.where,
                lon=post.lon,
                lat=post.lat,
                slots=slots_to_json(post.slots),
            )
            for order, post in enumerate(book.posts)
        ]
    )


def fill_roster(planned: Planned, unit: Unit, members: Sequence[MemberRow], since: datetime.date) -> None:
    """Put the roster in force."""
    key = {row_key(row): member.pk for row, member in enumerate(members)}
    turns = [replace(turn, member=turn.member and key[turn.member]) for turn in planned.turns]
    publish_roster(officer_of(unit), unit, since, planned.roster, turns)


def standing(unit: Unit, monday: datetime.date) -> list[DayTurn]:
    """The turns of a week that somebody is to stand, in an order that any database gives."""
    turns = [turn for turn in week_of(unit, monday) if turn.member and not turn.gap]
    return sorted(turns, key=lambda turn: (turn.date, turn.slot, turn.post, turn.kind, turn.name or ""))


def give(unit: Unit, turn: DayTurn, exempt: Collection[uuid.UUID], moment: datetime.datetime) -> None:
    """The first in the book who is free takes the turn; nobody does when nobody is."""
    others = candidates(unit, turn, turns_around(unit, turn.date))
    free = [other.key for other in others if not other.why and other.key not in exempt]
    if free:
        give_turn(officer_of(unit), unit, turn, free[0], moment)


def offer(unit: Unit, turn: DayTurn, moment: datetime.datetime) -> None:
    """The turn is offered, and nobody has taken it yet."""
    offer_turn(officer_of(unit), unit, turn, moment)
