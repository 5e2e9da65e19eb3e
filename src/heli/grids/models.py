"""Households, newcomers, and who is linked to whom since when."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from heli.grids.rules import Address, Household
from heli.kernel.lib.dated import STILL, Dated, DatedQuerySet
from heli.kernel.lib.rows import Row


def is_present(day: datetime.date) -> Q:
    """Whether a household has not moved away by ``day``."""
    return Q(gone_on=None) | Q(gone_on__gt=day)


def needs_link(day: datetime.date) -> Q:
    """Whether a household needs a linked member on ``day``: present, and nothing says that it needs none."""
    return is_present(day) & Q(no_link="")


class HouseholdQuerySet(models.QuerySet["HouseholdRow"]):
    """Many households."""

    def present(self, day: datetime.date) -> HouseholdQuerySet:
        """Those that have not moved away by ``day``."""
        return self.filter(is_present(day))

    def needing(self, day: datetime.date) -> HouseholdQuerySet:
        """Those that need a linked member on ``day``: present, and nothing says that they need none."""
        return self.filter(needs_link(day))

    def records(self) -> Iterator[tuple[uuid.UUID, datetime.date | None, Household]]:
        """Key, until when and record of each, read without making rows of them: a village has hundreds."""
        names = ("head", "group", "people", "let", "tenants", "lon", "lat", "linked", "no_link", "remark")
        columns = ("pk", "gone_on", "lane", "number", "sub", "address", "kin", "wishes", "refused", *names)
        for pk, gone_on, lane, number, sub, address, kin, wishes, refused, *rest in self.values_list(
            *columns
        ):
            head, group, people, let, tenants, lon, lat, linked, no_link, remark = rest
            yield (
                pk,
                gone_on,
                Household(
                    Address(lane, number, sub, address),
                    head=head,
                    group=group,
                    people=people,
                    let=let,
                    tenants=tenants,
                    lon=lon,
                    lat=lat,
                    kin=tuple(kin),
                    wishes=tuple(wishes),
                    refused=tuple(refused),
                    linked=linked,
                    no_link=no_link,
                    remark=remark,
                ),
            )


class HouseholdRow(Row):
    """A household (户). The address is kept taken apart; ``order`` is the place in the village's book."""

    village = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    order = models.PositiveIntegerField(default=0)
    address = models.CharField(max_length=120)
    lane = models.CharField(max_length=80, blank=True)
    number = models.BigIntegerField(default=0)
    sub = models.BigIntegerField(default=0)
    head = models.CharField(max_length=80, blank=True)
    group = models.CharField(max_length=40, blank=True)
    people = models.PositiveIntegerField(null=True)
    let = models.BooleanField(null=True)
    tenants = models.PositiveIntegerField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    kin = models.JSONField(default=list)
    wishes = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    linked = models.CharField(max_length=80, blank=True)
    no_link = models.CharField(max_length=120, blank=True)
    remark = models.TextField(blank=True)
    gone_on = models.DateField(null=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        db_table = "grids_household"
        ordering = ("order", "id")
        indexes = (
            models.Index(fields=("village", "gone_on", "no_link", "people"), name="household_counts"),
            models.Index(fields=("village", "order", "id"), name="households_in_order"),
        )

    def __str__(self) -> str:
        return self.address or self.head

    @property
    def record(self) -> Household:
        """The household as the planner knows it."""
        return Household(
            address=Address(self.lane, self.number, self.sub, self.address),
            head=self.head,
            group=self.group,
            people=self.people,
            let=self.let,
            tenants=self.tenants,
            lon=self.lon,
            lat=self.lat,
            kin=tuple(self.kin),
            wishes=tuple(self.wishes),
            refused=tuple(self.refused),
            linked=self.linked,
            no_link=self.no_link,
            remark=self.remark,
        )


class Newcomers(Row):
    """How many people from outside live at an address and who employs them: a count, no names."""

    village = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    address = models.CharField(max_length=120)
    employer = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+")
    people = models.PositiveIntegerField()
    counted_on = models.DateField()

    class Meta:
        indexes = (
            models.Index(fields=("village", "people"), name="newcomers_by_village"),
            models.Index(fields=("employer", "village", "people"), name="newcomers_by_employer"),
        )


class Division(Dated, Row):
    """A published division table (网格划分表). ``table`` is the table as shown, so that it never changes.

    ``number`` counts the versions of a village from 1. ``revision`` is the village's it was made from.
    """

    village = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.CharField(max_length=80)
    revision = models.PositiveIntegerField(default=0)
    table = models.JSONField()

    objects = DatedQuerySet["Division"].as_manager()

    class Meta:
        ordering = ("village", "-number")
        constraints = (
            UniqueConstraint("village", "number", name="division_number"),
            UniqueConstraint("village", condition=STILL, name="one_division_in_force"),
        )


class Link(Dated, Row):
    """A household's member for a time (联户)."""

    household = models.ForeignKey(HouseholdRow, models.CASCADE, related_name="links")
    member = models.ForeignKey("people.MemberRow", models.PROTECT, related_name="+")

    objects = DatedQuerySet["Link"].as_manager()

    class Meta:
        constraints = (UniqueConstraint("household", condition=STILL, name="one_member_a_household"),)
        indexes = (models.Index(fields=("household", "until", "since", "member"), name="link_on_a_day"),)
