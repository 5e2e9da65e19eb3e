"""What the slice holds on a member, for themselves."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from heli.duties.models import CalendarAddress, Presence, Swap
from heli.kernel.lib.own_data import Part, addresses
from heli.people.models import MemberRow


def own_data(member: MemberRow) -> tuple[Part, ...]:
    """When the member stood, what they swapped, the addresses of their calendar."""
    feeds = CalendarAddress.objects.filter(member=member).order_by("created_at")
    made = addresses((_("日历地址"), row.created_at, bool(row.revoked_at)) for row in feeds)
    return (_duties(member), _swaps(member), made)


def _duties(member: MemberRow) -> Part:
    found = Presence.objects.filter(Q(member=member) | Q(turn__member=member)).select_related("turn")
    rows = tuple(
        (
            row.date,
            row.turn.slot,
            row.turn.post,
            _("没人来") if not row.stood else _("本人") if row.member_id == member.pk else _("别人"),
        )
        for row in found.order_by("date", "turn__start")
    )
    columns = (("date", _("日期")), ("slot", _("班")), ("post", _("投放点")), ("stood", _("谁来了")))
    clauses = (_("%(date)s %(slot)s %(post)s：%(stood)s"),)
    return Part("duties", _("记下的值班"), columns, rows, clauses)


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
            swap.date,
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
        ("slot", _("班")),
        ("post", _("投放点")),
        ("whose", _("谁的班")),
        ("stand_in", _("代班家属")),
        ("state", _("换得怎样")),
        ("entered_by", _("谁代填")),
    )
    clauses = (
        _("%(date)s %(slot)s %(post)s：%(whose)s，%(state)s"),
        _("，家属%(stand_in)s代班"),
        _("，%(entered_by)s代填"),
    )
    return Part("swaps", _("换班和代班"), columns, rows, clauses)
