"""Households as the village keeps them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heli.grids.models import HouseholdRow
from heli.grids.queries.links import links_on, without_member
from heli.grids.rules import parse_address
from heli.kernel.access.actor import Actor
from heli.kernel.lib.lists import Column, List, choice
from heli.kernel.lib.registry import SearchResult
from heli.kernel.web.addresses import address_at
from heli.orgs.models import Unit


def households_of(village: Unit, day: datetime.date) -> QuerySet[HouseholdRow]:
    """The village's households as they are on ``day``.

    Each has ``linked_name``, who is named for it, and ``alone``: it needs somebody and has nobody that day.
    """
    named = links_on(day).filter(household=OuterRef("pk")).values("member__name")[:1]
    alone = without_member(day).filter(pk=OuterRef("pk"))
    rows = HouseholdRow.objects.filter(village=village).present(day)
    return rows.annotate(linked_name=Subquery(named), alone=Exists(alone))


def find(actor: Actor, text: str, most: int) -> Iterator[SearchResult]:
    """The households whose house number or head a text names, in villages that the actor may see."""
    address = parse_address(text)
    named = Q(address__icontains=text) | Q(head__icontains=text)
    if address.number and address.lane:
        named |= Q(lane=address.lane, number=address.number, sub=address.sub)
    seen = Unit.objects.villages().visible_to(actor).values("pk")
    rows = HouseholdRow.objects.present(timezone.localdate()).filter(named, village__in=seen)
    columns = ("pk", "address", "head", "village__name")
    rows = rows.order_by("village__name", "order", "pk")
    for key, door, head, village in rows.values_list(*columns)[:most]:
        yield SearchResult(door or head, f"{village} {head}", address_at("household", key))


def _rented(row: HouseholdRow) -> str:
    return f"{gettext('出租')} {'' if row.tenants is None else row.tenants}".strip() if row.let else ""


class Named(Protocol):
    """A household with who is named for it."""

    alone: bool
    linked_name: str | None
    no_link: str


def _responsible(row: Named) -> str:
    return gettext("现在没有人联系") if row.alone else row.linked_name or row.no_link


HOUSEHOLDS = List(
    name="households",
    label=_("农户"),
    order=("order", "id"),
    search=("address", "head"),
    search_label=_("门牌号或户主"),
    filters={
        "show": choice(
            _("看哪些"),
            {
                "nobody": (_("现在没有人联系"), Q(alone=True)),
                "let": (_("出租的"), Q(let=True)),
                "empty": (_("不用联系的"), ~Q(no_link="")),
            },
        )
    },
    columns=(
        Column(_("门牌号"), str, link=lambda row: reverse("household", args=[row.pk])),
        Column(_("户主"), lambda row: row.head),
        Column(_("组"), lambda row: row.group),
        Column(_("出租"), _rented),
        Column(_("网格员"), _responsible, template="grids/household_member.html"),
    ),
    empty=_("还没有农户。请先上传村里的表。"),
)
