"""Why a household has its member, and why households cannot be linked as asked: codes as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from heli.grids.rules import OTHER_GROUP, OTHER_LANE
from heli.plans.gather.reasons import Call, with_names
from heli.plans.gather.where import METRES

LINK_WHY: Mapping[str, str | Promise] = {
    "own": gettext_lazy("自己家"),
    "fixed": gettext_lazy("已定住"),
    "refused": gettext_lazy("有一方不愿，但没有别的排法"),
    "kin": gettext_lazy("亲属"),
    "wish": gettext_lazy("愿联系"),
    "nearest": gettext_lazy("最近"),
    "kept": gettext_lazy("与上次相同"),
    "nearest_with_room": gettext_lazy("更近的 %(better)s 已满"),
    "for_low_bound": gettext_lazy("每人至少 %(low)d 户"),
    "could_be_better": gettext_lazy("也可以由 %(better)s 联系"),
    "no_room": gettext_lazy("网格员都满了，每人最多 %(high)d 户"),
}

LINK_CONFLICTS: Mapping[str, str | Promise] = {
    "no_members": gettext_lazy("没有网格员可以联系这 %(households)d 户。"),
    "too_many_households": gettext_lazy(
        "%(households)d 户要人联系，每人最多 %(high)d 户只够 %(places)d 户。可用 --high %(high_would_do)d。"
    ),
    "too_few_households": gettext_lazy(
        "每人至少 %(low)d 户要有 %(needed)d 户，只有 %(households)d 户。可用 --low %(low_would_do)d。"
    ),
    "fixed_over_high": gettext_lazy(
        "固定给 %(member)s 的有 %(count)d 户，多于每人最多 %(high)d 户。请少固定几户，或用 --high %(count)d。"
    ),
    "fixed_twice": gettext_lazy("%(household)s 固定给了几个人：%(members)s。请只留一个。"),
    "fixed_forbidden": gettext_lazy(
        "%(household)s 固定给 %(member)s，又写了不能由他（她）联系。请去掉一处。"
    ),
    "no_member_left": gettext_lazy("%(household)s 没有人可以联系：所有网格员都排除了。"),
    "crowded": gettext_lazy("%(households)s 只能由 %(members)s 联系，差 %(short_by)d 个位置。"),
    "starved": gettext_lazy(
        "%(members)s 可以联系的只有 %(households)s，差 %(short_by)d 户才到每人最少的户数。"
    ),
}
LINK_CONFLICTS_ON_PAGES: Mapping[str, str | Promise] = {
    **LINK_CONFLICTS,
    "too_many_households": gettext_lazy(
        "%(households)d 户要人联系，每人最多 %(high)d 户只够 %(places)d 户。"
        "最多改成 %(high_would_do)d 户就够。"
    ),
    "too_few_households": gettext_lazy(
        "每人至少 %(low)d 户要有 %(needed)d 户，只有 %(households)d 户。至少改成 %(low_would_do)d 户就行。"
    ),
    "fixed_over_high": gettext_lazy(
        "固定给 %(member)s 的有 %(count)d 户，多于每人最多 %(high)d 户。"
        "请少固定几户，或把最多改成 %(count)d 户。"
    ),
}
"""Where there is no command line, no option of it is named."""


def far_words(unit: str, distance: int) -> str:
    """How far a household is from its member, as people say it: metres, or by the house numbers alone."""
    if unit == METRES:
        return _("约%(count)d米") % {"count": distance}
    if distance >= OTHER_GROUP:
        return _("隔一个组")
    if distance >= OTHER_LANE:
        return _("隔一条弄")
    if not distance:
        return _("本家")
    return ngettext("隔%(count)d号", "隔%(count)d号", distance) % {"count": distance}


def farther_words(unit: str, farther: int) -> str:
    """How much longer or shorter the way becomes when a household changes hands."""
    if farther == 0:
        return _("一样近")
    if unit != METRES:
        return _("远一些") if farther > 0 else _("近一些")
    words = _("多走约%(count)d米") if farther > 0 else _("少走约%(count)d米")
    return words % {"count": abs(farther)}


def link_why(code: str, params: Mapping[str, object], member: Call) -> str:
    """Why a household has its member, in words; empty for a code that is not known."""
    if code not in LINK_WHY:
        return ""
    return _why_text(code, get_language()) % with_names(params, member)


@lru_cache
def _why_text(code: str, language: str | None) -> str:  # noqa: ARG001 - the text is that language's
    """The words of a reason in the language in use; a page tells hundreds of the same few."""
    return str(LINK_WHY[code])


def link_conflict(
    code: str,
    params: Mapping[str, object],
    member: Call,
    household: Call,
    words: Mapping[str, str | Promise] = LINK_CONFLICTS,
) -> str:
    """Why households cannot be linked as asked, in words."""
    return str(words[code]) % with_names(params, member, household)
