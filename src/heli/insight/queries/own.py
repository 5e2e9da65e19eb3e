"""What Heli holds on a member, for themselves: to read, to print, to take away."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from heli.duties.models import CalendarAddress, Presence, Swap
from heli.grids.models import Link
from heli.insight.queries.member import looks_at
from heli.kernel.accounts.models import PersonalLink
from heli.people.models import MemberRow, Phone
from heli.people.rules import availability_from_json, availability_words

Value = str | int | None


@dataclass(frozen=True, slots=True)
class Part:
    """One table of it: codes for a machine, titles for people, rows of plain values."""

    code: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Value, ...], ...]


def own_data(member: MemberRow) -> tuple[Part, ...]:
    """Everything, in parts; of other people only the addresses of the linked households."""
    return (
        _record(member),
        _absences(member),
        _links(member),
        _duties(member),
        _swaps(member),
        *_access(member),
    )


def as_json(parts: Iterable[Part]) -> dict[str, list[dict[str, Value]]]:
    """The same for a machine."""
    return {
        part.code: [dict(zip((code for code, _title in part.columns), row, strict=True)) for row in part.rows]
        for part in parts
    }


def _record(member: MemberRow) -> Part:
    phone = Phone.objects.filter(owner=member.pk).first()
    facts: list[tuple[str, str, Value]] = [
        ("name", _("姓名"), member.name),
        ("village", _("村"), member.village.name),
        ("home", _("住址"), member.home),
        ("phone", _("电话"), phone.number if phone else ""),
        ("born", _("出生年"), member.born),
        ("force", _("队伍"), member.force),
        ("group", _("组"), member.group),
        ("occupation", _("职业"), member.occupation),
        ("leader", _("组长"), _("是") if member.leader else _("否")),
        ("availability", _("没空的时间"), availability_words(availability_from_json(member.availability))),
        ("kin", _("亲属"), "、".join(member.kin)),
        ("wishes", _("愿意联系的户"), "、".join(member.wishes)),
        ("refused", _("不愿联系的户"), "、".join(member.refused)),
        ("apart", _("不愿同班的人"), "、".join(member.apart)),
        ("partners", _("愿意一起值班的人"), "、".join(member.partners)),
        ("exempt", _("免的原因"), member.exempt),
        ("remark", _("备注"), member.remark),
        ("left_on", _("离任日期"), _date(member.left_on)),
    ]
    rows = tuple((label, value) for _code, label, value in facts if value not in ("", None))
    return Part("record", _("登记的资料"), (("what", _("项目")), ("value", _("内容"))), rows)


def _date(date: datetime.date | None) -> str:
    return date.isoformat() if date else ""


def _absences(member: MemberRow) -> Part:
    rows = tuple(
        (_date(row.since), _date(row.last_day), row.why) for row in member.absences.order_by("since")
    )
    columns = (("since", _("从")), ("last", _("到")), ("why", _("原因")))
    return Part("absences", _("请假"), columns, rows)


def _links(member: MemberRow) -> Part:
    links = (
        Link.objects.filter(member=member).select_related("household").order_by("since", "household__order")
    )
    rows = tuple((str(link.household), _date(link.since), _date(link.last_day)) for link in links)
    columns = (("address", _("门牌号")), ("since", _("从")), ("last", _("到")))
    return Part("households", _("联系的户"), columns, rows)


def _duties(member: MemberRow) -> Part:
    found = Presence.objects.filter(Q(member=member) | Q(turn__member=member)).select_related("turn")
    rows = tuple(
        (
            _date(row.date),
            row.turn.slot,
            row.turn.post,
            _("没人来") if not row.stood else _("本人") if row.member_id == member.pk else _("别人"),
        )
        for row in found.order_by("date", "turn__start")
    )
    columns = (("date", _("日期")), ("slot", _("班次")), ("post", _("投放点")), ("stood", _("谁来了")))
    return Part("duties", _("记下的值班"), columns, rows)


def _swaps(member: MemberRow) -> Part:
    states = {
        "offered": _("在问"),
        "accepted": _("换好了"),
        "withdrawn": _("收回了"),
        "declined": _("对方去不了"),
    }
    found = Swap.objects.filter(Q(giver=member) | Q(taker=member)).select_related("turn").order_by("date")
    rows = tuple(
        (
            _date(swap.date),
            swap.turn.slot,
            swap.turn.post,
            _("我的班") if swap.giver_id == member.pk else _("我替别人"),
            swap.stand_in if swap.giver_id == member.pk else "",
            states[swap.state],
            swap.entered_by,
        )
        for swap in found
    )
    columns = (
        ("date", _("日期")),
        ("slot", _("班次")),
        ("post", _("投放点")),
        ("whose", _("谁的班")),
        ("stand_in", _("代班家属")),
        ("state", _("换得怎样")),
        ("entered_by", _("谁代填")),
    )
    return Part("swaps", _("换班和代班"), columns, rows)


def _access(member: MemberRow) -> tuple[Part, Part]:
    links = PersonalLink.objects.filter(subject=member.pk).order_by("created_at")
    feeds = CalendarAddress.objects.filter(member=member).order_by("created_at")
    made = [
        *((_("个人链接"), row.created_at.isoformat(), bool(row.revoked_at)) for row in links),
        *((_("日历地址"), row.created_at.isoformat(), bool(row.revoked_at)) for row in feeds),
    ]
    addresses = tuple((what, at, _("停用了") if over else _("在用")) for what, at, over in made)
    looks = tuple((look.at.isoformat(), look.who, look.what) for look in looks_at(member))
    return (
        Part(
            "addresses",
            _("进来用的地址"),
            (("what", _("项目")), ("at", _("什么时候做的")), ("state", _("状态"))),
            addresses,
        ),
        Part(
            "looks",
            _("谁看过我的资料"),
            (("at", _("时间")), ("who", _("谁")), ("what", _("看了什么"))),
            looks,
        ),
    )
