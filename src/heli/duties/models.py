"""Drop points, published rosters, and what became of single turns."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from heli.duties.rules import Post, SeatKind, slots_from_json
from heli.kernel.lib.dated import STILL, Dated, DatedQuerySet
from heli.kernel.lib.rows import Row


class PostQuerySet(models.QuerySet["PostRow"]):
    """Many posts."""

    def standing(self, day: datetime.date) -> PostQuerySet:
        """Those that are there on ``day``: begun, and not given up."""
        begun = Q(begins_on=None) | Q(begins_on__lte=day)
        return self.filter(begun, Q(gone_on=None) | Q(gone_on__gt=day))


class PostRow(Row):
    """A waste drop point (投放点) with its open periods as JSON (see ``rules.slots_to_json``).

    ``begins_on``: the first day on which it is there (none: always was); ``gone_on``: the first on which it
    is no longer. ``slots`` are those from the last change on; what was open before stands in ``former``.
    """

    village = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    order = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=80)
    where = models.CharField(max_length=120, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    slots = models.JSONField(default=list)
    begins_on = models.DateField(null=True)
    gone_on = models.DateField(null=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        db_table = "duties_post"
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.name

    def there_on(self, day: datetime.date) -> bool:
        """Whether it is there on the day; the same as ``standing`` asks of many."""
        begun = self.begins_on is None or self.begins_on <= day
        return begun and (self.gone_on is None or self.gone_on > day)

    def record_on(self, day: datetime.date) -> Post:
        """The post as the planner knows it, with the opening times of the day; ``former`` prefetched."""
        former = [hours.slots for hours in self.former.all() if hours.holds(day)]
        slots = slots_from_json(former[0] if former else self.slots)
        return Post(self.name, self.where, self.lon, self.lat, slots)


class FormerHoursQuerySet(DatedQuerySet["FormerHours"]):
    """Many former hours."""


class FormerHours(Dated, Row):
    """The opening times that a drop point had for a time, before others came: always with an end."""

    post = models.ForeignKey(PostRow, models.CASCADE, related_name="former")
    slots = models.JSONField(default=list)

    objects = FormerHoursQuerySet.as_manager()

    class Meta:
        db_table = "duties_former_hours"
        ordering = ("since", "id")


class RosterQuerySet(DatedQuerySet["Roster"]):
    """Many rosters."""


class Roster(Dated, Row):
    """A published roster (值班表). ``table`` is the table as shown, so that it never changes.

    It begins on a Monday. ``repeats``: its one week is that of
    every week; otherwise it is ``weeks`` weeks long. ``revision`` is the village's it was made from.
    """

    village = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    repeats = models.BooleanField()
    weeks = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.CharField(max_length=80)
    revision = models.PositiveIntegerField(default=0)
    table = models.JSONField()

    objects = RosterQuerySet.as_manager()

    class Meta:
        ordering = ("village", "-number")
        constraints = (
            UniqueConstraint("village", "number", name="roster_number"),
            UniqueConstraint("village", condition=STILL, name="one_roster_in_force"),
        )


class Turn(Row):
    """One seat of a roster: in its week (from 1), on an ISO weekday, in a slot at a post.

    ``member`` is empty where nobody could be found; ``start`` is HH:MM, ``end`` may be unknown ("").
    ``post`` and ``where`` are as they were called when the roster was published; ``drop_point`` is the row,
    by which the turn is known when the drop point is called otherwise. It is empty only where a roster was
    published before rows were kept and no drop point of that name is left.
    """

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="turns")
    week = models.PositiveSmallIntegerField()
    weekday = models.PositiveSmallIntegerField()
    slot = models.CharField(max_length=40)
    start = models.CharField(max_length=5, blank=True)
    end = models.CharField(max_length=5, blank=True)
    post = models.CharField(max_length=80)
    where = models.CharField(max_length=120, blank=True)
    drop_point = models.ForeignKey(PostRow, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in SeatKind])
    member = models.ForeignKey("people.MemberRow", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("roster", "week", "weekday")),)


class SwapState(models.TextChoices):
    """Where a swap is."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


OVER = (SwapState.WITHDRAWN, SwapState.DECLINED)
"""Swaps of these states change nothing: the turn is its giver's, and may be offered again."""


class Swap(Row):
    """A turn on one date offered to others (换班), or stood by family (家属代班: ``stand_in`` names them).

    ``giver`` is whose turn it was; none: nobody could be found for it. ``asked`` is the one member it is
    offered to; none: all who are free. ``taker`` is the member who took
    it; a family stand-in needs no taker and is accepted at once. ``entered_by`` names who did it on behalf
    of the members; empty: they themselves.

    An exchange offers the turn for another: ``wanted`` on ``wanted_on``, a turn of the member ``asked``. Once
    accepted it has a second half, the swap of that turn, whose ``exchange`` is the first.
    """

    turn = models.ForeignKey(Turn, models.CASCADE, related_name="swaps")
    date = models.DateField()
    giver = models.ForeignKey("people.MemberRow", models.PROTECT, null=True, related_name="+")
    asked = models.ForeignKey("people.MemberRow", models.PROTECT, null=True, related_name="+")
    taker = models.ForeignKey("people.MemberRow", models.PROTECT, null=True, related_name="+")
    wanted = models.ForeignKey(Turn, models.CASCADE, null=True, related_name="+")
    wanted_on = models.DateField(null=True)
    exchange = models.OneToOneField("self", models.CASCADE, null=True, related_name="+")
    stand_in = models.CharField(max_length=80, blank=True)
    entered_by = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=SwapState.choices, default=SwapState.OFFERED)
    offered_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint("turn", "date", condition=~Q(state__in=OVER), name="one_swap_a_turn_and_date"),
        )


class Presence(Row):
    """Who really stood a turn on a date, as the leader ticked it; ``stood`` false: nobody came.

    ``member`` is who stood; a ``stand_in`` who is no member stood for ``member`` none.
    """

    turn = models.ForeignKey(Turn, models.CASCADE, related_name="presences")
    date = models.DateField(db_index=True)
    stood = models.BooleanField()
    member = models.ForeignKey("people.MemberRow", models.PROTECT, null=True, related_name="+")
    stand_in = models.CharField(max_length=80, blank=True)
    ticked_by = models.CharField(max_length=80)
    ticked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (UniqueConstraint("turn", "date", name="one_presence_a_turn_and_date"),)


class CalendarAddress(Row):
    """The secret address of a member's calendar feed; only its hash is stored."""

    member = models.ForeignKey("people.MemberRow", models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)
