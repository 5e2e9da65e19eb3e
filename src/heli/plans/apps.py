"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import JobKind, MenuEntry, Slice


class PlansConfig(AppConfig):
    """See the module."""

    name = "heli.plans"
    label = "plans"
    heli = Slice(
        urls="heli.plans.urls",
        menu=(
            MenuEntry("plan", _("排表"), Verb.PLAN),
            MenuEntry("keep", _("有人变动"), Verb.EDIT),
            MenuEntry("uploads", _("交名册"), Verb.UPLOAD),
            MenuEntry("published", _("公布的表"), Verb.SEE_VILLAGE),
        ),
        jobs={
            "make_run": JobKind(
                "heli.plans.tasks.runs.make_run", Verb.PLAN, "heli.plans.commands.runs.give_up_run"
            ),
        },
        tidy="heli.plans.commands.tidy.tidy",
        audit_words={
            "run.start": _("开始排表"),
            "run.made": _("排好了表"),
            "run.failed": _("没有排成"),
            "run.discard": _("丢掉一次排表"),
            "run.publish": _("公布一次安排"),
            "run.move": _("把一户换给别的网格员"),
            "run.seat": _("改了一个班"),
            "run.swap": _("两个人对调了班"),
            "run.pin": _("定住"),
            "run.unpin": _("不再定住"),
            "run.undo": _("撤销一步"),
            "run.redo": _("重做一步"),
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
