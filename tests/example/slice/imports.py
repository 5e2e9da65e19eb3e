"""The list of lost items, for the import pages."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from heli.lost_items import sheets
from heli.lost_items.models import Item

from heli.kernel.imports.compare import Rows, Values
from heli.kernel.imports.reading import kinds_in
from heli.kernel.lib.records import from_json
from heli.orgs.imports import VillageImportable
from heli.orgs.models import Unit

FIELDS = {"what": _("捡到什么"), "place": _("在哪里捡到"), "found_on": _("哪天捡到")}


class ItemsBook(VillageImportable):
    """See the module. What is not in the book was fetched by its owner: it is deleted."""

    what = "lost_items"
    reader = "heli.lost_items.sheets.read"
    address = "lost_items_uploads"
    back = "lost_items"
    title = _("交失物登记")
    intro = _("把失物登记表交上来：捡到什么、在哪里、哪天。")
    done = _("失物已照表改好。")
    gone = _("表里没有的，当作已经领走。")
    fields = FIELDS
    rows = (
        Rows(
            code="items",
            model=Item,
            title=_("失物"),
            labels={name: FIELDS[name] for name in ("what", "place")},
            keys=(
                lambda row: (row["what"], row["place"], row["found_on"]),
                lambda row: (row["what"], row["place"]),
            ),
        ),
    )
    kinds = kinds_in([sheets])
    pages = (sheets.PAGE,)
    file_name = _("失物登记.xlsx")

    def values(
        self, book: Mapping[str, object], _unit: Unit, _today: datetime.date
    ) -> Mapping[str, list[Values]]:
        """One row for each thing."""
        things = from_json(book["items"], tuple[tuple[str, str, datetime.date], ...])
        return {"items": [{"what": w, "place": p, "found_on": day} for w, p, day in things]}

    def counted(self, facts: Mapping[str, object]) -> str:
        """How many things."""
        return gettext("%(items)s 件") % facts
