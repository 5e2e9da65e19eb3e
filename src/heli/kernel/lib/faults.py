"""What is wrong with the machine, not with the program: a full disk, no database, no folder, in plain words.

Words are in both languages and need no settings: the settings may be what is wrong.
"""

from __future__ import annotations

import errno
import sqlite3
from enum import Enum

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, ProgrammingError


class Fault(Enum):
    """A kind of fault: Chinese, English."""

    FULL = (
        "磁盘满了，没有存上。请腾出空间再试。",
        "The disk is full, nothing was saved. Free some space and try again.",
    )
    BUSY = (
        "数据库正忙，没有存上。请过一会儿再试。",
        "The database is busy, nothing was saved. Try again later.",
    )
    NO_TABLES = (
        "数据库还没有更新，请先运行 heli migrate。",
        "The database is not up to date: run heli migrate first.",
    )
    BROKEN = (
        "数据库文件损坏了，或者不是数据库。请从备份恢复（heli restore）。",
        "The database file is damaged or is not a database. Restore a backup (heli restore).",
    )
    NO_DATABASE = (
        "连不上数据库。请看数据库开着没有，HELI_DATABASE 和 HELI_DATA 写得对不对、能不能写。",
        "The database cannot be reached. Check that it runs, and that HELI_DATABASE and HELI_DATA are right "
        "and can be written to.",
    )


_PHRASES = (
    ("disk is full", Fault.FULL),
    ("disk i/o error", Fault.FULL),  # SQLite says so where the log beside the file cannot grow
    ("no space left", Fault.FULL),
    ("could not extend file", Fault.FULL),
    ("database is locked", Fault.BUSY),
    ("table is locked", Fault.BUSY),
    ("no such table", Fault.NO_TABLES),
    ("no such column", Fault.NO_TABLES),
    ("does not exist", Fault.NO_TABLES),
    ("not a database", Fault.BROKEN),
    ("malformed", Fault.BROKEN),
)
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "只能读，不能写",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "这是文件，不是文件夹",
    errno.EEXIST: "已经有了",
    errno.EADDRINUSE: "端口被别的程序占着，请换一个（--port）",
    errno.EADDRNOTAVAIL: "这台机器没有这个地址",
    errno.ENAMETOOLONG: "名字太长",
}


_ENDS: dict[type[BaseException], str] = {
    KeyboardInterrupt: "停下了。 / Stopped.",
    BrokenPipeError: "接收输出的程序先关了。 / The program that read the output went away.",
}


def fault_of(error: BaseException | None) -> Fault | None:
    """The kind of fault of the disk or the database that an exception comes from; None: neither."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return Fault.FULL
    if not isinstance(error, DatabaseError | sqlite3.Error):
        return None
    said = str(error).lower()
    for phrase, fault in _PHRASES:
        if phrase in said and (fault is not Fault.NO_TABLES or _is_lacking(error)):
            return fault
    away = OperationalError | InterfaceError | sqlite3.OperationalError
    return Fault.NO_DATABASE if isinstance(error, away) else None


def _is_lacking(error: BaseException) -> bool:
    """Whether a table lacks: PostgreSQL says of a database or a role, too, that it does not exist."""
    return isinstance(error, ProgrammingError) or "no such" in str(error)


def one_line(error: BaseException) -> str | None:
    """What a fault of the machine is called, in both languages on one line; None: a fault of the program."""
    if (fault := fault_of(error)) is not None:
        return " / ".join(fault.value)
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if error.args and isinstance(error.args[0], OSError):
        return one_line(error.args[0])  # xlsxwriter wraps what it could not write
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        file = f"{error.filename}：" if error.filename else ""
        reason = error.strerror or type(error).__name__
        return f"{file}{_REASONS.get(error.errno or 0, '用不了')} / {reason}"
    return next((words for kind, words in _ENDS.items() if isinstance(error, kind)), None)
