"""Members as the village keeps them. What they can and wish is stored as it was understood."""

from __future__ import annotations

import datetime

from django.db import models

from heli.kernel.lib.dated import Dated, DatedQuerySet
from heli.kernel.lib.rows import Row
from heli.kernel.lib.stale import row_hash
from heli.people.rules import UNSAID, Member, availability_from_json


class MemberQuerySet(models.QuerySet["MemberRow"]):
    """Many members."""

    def serving(self, day: datetime.date) -> MemberQuerySet:
        """Those who have not left by ``day``."""
        return self.filter(models.Q(left_on=None) | models.Q(left_on__gt=day))


class MemberRow(Row):
    """A grid member (网格员). ``born`` is a year; ``order`` the place in the village's book.

    ``left_on``: the first day on which they no longer serve. ``exempt``: the reason why they serve but hold
    no links or turns, in the village's own words.
    """

    village = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    order = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=80)
    home = models.CharField(max_length=120, blank=True)
    force = models.CharField(max_length=40, blank=True)
    group = models.CharField(max_length=40, blank=True)
    born = models.PositiveSmallIntegerField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    availability = models.JSONField(default=dict)
    leader = models.BooleanField(default=False)
    occupation = models.CharField(max_length=80, blank=True)
    kin = models.JSONField(default=list)
    wishes = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    partners = models.JSONField(default=list)
    apart = models.JSONField(default=list)
    exempt = models.CharField(max_length=120, blank=True)
    seats = models.JSONField(default=list)
    served = models.JSONField(default=list)
    remark = models.TextField(blank=True)
    left_on = models.DateField(null=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "people_member"
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.name

    def record(self, today: datetime.date) -> Member:
        """The member as the planner knows them, with the age they reach this year."""
        total, early, weekend = self.served or UNSAID
        return Member(
            name=self.name,
            home=self.home,
            force=self.force,
            group=self.group,
            age=None if self.born is None else today.year - self.born,
            lon=self.lon,
            lat=self.lat,
            availability=availability_from_json(self.availability),
            leader=self.leader,
            occupation=self.occupation,
            kin=tuple(self.kin),
            wishes=tuple(self.wishes),
            refused=tuple(self.refused),
            partners=tuple(self.partners),
            apart=tuple(self.apart),
            exempt=self.exempt,
            seats=frozenset(self.seats),
            served=(total, early, weekend),
            remark=self.remark,
        )


class Absence(Dated, Row):
    """Days on which a member cannot serve: ill, away. Without ``until`` the end is not known yet."""

    member = models.ForeignKey(MemberRow, models.CASCADE, related_name="absences")
    why = models.CharField(max_length=80)

    objects = DatedQuerySet["Absence"].as_manager()

    @property
    def facts(self) -> dict[str, object]:
        """What a page shows of it."""
        return {"since": self.since, "until": self.until, "why": self.why}

    @property
    def hash(self) -> str:
        """What a form about it carries, to be refused when it was changed meanwhile."""
        return row_hash(self.facts)


class Phone(Row):
    """A phone number of a member or of a household, kept apart: every reading of it is an audit line."""

    owner = models.UUIDField(unique=True)
    village = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    number = models.CharField(max_length=30)

    @property
    def masked(self) -> str:
        """What may be shown without asking: the last two digits."""
        return f"{'•' * max(len(self.number) - 2, 0)}{self.number[-2:]}"
