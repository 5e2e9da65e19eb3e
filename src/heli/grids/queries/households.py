"""Households as the village keeps them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator
from typing import Protocol

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heli.grids.models import HouseholdRow
from heli.grids.queries.links import has_nobody, links_kept, links_on
from heli.grids.rules import parse_address
from heli.kernel.access.actor import Actor
from heli.kernel.lib.lists import Column, List, choice
from heli.kernel.lib.registry import SearchResult
from heli.kernel.web.addresses import address_at
from heli.orgs.models import Unit


def households_of(village: Unit, day: datetime.date) -> QuerySet[HouseholdRow]:
    """The village's households as they are on ``day``.

    Each has ``linked_name``, who is named for it, and ``holder``, who is there for it that day. For filters
    there is ``alone``: it needs somebody and has nobody.
    """
    # a name of each row of the page, not a question about all rows: PostgreSQL would ask it of all links
    named, held = (
        Subquery(links.filter(household=OuterRef("pk")).values("member__name")[:1])
        for links in (links_on(day), links_kept(day))
    )
    rows = HouseholdRow.objects.filter(village=village).present(day)
    alone = ExpressionWrapper(has_nobody(day), BooleanField())
    return rows.alias(alone=alone).annotate(linked_name=named, holder=held)


class Named(Protocol):
    """A household of the list: its link and who is named for it."""

    holder: uuid.UUID | None
    linked_name: str | None
    no_link: str


def lacks(row: Named) -> bool:
    """Whether a row of the list needs somebody and has nobody; as ``has_nobody``."""
    return row.holder is None and not row.no_link


def find(actor: Actor, text: str, most: int) -> Iterator[SearchResult]:
    """The households whose house number or head a text names, in villages that the actor may see.

    A house number may have the name of its village before it.
    """
    villages = Unit.objects.villages().visible_to(actor)
    before = (
        villages.annotate(text=Value(text)).filter(text__startswith=F("name")).values_list("name", flat=True)
    )
    address = parse_address(text, village=before.first() or "")
    named = Q(address__icontains=text) | Q(head__icontains=text)
    if address.number and address.lane:
        named |= Q(lane=address.lane, number=address.number, sub=address.sub)
    present = HouseholdRow.objects.present(timezone.localdate())
    rows = present.filter(named, village__in=villages.order_by().values("pk"))
    columns = ("pk", "address", "head", "village__name")
    rows = rows.order_by("village__name", "order", "pk")
    for key, door, head, village in rows.values_list(*columns)[:most]:
        yield SearchResult(door or head, f"{village} {head}", address_at("household", key))


def addresses(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The addresses of households, by key."""
    return dict(HouseholdRow.objects.filter(pk__in=keys).values_list("pk", "address"))


def _rented(row: HouseholdRow) -> str:
    return f"{gettext('出租')} {'' if row.tenants is None else row.tenants}".strip() if row.let else ""


def _responsible(row: Named) -> str:
    return gettext("现在没有人联系") if lacks(row) else row.linked_name or row.no_link


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
        Column(_("门牌号"), str, link=lambda row: reverse("household", args=[row.pk]), head=True),
        Column(_("户主"), lambda row: row.head),
        Column(_("组"), lambda row: row.group, wide=True),
        Column(_("出租"), _rented),
        Column(_("网格员"), _responsible, template="grids/household_member.html"),
    ),
    empty=_("还没有农户。请先上传村里的表。"),
)
