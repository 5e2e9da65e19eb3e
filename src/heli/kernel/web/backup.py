"""A district's database as one file, with a seal beside it that proves who made it and that it is whole."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.commands import record
from heli.kernel.audit.queries import head
from heli.kernel.audit.seal import key_name, prove
from heli.kernel.lib import districts, sql
from heli.kernel.lib.errors import DomainError

SEAL_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Seal:
    """What is known of a backup: when it was made, the head of the audit in it, whether our key proves it."""

    made: str
    head: tuple[int, str]
    proved: bool


def back_up(target: Path) -> None:
    """Write the chosen district's database to ``target`` and its seal beside it; others may go on working.

    The file is there only when it is whole. Raises ``DomainError``.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    reached = head()
    try:
        if connection.vendor == "sqlite":
            sql.copy_sqlite(Path(connection.settings_dict["NAME"]), part)
            if not sql.sqlite_is_sound(part):
                raise DomainError("kernel.backup-broken", _("数据库有损坏，没有备份。"))
        else:
            run_postgres("pg_dump", "--format=custom", f"--file={part}", *shared_schema())
        with part.open("rb") as file:
            os.fsync(file.fileno())
        _write_seal(part, target, reached)
    finally:
        part.unlink(missing_ok=True)
    record(SYSTEM, "backup", "database:", "", head=reached[0])


def read_seal(source: Path, *, unproved: bool = False) -> Seal:
    """The seal of a backup, if it is that of this very file and made with the key of this installation.

    With ``unproved`` a seal of another key will do. Raises ``DomainError``.
    """
    if not source.is_file():
        raise DomainError("kernel.backup-missing", _("没有这个文件：%(name)s"), name=source.name)
    beside = _seal_file(source)
    if not beside.is_file():
        missing = _("缺少 %(name)s，不知道备份是不是完整，没有恢复。")
        raise DomainError("kernel.backup-seal-missing", missing, name=beside.name)
    wrong = DomainError("kernel.backup-seal-wrong", _("备份文件和它的封签不一样，没有恢复。"))
    try:
        said = json.loads(beside.read_text(encoding="utf-8"))
        proof = said.pop("proof")
        number, _colon, last = said["head"].partition(":")
        found = Seal(said["made"], (int(number), last), said["key"] == key_name())
        same = said["sha256"] == _sum(source)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise wrong from None
    if not found.proved and not unproved:
        other = _("备份是用别的密钥封的：请把那时的 audit-key 放回来再恢复；真的丢了，加上 --unproved。")
        raise DomainError("kernel.backup-other-key", other)
    if not same or (found.proved and not hmac.compare_digest(proof, _proof(said))):
        raise wrong
    return found


def _write_seal(part: Path, target: Path, reached: tuple[int, str]) -> None:
    """The backup and its seal take their places together, as nearly as two files can."""
    said = {
        "schema": SEAL_SCHEMA,
        "made": f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}",
        "district": districts.current(),
        "head": "{}:{}".format(*reached),
        "sha256": _sum(part),
        "key": key_name(),
    }
    beside = _seal_file(target)
    new = beside.with_name(f"{beside.name}.part")
    try:
        new.write_text(json.dumps({**said, "proof": _proof(said)}, indent=1) + "\n", encoding="utf-8")
        part.replace(target)
        new.replace(beside)
    finally:
        new.unlink(missing_ok=True)


def _proof(said: dict[str, object]) -> str:
    return prove(json.dumps(said, sort_keys=True).encode(), "backup")


def _seal_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.seal")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def using_database(name: str) -> Iterator[None]:
    """The chosen district's connection leads to another database for a while."""
    close_connections()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        close_connections()
        connection.settings_dict["NAME"] = before


def close_connections() -> None:
    """Close this process's connections to the chosen district."""
    connection.close()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool is not None:
        close_pool()


def run_postgres(program: str, *words: str, database: str = "") -> None:
    """Run one of PostgreSQL's own programs on the database. Raises ``DomainError``."""
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
        failed = _("%(program)s 没有做成，什么都没有改。")
        raise DomainError("kernel.database-client-failed", failed, program=program)


def shared_schema() -> list[str]:
    """The option for a district that is one schema of a shared database."""
    options = connection.settings_dict.get("OPTIONS", {}).get("options", "")
    found = options.partition("search_path=")[2]
    return [f"--schema={found}"] if found else []
