"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.registry import Slice


class InsightConfig(AppConfig):
    """See the module."""

    name = "heli.insight"
    label = "insight"
    heli = Slice(
        urls="heli.insight.urls",
        own_data="heli.insight.queries.own.looks",
        audit_words={
            "member.export": _("导出本人的记录"),
        },
        refusals=frozenset(
            {
                "insight.phone-none",
            }
        ),
    )
