"""The newcomers' register, for the import pages."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heli.grids.models import Newcomers
from heli.grids.sheets import newcomers
from heli.kernel.imports.compare import Rows, Values
from heli.kernel.imports.reading import kinds_in
from heli.kernel.lib.records import from_json
from heli.kernel.lib.text import fold
from heli.orgs.imports import VillageImportable
from heli.orgs.models import Unit
from heli.orgs.queries import firms_near

FIELDS = {"address": _("住址"), "employer": _("在哪家企业上班"), "people": _("人数")}


def _alike(name: str, old: object, new: object) -> bool:
    return fold(old) == fold(new) if name == "address" else bool(old == new)


class NewcomersRegister(VillageImportable):
    """See the module. Who is not in the register is not counted any more: those counts are deleted."""

    what = "newcomers"
    reader = "heli.grids.sheets.newcomers.read"
    address = "newcomers_uploads"
    back = "newcomers"
    title = _("交新居民登记表")
    intro = _("把全村的新居民登记表交上来：住址、在哪家企业上班、人数，不要姓名。")
    done = _("新居民人数已照表改好。")
    gone = _("表里没有的住址和企业，不再算人数；撤销导入就回来。")
    fields = FIELDS
    rows = (
        Rows(
            code="newcomers",
            model=Newcomers,
            title=_("新居民登记"),
            labels={name: FIELDS[name] for name in ("address", "employer")},
            keys=(lambda row: (fold(row["address"]), row["employer"]), lambda row: fold(row["address"])),
            hidden={"counted_on": ""},
            always=frozenset({"address", "people"}),
            alike=_alike,
            related=("employer",),
        ),
    )
    kinds = kinds_in([newcomers])
    pages = (newcomers.PAGE,)
    file_name = _("新居民登记表.xlsx")
    kept_name = _("新居民登记表-现在的.xlsx")

    def known(self, unit: Unit) -> Mapping[str, object]:
        """The names of the zone's firms."""
        return {"name": unit.name, "firms": [*firms_near(unit)]}

    def values(
        self, book: Mapping[str, object], unit: Unit, today: datetime.date
    ) -> Mapping[str, list[Values]]:
        """One row for each address and firm; a count of none is no row."""
        firms, names = firms_near(unit), ("address", "employer", "people", "counted_on")
        kept = from_json(book["newcomers"], tuple[newcomers.Count, ...])
        rows = [(address, firms.get(firm), people, today) for address, firm, people in kept]
        return {"newcomers": [dict(zip(names, row, strict=True)) for row in rows if row[2]]}

    def counted(self, facts: Mapping[str, object]) -> str:
        """How many counts, and of how many people."""
        return gettext("%(newcomers)s 处、%(people)s 人") % facts

    def kept(self, unit: Unit) -> Sequence[Sequence[Sequence[str | int]]]:
        """The counts as they are."""
        rows = Newcomers.objects.filter(village=unit).order_by("address", "employer__name")
        facts = rows.values_list("address", "employer__name", "people")
        return [[(address, firm or "", people) for address, firm, people in facts]]
