"""The list of lost items as an Excel book."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from io import BytesIO

from django.utils.translation import gettext as _
from heli.lost_items.models import Item

from heli.kernel.sheets.write import Sheet, masked, write_book


def items_book(village: str, items: Iterable[Item], today: datetime.date) -> bytes:
    """One sheet, a line an item; numbers that may be a phone are masked."""
    rows = [(item.what, item.place, item.found_on.isoformat()) for item in items]
    sheet = Sheet(_("失物"), (_("捡到什么"), _("在哪里捡到"), _("哪天捡到")), rows)
    out = BytesIO()
    write_book(out, [masked(sheet)], village, today)
    return out.getvalue()
