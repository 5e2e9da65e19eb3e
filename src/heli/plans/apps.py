"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import Entry, FileKind, JobKind, MenuEntry, Slice


class PlansConfig(AppConfig):
    """See the module."""

    name = "heli.plans"
    label = "plans"
    heli = Slice(
        urls="heli.plans.urls",
        menu=(
            MenuEntry(
                "published",
                _("公布的表"),
                Verb.SEE_VILLAGE,
                Entry.HOUSEHOLDS,
                help=_("网格划分表和每周值班表，图片和打印件"),
                pages=("publication",),
            ),
            MenuEntry(
                "responsible",
                _("哪天谁联系哪户"),
                Verb.SEE_VILLAGE,
                Entry.HOUSEHOLDS,
                help=_("查以前或以后的一天"),
            ),
            MenuEntry(
                "upkeep",
                _("有人变动"),
                Verb.EDIT,
                Entry.HOUSEHOLDS,
                help=_("请假、离开、新搬来，改动最少地补上"),
                pages=("upkeep_relink", "upkeep_exempt", "upkeep_return"),
            ),
            MenuEntry(
                "plan",
                _("排表"),
                Verb.PLAN,
                Entry.HOUSEHOLDS,
                help=_("排网格划分表和值班表，看过再公布"),
                pages=(
                    "run",
                    "run_members",
                    "run_households",
                    "run_roster",
                    "run_map",
                    "run_changes",
                    "run_compare",
                    "run_move",
                    "run_seat",
                    "run_pin",
                    "run_undo",
                    "run_redo",
                    "run_discard",
                    "run_again",
                    "publish",
                    "job",
                    "job_cancel",
                ),
            ),
            MenuEntry(
                "uploads",
                _("交名册"),
                Verb.UPLOAD,
                Entry.HOUSEHOLDS,
                help=_("交村里的 Excel 表，下载空表"),
                pages=(
                    "upload",
                    "upload_changes",
                    "upload_fix",
                    "upload_unfix",
                    "upload_again",
                    "upload_import",
                    "upload_away",
                    "upload_undo",
                ),
            ),
            MenuEntry(
                "published",
                _("值班表"),
                Verb.SEE_VILLAGE,
                Entry.DUTY,
                help=_("公布的每周值班表，图片和打印件"),
            ),
            MenuEntry("plan", _("排值班表"), Verb.PLAN, Entry.DUTY, help=_("和网格划分表一起排")),
        ),
        jobs={
            "make_run": JobKind(
                "heli.plans.tasks.runs.make_run", Verb.PLAN, "heli.plans.commands.runs.give_up_run"
            ),
        },
        files={"drawing": FileKind(Verb.SEE_VILLAGE, members=True)},
        todo="heli.plans.queries.home.todo",
        tidy="heli.plans.commands.tidy.tidy",
        audit_words={
            "run.start": _("开始排表"),
            "run.made": _("排好了表"),
            "run.failed": _("没有排成"),
            "run.discard": _("丢掉一次排表"),
            "run.publish": _("公布两张表"),
            "run.move": _("把一户换给别的网格员"),
            "run.seat": _("改了一个班"),
            "run.swap": _("两个人对调了班"),
            "run.pin": _("定住"),
            "run.unpin": _("不再定住"),
            "run.undo": _("撤销一次改动"),
            "run.redo": _("重做一次改动"),
        },
        importables={"village": "heli.plans.imports.VillageBook"},
        refusals=frozenset(
            {
                "plans.member-leaves",
                "plans.nothing-to-pin",
                "plans.nothing-to-publish",
                "plans.nothing-to-redo",
                "plans.nothing-to-undo",
                "plans.not-old-enough",
                "plans.run-breaks-rule",
                "plans.run-broken",
                "plans.run-changed",
                "plans.run-not-draft",
                "plans.run-out-of-date",
                "plans.tables-replaced",
                "plans.upload-in-use",
            }
        ),
    )
