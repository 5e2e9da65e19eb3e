"""What differs between two plans, in words: by publishing, between two versions, between two drafts."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext as _

from heli.duties.queries.days import names_of as member_names
from heli.grids.models import HouseholdRow
from heli.grids.queries import DivisionTable
from heli.people.models import MemberRow
from heli.plans.links.words import link_why
from heli.plans.models import Run
from heli.plans.queries.publications import InForce, Version, division_of, turns_of
from heli.plans.queries.review import Names, Review, names_of, planned_seats, why_linked
from heli.plans.rules.differences import Differences, Tables, differences, standing
from heli.plans.turns.words import place_words


@dataclass(frozen=True, slots=True)
class Difference:
    """A house or seat that has another member: ``what`` it is, who had it, who has it; empty: nobody."""

    what: str
    before: str
    after: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Publishing:
    """What publishing a plan would change, household by household and seat by seat.

    ``first``: nothing was published before. ``unlinked`` households would have nobody, ``unfilled`` turns be
    empty.
    """

    links: tuple[Difference, ...]
    seats: tuple[Difference, ...]
    households: int
    turns: int
    unlinked: int
    unfilled: int
    first: bool

    @property
    def none(self) -> bool:
        """Whether nothing at all changes."""
        return not (self.links or self.seats or self.first)


def by_publishing(run: Run, now: InForce, day: datetime.date) -> Publishing:
    """What a plan would change against what is in force, and why: from its rows alone.

    ``day`` is the day from which the plan is to hold.
    """
    links = list(run.links.values_list("household", "member", "why").order_by("household__order"))
    names = names_of(run, day, {row[0] for row in links} | now.tables.links.keys())
    seats = planned_seats(run)
    new = Tables({house: member for house, member, _why in links}, standing(seats))
    found: Differences[uuid.UUID] = differences(now.tables, new) if now else Differences()
    gone = _gone(run, day)

    def called(member: uuid.UUID) -> str:
        return names.member(member) if member in names.members else now.names.get(member, "")

    facts = run.record
    no_room = link_why("no_room", {"high": facts.high}, names.member)
    why = {uuid.UUID(house): no_room for house in facts.left_over}
    why |= {house: why_linked(told, names, facts) for house, _member, told in links}
    posts = {**now.posts, **{str(key): post.name for key, post in names.posts.items()}}
    return Publishing(
        links=tuple(_links(found, names, called, gone, why)),
        seats=tuple(seat_lines(found, called, posts, gone)),
        households=len(links),
        turns=sum(map(len, new.turns.values())),
        unlinked=len(names.without(new.links, day)) if links else 0,
        unfilled=sum(member is None for _place, member in seats),
        first=not now,
    )


def first_day(run: Run, today: datetime.date) -> datetime.date:
    """The first day from which a plan can hold: the day it was asked for, today when that is past."""
    return max(today, run.asked.date)


def _links(
    found: Differences[uuid.UUID],
    names: Names,
    called: Callable[[uuid.UUID], str],
    gone: Mapping[uuid.UUID, str],
    why: Mapping[uuid.UUID, str],
) -> Iterator[Difference]:
    """Households whose member changes, those that are new, those that need nobody any more."""
    left = [change.household for change in found.links if change.after is None]
    lost = HouseholdRow.objects.in_bulk(left) if left else {}
    for change in found.links:
        was = called(change.before) if change.before else ""
        if change.after is None:
            house = lost[change.household]
            reason = house.no_link or (_("搬走了") if house.gone_on else why.get(change.household, ""))
            yield Difference(str(house), was, "", reason)
        else:
            reason = gone.get(change.before, "") if change.before else _("这一户以前没有人联系")
            what, after = names.house(change.household), names.member(change.after)
            yield Difference(what, was, after, reason or why[change.household])


def _gone(run: Run, day: datetime.date) -> dict[uuid.UUID, str]:
    """Why members have no part in the plan: exempt or away when it was made, or they leave."""
    exempt = {uuid.UUID(key): why for key, why in run.record.exempt.items()}
    leaving = MemberRow.objects.filter(village=run.village, left_on__lte=day).values_list("pk", "name")
    return exempt | {key: _("%(name)s不再参加") % {"name": name} for key, name in leaving}


def seat_lines(
    found: Differences[uuid.UUID],
    called: Callable[[uuid.UUID], str],
    posts: Mapping[str, str],
    why: Mapping[uuid.UUID, str] | None = None,
) -> Iterator[Difference]:
    """Where others stand: who leaves a place beside who comes, one line each; ``why`` somebody leaves."""
    for change in found.turns:
        said = place_words(change.place, posts)
        for before, after in zip_longest(change.gone, change.come):
            reason = why.get(before, "") if why and before else ""
            yield Difference(said, (before and called(before)) or "", (after and called(after)) or "", reason)


def between_versions(version: Version, before: Version) -> list[Difference]:
    """What is not the same in a published version as in the one before."""
    if version.kind == "division":
        return _between_divisions(division_of(version), division_of(before))
    (old, old_posts), (new, new_posts) = turns_of(before), turns_of(version)
    was: Tables[uuid.UUID] = Tables({}, standing(old))
    found = differences(was, Tables({}, standing(new)))
    members = {who for change in found.turns for who in (*change.gone, *change.come)}
    names = member_names(MemberRow.objects.filter(pk__in=members))
    return list(seat_lines(found, lambda who: names[who], {**old_posts, **new_posts}))


def _between_divisions(new: DivisionTable, old: DivisionTable) -> list[Difference]:
    """By key where both tables have keys, else by the names that they show."""
    keyed = all(row.key for table in (old, new) for row in table.rows)
    tables, shown = [], {}
    for table in (old, new):
        links = {}
        for row in table.rows:
            member = row.key if keyed else row.name
            shown[member] = row.name
            for house in row.houses:
                said = house.lane + house.number
                key = house.key if keyed else said
                links[key], shown[key] = member, said
        tables.append(Tables(links, {}))
    shown[""] = ""
    return [
        Difference(shown[one.household], shown[one.before or ""], shown[one.after or ""])
        for one in differences(*tables).links
    ]


def between_runs(review: Review) -> tuple[list[Difference], list[Difference]]:
    """Households and seats that differ from the plan that ``review`` is made against."""
    links = [
        Difference(line.house.label, line.before, line.name, f"{line.far} · {line.why}")
        for line in review.links
        if line.changed
    ]
    posts = {str(key): post.name for key, post in review.names.posts.items()}
    seats = seat_lines(review.changes, review.names.member, posts)
    return links, list(seats)
