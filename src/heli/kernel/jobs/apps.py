"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.registry import Slice


class JobsConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.jobs"
    label = "jobs"
    heli = Slice(
        urls="heli.kernel.jobs.urls",
        tidy="heli.kernel.jobs.commands.tidy",
        audit_words={
            "job.cancel": _("停下一件事"),
            "tidy": _("清理过期的东西"),
        },
        refusals=frozenset(
            {
                "kernel.job-account-off",
                "kernel.job-cut-off",
                "kernel.job-died",
                "kernel.job-failed",
                "kernel.job-not-allowed",
            }
        ),
    )
