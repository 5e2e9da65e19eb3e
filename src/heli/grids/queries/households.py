"""Households as the village keeps them, and who is responsible for each."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, Subquery

from heli.grids.models import HouseholdRow, Link
from heli.kernel.lib.text import clean
from heli.orgs.models import Unit

HOUSEHOLDS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A member responsible for a household from ``since`` until the day before ``until``."""

    member: uuid.UUID
    name: str
    since: datetime.date
    until: datetime.date | None

    def holds(self, day: datetime.date) -> bool:
        """Whether it holds on the day."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def last(self) -> datetime.date | None:
        """The last day on which it held."""
        return None if self.until is None else self.until - datetime.timedelta(days=1)


def linked_to(household: HouseholdRow) -> list[LinkLine]:
    """Who is and was responsible for a household, the newest first."""
    found = Link.objects.filter(household=household).order_by("-since", "-id")
    return [LinkLine(*row) for row in found.values_list("member", "member__name", "since", "until")]


def household_page(village: Unit, day: datetime.date, asked: str, show: str, number: str) -> Page[Any]:
    """One page of the village's households as they are on ``day``, in book order, each with ``linked_name``.

    ``asked`` is part of a house number or of a head's name; ``show`` is ``nobody`` (should be linked and is
    not), ``let``, ``empty`` or anything else for all.
    """
    now = Link.objects.filter(
        Q(until=None) | Q(until__gt=day), household=OuterRef("pk"), since__lte=day
    ).values("member__name")[:1]
    rows = HouseholdRow.objects.filter(village=village).present(day).annotate(linked_name=Subquery(now))
    if asked:
        rows = rows.filter(Q(address__contains=clean(asked)) | Q(head__contains=clean(asked)))
    if show == "nobody":
        rows = rows.filter(linked_name=None, no_link="")
    elif show == "let":
        rows = rows.filter(let=True)
    elif show == "empty":
        rows = rows.exclude(no_link="")
    return Paginator(rows, HOUSEHOLDS_A_PAGE).get_page(number)
