"""Jobs of the upload pages: read what was handed in; import a large book."""

from __future__ import annotations

import contextlib
import datetime
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext_noop

from heli.kernel.files.models import File
from heli.kernel.imports.commands import import_rows, keep_reading
from heli.kernel.imports.importable import importable
from heli.kernel.imports.models import LARGE, Upload, UploadState
from heli.kernel.imports.reading import BROKEN_OFF, NO_FILE, TOO_HEAVY, ReadFile, Reading, Request, refusal
from heli.kernel.jobs.work import Work
from heli.kernel.lib.records import from_json, to_json

log = logging.getLogger(__name__)

FOLDER = "heli-read-"
SECONDS = 180
"""A reading that takes longer is ended."""


def read_upload(work: Work) -> dict[str, object]:
    """Read the files of an upload in a process of its own and keep what was found; see ``Slice.jobs``."""
    key, version = uuid.UUID(str(work.params["upload"])), work.params["version"]
    upload = Upload.objects.select_related("unit").defer(*LARGE).get(pk=key)
    if upload.version != version or upload.state != UploadState.READING:
        return {"upload": str(key), "kept": False}
    today = timezone.localdate()
    work.report(5, gettext_noop("取出文件"))
    _sweep()
    with tempfile.TemporaryDirectory(prefix=FOLDER) as name:
        folder = Path(name)
        result = _read(folder, work) if _lay_out(upload, folder, today) else refusal(NO_FILE)
    if result.refused is not None:
        log.warning("upload %s refused: %s", key, result.refused.code)
    work.report(80, gettext_noop("和现在的资料对比"))
    with work.commit():
        kept = keep_reading(key, upload.version, result, today)
    work.report(100, gettext_noop("读好了"))
    return {"upload": str(key), "kept": kept}


def _sweep() -> None:
    """Remove what a reading that was killed left behind: there may be phones in it."""
    for left in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > 10 * SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def _lay_out(upload: Upload, folder: Path, today: datetime.date) -> bool:
    """Write the files under neutral names, and what is asked; false when one is no longer kept."""
    files = []
    for number, file in enumerate(upload.files, start=1):
        row = File.objects.filter(pk=file["key"]).first()
        if row is None:
            return False
        path = f"{number}{Path(file['name']).suffix.lower()[:6]}"
        (folder / path).write_bytes(bytes(row.data))
        files.append(ReadFile(path, file["name"]))
    book = importable(upload.what)
    asked = Request(book.reader, tuple(files), upload.fixed, today, book.known(upload.unit))
    (folder / "request.json").write_text(json.dumps(to_json(asked), ensure_ascii=False), "utf-8")
    return True


def _read(folder: Path, work: Work) -> Reading:
    """Have ``heli read`` read the folder; one that dies or takes too long is a refusal."""
    paths = filter(None, (str(Path(__file__).resolve().parents[3]), os.environ.get("PYTHONPATH", "")))
    settings = {"DJANGO_SETTINGS_MODULE": "heli.config.files", "PYTHONPATH": os.pathsep.join(paths)}
    begun = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "heli", "read", str(folder), "--with-parent", str(os.getpid())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **settings},
    ) as reader:
        try:
            while reader.poll() is None:
                passed = time.monotonic() - begun
                if passed > SECONDS:
                    break
                work.report(min(10 + int(passed * 3), 75), gettext_noop("读表"))
                time.sleep(0.1)
        finally:
            reader.kill()
    result = folder / "result.json"
    if reader.returncode != 0 or not result.exists():
        return refusal(TOO_HEAVY)
    return from_json(json.loads(result.read_text("utf-8")), Reading)


def import_upload(work: Work) -> dict[str, object]:
    """Import a large book; see ``Slice.jobs``. Done again after a worker died, it finds its work done."""
    key = uuid.UUID(str(work.params["upload"]))
    upload = Upload.objects.defer(*LARGE).get(pk=key)
    if upload.state != UploadState.IMPORTED:
        work.report(10, gettext_noop("导入"))
        with work.commit():
            seen = from_json(work.params["seen"], tuple[int, str])
            import_rows(work.actor, key, seen, timezone.localdate(), confirmed=True)
    work.report(100, gettext_noop("导入好了"))
    return {"upload": str(key)}


def reading_unfinished(job: uuid.UUID) -> None:
    """The reading failed or was cancelled: the upload says so, and can be read again."""
    for key, version in Upload.objects.filter(job=job).values_list("pk", "version"):
        keep_reading(key, version, refusal(BROKEN_OFF), timezone.localdate())


KEEP_DAYS = 90


def tidy(today: datetime.date) -> int:
    """Delete uploads after ninety days; how many. See ``settings.TIDY``.

    An upload holds phones and the rows from before its import: it cannot be undone any more then.
    """
    old = Upload.objects.filter(created_at__date__lt=today - datetime.timedelta(days=KEEP_DAYS))
    many = old.count()
    old.delete()
    return many
