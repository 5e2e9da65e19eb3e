"""The app, for Django."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib import districts, registry
from heli.kernel.lib.private import keep_private
from heli.kernel.lib.registry import Door, Slice


class WebConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.web"
    label = "web"
    heli = Slice(
        urls="heli.kernel.web.urls",
        doors=(Door("complaints", _("意见和投诉"), _("表上写错了，或者觉得不公平")),),
        audit_words={
            "link.made": _("发了个人链接"),
            "link.revoked": _("作废个人链接"),
            "link.closed": _("个人链接关了一段时间"),
            "link.locked_out": _("个人链接错得太多，作废了"),
            "account.sign_in": _("登录了"),
            "account.sign_in_failed": _("有人登录失败"),
            "account.sign_out": _("退出了"),
            "account.own_password": _("改了自己的密码"),
            "account.second_step_added": _("设了两步登录"),
            "account.second_step_removed": _("关了两步登录"),
            "account.recovery_codes": _("重新生成了备用码"),
            "list.exported": _("下载了名单"),
            "backup": _("备份"),
            "restore": _("从备份恢复"),
        },
        refusals=frozenset(
            {
                "kernel.backup-audit-broken",
                "kernel.backup-broken",
                "kernel.backup-missing",
                "kernel.backup-not-ours",
                "kernel.backup-other-key",
                "kernel.backup-other-schema",
                "kernel.backup-other-version",
                "kernel.backup-seal-missing",
                "kernel.backup-seal-wrong",
                "kernel.database-client-failed",
                "kernel.database-client-missing",
                "kernel.document-unreadable",
                "kernel.drawing-too-long",
                "kernel.link-no-phone",
                "kernel.restore-failed",
                "kernel.restore-locked",
                "kernel.restore-shared-database",
                "kernel.row-changed",
            }
        ),
    )

    def ready(self) -> None:
        """Files are private; one district, one database; what the slices add is read."""
        files = (
            Path(str(one["NAME"]))
            for one in settings.DATABASES.values()
            if "sqlite" in str(one.get("ENGINE", ""))
        )
        keep_private(settings.DATA, files)
        districts.install()
        registry.read()
