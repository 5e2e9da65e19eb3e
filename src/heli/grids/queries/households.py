"""Households as the village keeps them."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, Subquery

from heli.grids.models import HouseholdRow
from heli.grids.queries.links import links_on, without_member
from heli.kernel.lib.text import clean
from heli.orgs.models import Unit

HOUSEHOLDS_A_PAGE = 50


def household_page(village: Unit, day: datetime.date, asked: str, show: str, number: str) -> Page[Any]:
    """One page of the village's households as they are on ``day``, in book order.

    Each has ``linked_name``, who is named for it, and ``alone``: it needs somebody and has nobody that day.
    ``asked`` is part of a house number or of a head's name; ``show`` is ``nobody`` (those that are alone),
    ``let``, ``empty`` or anything else for all.
    """
    named = links_on(day).filter(household=OuterRef("pk")).values("member__name")[:1]
    alone = without_member(day).filter(pk=OuterRef("pk"))
    rows = HouseholdRow.objects.filter(village=village).present(day)
    rows = rows.annotate(linked_name=Subquery(named), alone=Exists(alone))
    if asked:
        rows = rows.filter(Q(address__contains=clean(asked)) | Q(head__contains=clean(asked)))
    if show == "nobody":
        rows = rows.filter(Exists(alone))
    elif show == "let":
        rows = rows.filter(let=True)
    elif show == "empty":
        rows = rows.exclude(no_link="")
    return Paginator(rows, HOUSEHOLDS_A_PAGE).get_page(number)
