"""Put a backup in the place of a district's database; what is not whole never takes the place of what is."""

from __future__ import annotations

import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heli.kernel.accounts.models import Account
from heli.kernel.audit.commands import keep_restored, record_restore, rekey
from heli.kernel.audit.models import Event
from heli.kernel.audit.queries import verify
from heli.kernel.lib import sql
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.registry import open_address_functions
from heli.kernel.web.backup import (
    Seal,
    close_connections,
    read_seal,
    run_postgres,
    shared_schema,
    using_database,
)

WAIT = 20.0
"""Seconds until others must have closed the database."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. ``old`` is where the database from before is kept, empty when there was none.

    ``addresses`` are the names of those whose personal link or calendar address, ``accounts`` the user names
    that are valid again although they were not when the restore began; None when the old database cannot be
    read.
    """

    old: str
    addresses: tuple[str, ...] | None
    accounts: tuple[str, ...] | None


def restore(source: Path, *, unproved: bool = False, wait: float = WAIT) -> Restored:
    """Put the database from ``source`` in the place of the chosen district's; everybody is signed out.

    First everything is checked on a copy: the seal, the file, the migrations, the schema, the audit. Raises
    ``DomainError`` and changes nothing when something is not right, or when somebody still has the database
    open after ``wait`` seconds. A live file that cannot be read is kept aside. ``unproved``: the key is lost;
    what the audit in the backup says can be proved no more.
    """
    seal = read_seal(source, unproved=unproved)
    if connection.vendor == "sqlite":
        event, old = _restore_sqlite(source, seal, wait)
    elif shared_schema():
        shared = _("这个片区在一个共用的数据库里，请用 pg_restore 恢复。")
        raise DomainError("kernel.restore-shared-database", shared)
    else:
        event, old = _restore_postgres(source, seal)
    keep_restored(event)
    return Restored(old, *_valid_again(old))


def _restore_sqlite(source: Path, seal: Seal, wait: float) -> tuple[Event, str]:
    live = Path(connection.settings_dict["NAME"])
    fresh, old = (live.with_name(f"{live.name}.{word}") for word in ("restoring", _stamp()))
    try:
        if not sql.sqlite_is_sound(source):
            raise DomainError("kernel.backup-broken", _("备份文件不是完整的数据库，没有恢复。"))
        _remove(fresh)
        sql.copy_sqlite(source, fresh)
        with using_database(str(fresh)):
            event = _prepare(seal)
        close_connections()
        if not live.exists():
            fresh.replace(live)
            return event, ""
        try:
            sql.replace_sqlite(live, fresh, old, wait)
        except sqlite3.Error as error:
            _remove(old)
            if not sql.sqlite_is_broken(error):
                raise
            _put_aside(live, fresh, old)
        return event, str(old)
    except sqlite3.Error as error:
        if sql.sqlite_is_busy(error):
            busy = _("还有程序开着数据库，没有恢复。请先停下网站和后台任务再试。")
            raise DomainError("kernel.restore-locked", busy) from error
        failed = _("没有恢复，原来的数据库没有动：%(why)s。请看磁盘是否满了、能不能写。")
        why = getattr(error, "sqlite_errorname", type(error).__name__)
        raise DomainError("kernel.restore-failed", failed, why=why) from error
    finally:
        _remove(fresh)


def _put_aside(live: Path, fresh: Path, old: Path) -> None:
    """The live file is no whole database: keep it with its log under another name, and take the fresh one."""
    for ending in ("-wal", "-shm"):  # first: a log must never meet another database
        with suppress(FileNotFoundError):
            live.with_name(live.name + ending).replace(old.with_name(old.name + ending))
    live.replace(old)
    fresh.replace(live)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _restore_postgres(source: Path, seal: Seal) -> tuple[Event, str]:
    live = str(connection.settings_dict["NAME"])
    fresh, old = f"{live}_restoring", f"{live}_{_stamp()}"
    sql.drop_database(fresh)
    sql.make_database(fresh)
    try:
        run_postgres("pg_restore", "--no-owner", "--exit-on-error", str(source), database=fresh)
        with using_database(fresh):
            event = _prepare(seal)
        close_connections()
        try:
            sql.change_database(live, fresh, old)
        except DatabaseError as error:
            busy = _("还有程序开着数据库，没有恢复。请先停下网站和后台任务再试。")
            raise DomainError("kernel.restore-locked", busy) from error
    finally:
        with suppress(DatabaseError):
            sql.drop_database(fresh)
    return event, old


def _prepare(seal: Seal) -> Event:
    """Check the database that is looked at, end its sessions and note that it was restored."""
    try:
        loader = MigrationLoader(connection)
        if set(loader.applied_migrations) != set(loader.disk_migrations):
            version = _("备份和现在的程序不是同一个版本，没有恢复。")
            raise DomainError("kernel.backup-other-version", version)
        _check_schema()
        if seal.proved and verify(seal.head, kept=False)[1]:
            raise DomainError("kernel.backup-audit-broken", _("备份里的操作记录被动过，没有恢复。"))
        if not seal.proved:
            rekey()
        Session.objects.all().delete()
        return record_restore(made=seal.made, head=seal.head[0], proved=seal.proved)
    except DatabaseError as error:
        foreign = _("备份文件不是合力的数据库，没有恢复。")
        raise DomainError("kernel.backup-not-ours", foreign) from error


def _check_schema() -> None:
    """The tables, indexes and triggers are those that the migrations make; a trigger more is a back door."""
    found = sql.schema()
    with _empty_database() as name, using_database(name):
        call_command("migrate", interactive=False, verbosity=0)
        expected = sql.schema()
    if other := sorted({f"{row[0]} {row[1]}" for row in found ^ expected}):
        message = _("备份里的表、索引或触发器和这个版本的不一样（%(what)s），没有恢复。")
        raise DomainError("kernel.backup-other-schema", message, what=", ".join(other[:SHOWN]))


@contextmanager
def _empty_database() -> Iterator[str]:
    """The name of a new database that is gone afterwards."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix="heli-schema-") as folder:
            yield str(Path(folder) / "schema.sqlite3")
        return
    name = f"{connection.settings_dict['NAME']}_schema"
    sql.drop_database(name)
    sql.make_database(name)
    try:
        yield name
    finally:
        sql.drop_database(name)


def _valid_again(old: str) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Addresses and accounts that are valid in the restored database and were not in the one before."""
    if not old:
        return (), ()
    try:
        with using_database(old):
            addresses = _open_addresses()
            accounts = set(Account.objects.filter(is_active=True).values_list("pk", flat=True))
    except DatabaseError:
        return None, None
    again = {name for key, name in _open_addresses().items() if key not in addresses}
    active = Account.objects.filter(is_active=True).exclude(pk__in=accounts).order_by("username")
    return tuple(sorted(again)), tuple(active.values_list("username", flat=True))


def _open_addresses() -> dict[uuid.UUID, str]:
    return {key: name for stated in open_address_functions() for key, name in stated().items()}


def _stamp() -> str:
    return f"before_{timezone.now():%Y%m%d%H%M%S}"
