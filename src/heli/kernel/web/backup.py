"""A district's database as one file, and back; what is not whole never takes the place of what is."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.commands import record
from heli.kernel.audit.queries import verify
from heli.kernel.lib import sql
from heli.kernel.lib.errors import DomainError


def back_up(target: Path) -> None:
    """Write the chosen district's database to ``target`` and its SHA-256 beside it; others may go on working.

    The file is there only when it is whole. Raises ``DomainError``.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        if connection.vendor == "sqlite":
            sql.copy_sqlite(Path(connection.settings_dict["NAME"]), part)
            if not sql.sqlite_is_sound(part):
                raise DomainError("kernel.backup-broken", _("数据库有损坏，没有备份。"))
        else:
            _postgres("pg_dump", "--format=custom", f"--file={part}", *_schema())
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
        _sum_file(target).write_text(f"{_sum(target)}  {target.name}\n")
    finally:
        part.unlink(missing_ok=True)


def restore(source: Path) -> str:
    """Put the database from ``source`` in the place of the chosen district's. Returns where the old one is
    kept, empty when there was none.

    First everything is checked on a copy: the sum, the file, the migrations, the audit. Raises
    ``DomainError`` and changes nothing when something is not right.
    """
    _check_sum(source)
    if connection.vendor == "sqlite":
        return _restore_sqlite(source)
    if _schema():
        raise DomainError(
            "kernel.restore-shared-database", _("这个片区在一个共用的数据库里，请用 pg_restore 恢复。")
        )
    return _restore_postgres(source)


def _restore_sqlite(source: Path) -> str:
    live = Path(connection.settings_dict["NAME"])
    fresh, old = (live.with_name(f"{live.name}.{word}") for word in ("restoring", _stamp()))
    try:
        if not sql.sqlite_is_sound(source):
            raise DomainError("kernel.backup-broken", _("备份文件不是完整的数据库，没有恢复。"))
        fresh.unlink(missing_ok=True)
        sql.copy_sqlite(source, fresh)
        with _looking_at(str(fresh)):
            _judge()
        let_go()
        before = live.exists()
        if before:
            sql.copy_sqlite(live, old)
        # into the live file, not over it: whoever has it open goes on with the restored rows
        sql.copy_sqlite(fresh, live)
    except sqlite3.Error as error:
        raise DomainError("kernel.restore-locked", _("数据库正忙，没有恢复。请先停下网站再试。")) from error
    finally:
        for ending in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
    record(SYSTEM, "restore", "database:", "")
    return str(old) if before else ""


def _restore_postgres(source: Path) -> str:
    live = str(connection.settings_dict["NAME"])
    fresh, old = f"{live}_restoring", f"{live}_{_stamp()}"
    sql.drop_database(fresh)
    sql.make_database(fresh)
    try:
        _postgres("pg_restore", "--no-owner", "--exit-on-error", str(source), database=fresh)
        with _looking_at(fresh):
            _judge()
        let_go()
        sql.change_database(live, fresh, old)
    finally:
        with suppress(DatabaseError):
            sql.drop_database(fresh)
    record(SYSTEM, "restore", "database:", "")
    return old


def _judge() -> None:
    """The database that is looked at is ours, of this version, and its audit is whole."""
    try:
        loader = MigrationLoader(connection)
        applied, known = set(loader.applied_migrations), set(loader.disk_migrations)
        if applied != known:
            raise DomainError("kernel.backup-other-version", _("备份和现在的程序不是同一个版本，没有恢复。"))
        if verify()[1]:
            raise DomainError("kernel.backup-audit-broken", _("备份里的操作记录被动过，没有恢复。"))
    except DatabaseError as error:
        raise DomainError("kernel.backup-not-ours", _("备份文件不是合力的数据库，没有恢复。")) from error


@contextmanager
def _looking_at(name: str) -> Iterator[None]:
    """The chosen district's connection leads to another database for a while."""
    let_go()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        let_go()
        connection.settings_dict["NAME"] = before


def let_go() -> None:
    """Close this process's connections to the chosen district."""
    connection.close()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool is not None:
        close_pool()


def _postgres(program: str, *words: str, database: str = "") -> None:
    """Run one of PostgreSQL's own programs on the database."""
    where = connection.settings_dict
    given = {
        "PGHOST": where["HOST"],
        "PGPORT": str(where["PORT"]),
        "PGUSER": where["USER"],
        "PGPASSWORD": where["PASSWORD"],
    }
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    name = database or where["NAME"]
    try:
        done = subprocess.run(
            [program, f"--dbname={name}", *words], env=environment, capture_output=True, check=False
        )
    except FileNotFoundError:
        missing = _("没有 %(program)s，请安装 PostgreSQL 的客户端（Debian：apt install postgresql-client）。")
        raise DomainError("kernel.database-client-missing", missing, program=program) from None
    if done.returncode != 0:
        raise DomainError(
            "kernel.database-client-failed", _("%(program)s 没有做成，什么都没有改。"), program=program
        )


def _schema() -> list[str]:
    """The option for a district that is one schema of a shared database."""
    options = connection.settings_dict.get("OPTIONS", {}).get("options", "")
    found = options.partition("search_path=")[2]
    return [f"--schema={found}"] if found else []


def _check_sum(source: Path) -> None:
    if not source.is_file():
        raise DomainError("kernel.backup-missing", _("没有这个文件：%(name)s"), name=source.name)
    beside = _sum_file(source)
    if not beside.is_file():
        raise DomainError(
            "kernel.backup-seal-missing",
            _("缺少 %(name)s，不知道备份是不是完整，没有恢复。"),
            name=beside.name,
        )
    if beside.read_text().split()[:1] != [_sum(source)]:
        raise DomainError("kernel.backup-seal-wrong", _("备份文件和它的校验值不一样，没有恢复。"))


def _sum_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stamp() -> str:
    return f"before_{timezone.now():%Y%m%d%H%M%S}"
