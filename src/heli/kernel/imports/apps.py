"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import FileKind, JobKind, Slice


class ImportsConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.imports"
    label = "imports"
    heli = Slice(
        urls="heli.kernel.imports.urls",
        jobs={
            "read_upload": JobKind(
                "heli.kernel.imports.tasks.read_upload",
                Verb.UPLOAD,
                "heli.kernel.imports.tasks.reading_unfinished",
            ),
            "import_upload": JobKind("heli.kernel.imports.tasks.import_upload", Verb.UPLOAD),
        },
        files={"upload": FileKind(Verb.UPLOAD, keep_days=30)},
        tidy="heli.kernel.imports.tasks.tidy",
        audit_words={
            "upload.hand_in": _("交了表格"),
            "upload.fix": _("改了表格里的一格"),
            "upload.unfix": _("退回表格里的一格"),
            "upload.answer": _("说了表格里写法不同的名字是不是同一个"),
            "upload.read_again": _("重读表格"),
            "upload.import": _("导入表格"),
            "upload.undo": _("撤销导入"),
            "upload.put_away": _("删了一份没有导入的表"),
        },
        refusals=frozenset(
            {
                "kernel.upload-busy",
                "kernel.upload-changed",
                "kernel.upload-forged",
                "kernel.upload-in-use",
                "kernel.upload-later-changes",
                "kernel.upload-no-fix",
                "kernel.upload-not-answered",
                "kernel.upload-not-confirmed",
                "kernel.upload-nothing-new",
                "kernel.upload-out-of-date",
                "kernel.upload-state",
                "kernel.upload-too-many",
                "kernel.upload-too-many-fixes",
                "kernel.upload-unchanged",
            }
        ),
    )
