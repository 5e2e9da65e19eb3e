"""The only raw SQL: what a database is asked about itself, which the ORM has no words for."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path

from django.db import OperationalError, connection

TRIES = 5


def take_turns(name: str) -> None:
    """Wait until no other transaction that called this with the same name is open; ends with the transaction.

    On SQLite a transaction that writes has the whole database to itself from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database whole, also while others use either: readers and writers wait a moment.

    A new copy is one file, without a log beside it. Raises ``sqlite3.Error`` when the source is no database
    or the target stays locked.
    """
    lone = not target.exists()
    with (
        contextlib.closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as old,
        contextlib.closing(sqlite3.connect(target, timeout=20)) as new,
    ):
        old.backup(new)
        if lone:
            new.execute("PRAGMA journal_mode=DELETE")


def sqlite_is_sound(path: Path) -> bool:
    """Whether SQLite finds the file whole; False also when it is no database."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            return [tuple(row) for row in file.execute("PRAGMA integrity_check")] == [("ok",)]
    except sqlite3.Error:
        return False


def sqlite_is_busy(error: sqlite3.Error) -> bool:
    """Whether the error only says that somebody else has the database."""
    return _primary(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def sqlite_is_broken(error: sqlite3.Error) -> bool:
    """Whether the error says that the file is no database, or damaged."""
    return _primary(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def replace_sqlite(live: Path, fresh: Path, old: Path, wait: float) -> None:
    """Copy ``live`` to ``old`` and then ``fresh`` into ``live``, while nobody else has ``live`` open.

    Whatever was written to ``live`` is in ``old``. A process that is killed in between leaves ``live`` as it
    was or as it is to be. Raises ``sqlite3.Error``: busy (:func:`sqlite_is_busy`) when somebody still has it
    open after ``wait`` seconds, broken (:func:`sqlite_is_broken`) when there is no whole database to copy.
    """
    with live.open("rb") as file:
        if file.read(len(_SQLITE_MAGIC)) not in (_SQLITE_MAGIC, b""):
            # not even opened: SQLite would take the log that lies beside it for spent, and delete it
            raise _broken("no database")
    with (
        contextlib.closing(sqlite3.connect(live, timeout=wait, isolation_level=None)) as held,
        contextlib.closing(sqlite3.connect(fresh)) as new,
    ):
        # kept from the first write until it is closed, against readers too
        held.execute("PRAGMA locking_mode=EXCLUSIVE")
        held.execute("BEGIN EXCLUSIVE")
        held.execute("COMMIT")
        if [tuple(row) for row in held.execute("PRAGMA quick_check(1)")] != [("ok",)]:
            raise _broken("quick_check")
        with contextlib.closing(sqlite3.connect(old)) as kept:
            held.backup(kept)
            kept.execute("PRAGMA journal_mode=DELETE")
        new.backup(held)


def schema() -> frozenset[tuple[object, ...]]:
    """Tables, columns, indexes, constraints, triggers, views and functions of the chosen district's database.

    Two databases made by the same migrations give the same, also after a dump: PostgreSQL then writes the
    conditions of an index with other casts and parentheses, which are left out here.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE_SCHEMA if connection.vendor == "sqlite" else _POSTGRES_SCHEMA)
        return frozenset((*row[:3], _CASTS.sub("", row[3])) for row in cursor.fetchall())


_CASTS = re.compile(r"::[a-z ]+(\[\])?|[()]")
_SQLITE_MAGIC = b"SQLite format 3\0"
_SQLITE_SCHEMA = """
WITH own AS (SELECT * FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!')
SELECT type, name, tbl_name, '' FROM own
UNION ALL
SELECT 'column', c.name, own.name, c.type || ' ' || c."notnull" || ' ' || c.pk
FROM own JOIN pragma_table_info(own.name) c WHERE own.type = 'table'
UNION ALL
SELECT 'index on', (SELECT group_concat(coalesce(i.name, '')) FROM pragma_index_info(l.name) i), own.name,
l."unique" || ' ' || l.partial
FROM own JOIN pragma_index_list(own.name) l WHERE own.type = 'table'
"""
_POSTGRES_SCHEMA = """
WITH borrowed AS (SELECT objid FROM pg_depend WHERE deptype = 'e'),
own AS (SELECT oid, relname::text, relkind::text FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND oid NOT IN (SELECT objid FROM borrowed))
SELECT 'relation', relname, '', relkind FROM own
UNION ALL
SELECT 'column', a.attname::text, own.relname, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
FROM pg_attribute a JOIN own ON own.oid = a.attrelid WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'index', own.relname, '', pg_get_indexdef(own.oid) FROM own WHERE own.relkind = 'i'
UNION ALL
SELECT 'constraint', c.conname::text, own.relname, pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN own ON own.oid = c.conrelid
UNION ALL
SELECT 'trigger', t.tgname::text, own.relname, pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN own ON own.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'rule', r.rulename::text, own.relname, pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN own ON own.oid = r.ev_class
UNION ALL
SELECT 'function', p.proname::text, '', p.prosrc FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace AND p.oid NOT IN (SELECT objid FROM borrowed)
"""


def _broken(why: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(why)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _primary(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def make_database(name: str) -> None:
    """A new, empty PostgreSQL database beside the one that is connected."""
    _on_the_server(f"CREATE DATABASE {_quoted(name)} TEMPLATE template0 ENCODING 'UTF8'")


def drop_database(name: str) -> None:
    """Remove a PostgreSQL database if it is there, and cut off whoever is in it."""
    _on_the_server(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")


def change_database(live: str, fresh: str, old: str) -> None:
    """``fresh`` takes the name ``live``, which becomes ``old``: both or neither. It cuts everybody off.

    A process that is killed in between leaves the names as they were or as they are to be. Raises Django's
    ``OperationalError`` when others come back each time before the names are changed.
    """
    names = _quoted(live), _quoted(fresh), _quoted(old)
    for attempt in range(TRIES):
        _on_the_server(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " + _literal(live)  # noqa: S608
        )
        try:
            # whoever comes now waits for the first of the two, which itself waits a moment for others to go
            _on_the_server(
                "BEGIN",
                f"ALTER DATABASE {names[0]} RENAME TO {names[2]}",
                f"ALTER DATABASE {names[1]} RENAME TO {names[0]}",
                "COMMIT",
            )
        except OperationalError:
            if attempt == TRIES - 1:
                raise
        else:
            return


def _on_the_server(*statements: str) -> None:
    """Run statements beside all databases, as Django does to make the one of its tests."""
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name.replace('"', ""))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
