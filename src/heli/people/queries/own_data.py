"""What the slice holds on a member, for themselves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heli.kernel.accounts.models import PersonalLink
from heli.kernel.lib.own_data import Part, Value, addresses
from heli.people.models import MemberRow, Phone
from heli.people.rules import availability_from_json, availability_words


def own_data(member: MemberRow) -> tuple[Part, ...]:
    """The member's record, absences and personal links."""
    links = PersonalLink.objects.filter(subject=member.pk).order_by("created_at")
    made = addresses((_("个人链接"), row.created_at, bool(row.revoked_at)) for row in links)
    return (_record(member), _absences(member), made)


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
        ("left_on", _("离任日期"), member.left_on),
    ]
    rows = tuple((label, value) for _code, label, value in facts if value not in ("", None))
    columns = (("what", _("项目")), ("value", _("内容")))
    return Part("record", _("登记的资料"), columns, rows, (_("%(what)s：%(value)s"),))


def _absences(member: MemberRow) -> Part:
    rows = tuple((row.since, row.last_day, row.why) for row in member.absences.order_by("since"))
    columns = (("since", _("从")), ("last", _("到")), ("why", _("原因")))
    clauses = (_("%(since)s起"), _("到%(last)s"), _("：%(why)s"))
    return Part("absences", _("请假"), columns, rows, clauses)
