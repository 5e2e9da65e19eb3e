"""The village's whole book, households, members and drop points, for the import pages."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence

from django.db.models import Model
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heli.duties.models import PostRow, Turn
from heli.duties.rules import point_spelling
from heli.grids.models import HouseholdRow, Link
from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.imports.compare import Naming, Part, Rows, Undo, Values
from heli.kernel.imports.importable import NextStep, Phones, Ticks
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.spelling import spelling
from heli.orgs.commands import bump_revision
from heli.orgs.imports import VillageImportable
from heli.orgs.models import Unit
from heli.people.commands import end_service
from heli.people.models import MemberRow
from heli.people.rules import Period
from heli.people.rules.words import DAYS, PERIODS, times_words
from heli.plans.imports import phones as phone_rows
from heli.plans.imports import values, words
from heli.plans.models import Run, RunState
from heli.plans.rules import village_from_json
from heli.plans.sheets.template import PAGES
from heli.plans.sheets.village_book import KINDS

Words = str | Promise


def _rows(
    code: str,
    model: type[Model],
    title: Words,
    gone: str,
    lists: Sequence[Words],
    *,
    labels: Mapping[str, Words],
    keys: Sequence[Callable[[Values], Hashable]],
    determined: Mapping[str, str] = {},
    watched: bool = True,
    naming: Naming | None = None,
) -> Rows:
    """One kind of rows of the book; see ``Rows``. ``lists``: titles of those that are new, changed, gone.

    Their order in the book counts but is not shown, nor are the fields ``determined`` by another field.
    """
    hidden = {**determined, "order": ""}
    return Rows(
        code=code,
        model=model,
        title=title,
        gone=gone,
        lists=dict(zip(("new", "changed", "gone"), lists, strict=True)),
        labels=labels,
        keys=keys,
        hidden=hidden,
        always=frozenset({*hidden, *({"name"} & labels.keys())}),
        alike=values.alike,
        watched=watched,
        naming=naming,
    )


HOUSEHOLDS = _rows(
    "households",
    HouseholdRow,
    _("农户"),
    "gone_on",
    (_("新的 %(count)s 户"), _("改了 %(count)s 户"), _("没了 %(count)s 户")),
    labels={"address": _("门牌号"), "head": _("户主")},
    keys=(values.house_and_head, values.house, values.head_and_group),
    determined={"lane": "address", "number": "address", "sub": "address"},
    naming=Naming("lane", spelling, _("表里的“%(new)s”（%(count)s 户）是不是原来的“%(old)s”？")),
)
MEMBERS = _rows(
    "members",
    MemberRow,
    _("网格员"),
    "left_on",
    (_("新的 %(count)s 名网格员"), _("改了 %(count)s 名网格员"), _("没了 %(count)s 名网格员")),
    labels={"name": _("姓名"), "home": _("住址")},
    keys=(values.name_and_home, values.name),
)
POSTS = _rows(
    "posts",
    PostRow,
    _("投放点"),
    "gone_on",
    (_("新的 %(count)s 个投放点"), _("改了 %(count)s 个投放点"), _("没了 %(count)s 个投放点")),
    labels={"name": _("名称"), "where": _("位置")},
    keys=(values.name,),
    watched=False,
    naming=Naming("name", point_spelling, _("表里的“%(new)s”是不是原来的“%(old)s”？")),
)


def _grid() -> list[tuple[str, list[tuple[str, str]]]]:
    """Weekdays, each with its times of day."""
    return [
        (str(name), [(f"{day}-{period.value}", str(word)) for period, word in PERIODS.items()])
        for day, name in enumerate(DAYS, start=1)
    ]


def _sentence(ticked: Sequence[str], until: datetime.date | None, today: datetime.date) -> str:
    """What was ticked, as the reader reads it: ``周一至周五晚上不便``."""
    pairs = [choice.split("-") for choice in ticked]
    with translation.override("zh-hans"):  # the reader's grammar, whatever language the page speaks
        said = times_words(frozenset((int(day), Period(period)) for day, period in pairs))
    return f"{today.isoformat()}至{until.isoformat()}{said}不便" if until else f"{said}不便"


class VillageBook(VillageImportable):
    """See the module."""

    what = "village"
    reader = "heli.plans.sheets.village_book.read"
    address = "uploads"
    title = _("交一份表")
    intro = _("把村里现有的农户、网格员、投放点的表交上来，一个或几个文件都行。")
    done = _("农户、网格员和投放点已照表改好。接着排两张表。")
    back = "village"
    next_step = NextStep(_("排"), _("排两张表"), "plan", Verb.PLAN)
    gone = _("没了的人和户不删，只记上从今天起不在；联系过谁、值过什么班都还查得到。")
    rows = (HOUSEHOLDS, MEMBERS, POSTS)
    kinds = KINDS
    fields = words.FIELDS
    pages = PAGES
    file_name = _("登记表.xlsx")
    example_name = _("登记表-例子.xlsx")
    ticks = Ticks(frozenset({"member-time-unread"}), _grid, _sentence)

    def values(
        self, book: Mapping[str, object], _unit: Unit, today: datetime.date
    ) -> Mapping[str, list[Values]]:
        """The rows in the order of the book."""
        village = village_from_json(book)
        found = {
            "households": [values.household_values(row) for row in village.households],
            "members": [values.member_values(row, today) for row in village.members],
            "posts": [values.post_values(row) for row in village.posts],
        }
        return {code: [{**row, "order": at} for at, row in enumerate(rows)] for code, rows in found.items()}

    def version_of(self, unit: Unit) -> str:
        """The village's revision."""
        return str(unit.revision)

    def counted(self, facts: Mapping[str, object]) -> str:
        """See the base."""
        return gettext("%(households)s 户、%(members)s 人") % facts

    def value_words(self, field: str, value: object) -> str:
        """See the base."""
        said = words.TURNS.get(field)
        return said(value) if said and value else super().value_words(field, value)

    def phone_counts(self, found: Mapping[str, Part], phones: Phones, unit: Unit) -> dict[str, int]:
        """See the base."""
        return phone_rows.phone_counts(found, phones, unit)

    def written(
        self,
        actor: Actor,
        unit: Unit,
        undo: Mapping[str, Undo],
        owners: Mapping[str, Mapping[int, uuid.UUID]],
        phones: Phones,
        today: datetime.date,
    ) -> dict[str, str | None]:
        """Phones follow the rows; whoever is gone can do nothing any more; plans are out of date."""
        before = phone_rows.write_phones(phones, owners, unit)
        _end_services(actor, unit, undo["members"], today)
        bump_revision(unit)
        return before

    def refuse_undo(self, unit: Unit, undo: Mapping[str, Undo], after: str) -> None:
        """Refuse when a plan or a published table rests on what the import brought."""
        planned = DomainError(
            "plans.upload-in-use",
            _(
                "导入以后已经排过表，有表用着这些人和户，不能撤销。请先放弃那份草稿；已公布的，请改一份表再交。"
            ),
        )
        living = (RunState.PLANNING, RunState.DRAFT, RunState.PUBLISHED)
        if Run.objects.filter(village=unit, revision__gte=int(after), state__in=living).exists():
            raise planned
        created = {uuid.UUID(key) for part in undo.values() for key in part.created}
        linked = Link.objects.filter(household__village=unit).values_list("household", "member")
        turned = (
            Turn.objects.filter(roster__village=unit).exclude(member=None).values_list("member", flat=True)
        )
        if created.intersection(turned.values_list("member", flat=True)) or any(
            created.intersection(pair) for pair in linked
        ):
            raise planned

    def undone(
        self,
        actor: Actor,
        unit: Unit,
        undo: Mapping[str, Undo],
        phones: Mapping[str, str | None],
        today: datetime.date,
    ) -> None:
        """See :meth:`written`."""
        phone_rows.put_back_phones(phones, unit)
        _end_services(actor, unit, undo["members"], today)
        bump_revision(unit)


def _end_services(actor: Actor, village: Unit, undo: Undo, today: datetime.date) -> None:
    """End what the members can do whom an import, or its undoing, makes gone, bring back or takes away.

    Who comes back gets a new link, as anybody who begins; so what let them in before ends all the same.
    """
    keys = [*undo.gone, *(key for key, before in undo.before.items() if MEMBERS.gone in before)]
    end_service(actor, village, [uuid.UUID(key) for key in dict.fromkeys([*keys, *undo.created])], today)
