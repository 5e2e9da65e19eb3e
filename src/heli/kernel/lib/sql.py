"""The only raw SQL: what a database is asked about itself, which the ORM has no words for."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from django.db import connection


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


def make_database(name: str) -> None:
    """A new, empty PostgreSQL database beside the one that is connected."""
    _on_the_server(f"CREATE DATABASE {_quoted(name)} TEMPLATE template0 ENCODING 'UTF8'")


def drop_database(name: str) -> None:
    """Remove a PostgreSQL database if it is there."""
    _on_the_server(f"DROP DATABASE IF EXISTS {_quoted(name)}")


def change_database(live: str, fresh: str, old: str) -> None:
    """``fresh`` takes the name ``live``, which becomes ``old``: both or neither. It cuts everybody off."""
    names = _quoted(live), _quoted(fresh), _quoted(old)
    _on_the_server(f"ALTER DATABASE {names[0]} ALLOW_CONNECTIONS false")
    try:
        _on_the_server(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " + _literal(live),  # noqa: S608
            "BEGIN",
            f"ALTER DATABASE {names[0]} RENAME TO {names[2]}",
            f"ALTER DATABASE {names[1]} RENAME TO {names[0]}",
            "COMMIT",
        )
    except BaseException:
        _on_the_server(f"ALTER DATABASE {names[0]} ALLOW_CONNECTIONS true")
        raise
    _on_the_server(f"ALTER DATABASE {names[2]} ALLOW_CONNECTIONS true")


def _on_the_server(*statements: str) -> None:
    """Run statements beside all databases, as Django does to make the one of its tests."""
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name.replace('"', ""))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
