"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import Door, Entry, Level, MenuEntry, Slice, SubjectKind


class DutiesConfig(AppConfig):
    """See the module."""

    name = "heli.duties"
    label = "duties"
    heli = Slice(
        urls="heli.duties.urls",
        doors=(Door("points", _("投放点和时间"), _("在哪里倒垃圾，几点开")),),
        menu=(
            MenuEntry(
                "presence",
                _("谁来了"),
                Verb.TICK,
                Entry.DUTY,
                help=_("今天每个班谁来了，打勾"),
                pages=("turn",),
            ),
            MenuEntry(
                "presence_week",
                _("一周到岗"),
                Verb.TICK,
                Entry.DUTY,
                help=_("照打勾版记一周，或查以前的一周"),
            ),
            MenuEntry(
                "drop_points",
                _("投放点"),
                Verb.SEE_VILLAGE,
                Entry.DUTY,
                help=_("在哪里，几点开，每段几个人"),
                pages=("point", "point_new", "point_close"),
            ),
            MenuEntry("notice", _("值班通知"), Verb.TICK, Entry.DUTY, help=_("明天谁值班，发到群里")),
            MenuEntry(
                "presence_record", _("值班记录"), Verb.TICK, Entry.DUTY, help=_("一段时间的到岗，Excel 表")
            ),
            MenuEntry(
                "presence_hours", _("志愿时长"), Verb.TICK, Entry.DUTY, help=_("每人多少小时，Excel 表")
            ),
            MenuEntry(
                "presence_pay", _("有偿值班"), Verb.PUBLISH, Entry.DUTY, help=_("每人多少钱，Excel 表")
            ),
            MenuEntry(
                "my_calendar",
                _("值班"),
                entry=Entry.DUTY,
                level=Level.MEMBER,
                help=_("把值班放进手机日历"),
            ),
        ),
        leaving="heli.duties.commands.leaving.end_duties",
        todo="heli.duties.queries.ahead.todo",
        own_data="heli.duties.queries.own_data.own_data",
        open_addresses="heli.duties.queries.calendar.addresses_in_force",
        subjects={"swap": SubjectKind(_("换班的"), "heli.duties.queries.days.givers_of")},
        audit_words={
            "calendar.make": _("开了日历地址"),
            "calendar.drop": _("关了日历地址"),
            "point.add": _("加了投放点"),
            "point.edit": _("改了投放点"),
            "point.close": _("投放点关了"),
            "point.open": _("投放点照常开"),
            "presence.tick": _("记了到岗"),
            "presence.correct": _("改了到岗"),
            "presence.export": _("导出到岗"),
            "swap.offer": _("提出换班"),
            "swap.accept": _("接了换班"),
            "swap.decline": _("回复换班：去不了"),
            "swap.exchange": _("两个班对换"),
            "swap.family": _("家属代班"),
            "swap.give": _("把班交给别人"),
            "swap.withdraw": _("撤回换班"),
            "publish": _("公布一张表"),
        },
        refusals=frozenset(
            {
                "duties.point-earlier",
                "duties.point-twice",
                "duties.presence-changed",
                "duties.presence-forged",
                "duties.presence-future",
                "duties.presence-gone",
                "duties.presence-no-member",
                "duties.roster-earlier",
                "duties.roster-not-monday",
                "duties.swap-already",
                "duties.swap-cannot",
                "duties.swap-declined",
                "duties.swap-exchanged",
                "duties.swap-gone",
                "duties.swap-long-name",
                "duties.swap-no-member",
                "duties.swap-no-name",
                "duties.swap-no-turn",
                "duties.swap-nobody",
                "duties.swap-not-asked",
                "duties.swap-own",
                "duties.swap-past",
                "duties.swap-settled",
                "duties.swap-taken",
                "duties.swap-withdrawn",
            }
        ),
    )
