"""Backup and restore: what is not whole never takes the place of what is."""

import sqlite3

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.commands import record
from heli.kernel.audit.models import Event
from heli.kernel.audit.queries import head, verify
from heli.kernel.lib import sql
from heli.kernel.web import backup, restore
from heli.orgs.models import Kind, Unit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def names():
    """What units there are; with one before the backup."""
    Unit.objects.create(kind=Kind.ZONE, name="云溪片区")
    record(SYSTEM, "publish", "run:1", "")
    return lambda: sorted(Unit.objects.values_list("name", flat=True))


@pytest.fixture
def restored(tmp_path, names):
    """A backup; databases that a restore keeps beside are removed at the end."""
    kept = []
    call_command("backup", tmp_path / "one.backup")
    Unit.objects.create(kind=Kind.ZONE, name="后来的片区")

    def do(path=tmp_path / "one.backup", wait=5):
        kept.append(restore.restore(path, wait=wait).old)
        return kept[-1]

    yield do
    backup.close_connections()
    for old in kept:
        if connection.vendor == "postgresql":
            sql.drop_database(old)


def sign(path):
    """As whoever has the key can."""
    part = path.with_name("part")
    part.write_bytes(path.read_bytes())
    backup._write_seal(part, path, head())


def test_a_backup_brings_back_what_was_and_keeps_what_is(restored, names, tmp_path):
    assert len(names()) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.backup", "one.backup.seal"]
    old = restored()
    assert names() == ["云溪片区"]
    assert verify()[1] == []
    assert Event.objects.order_by("-number").first().verb == "restore"
    with backup.using_database(old):
        assert len(names()) == 2


def refuses(restored, names, code, path):
    with pytest.raises(backup.DomainError) as refused:
        restored(path)
    assert refused.value.code == code
    assert len(names()) == 2
    with pytest.raises(CommandError):
        call_command("restore", path)


def test_a_changed_or_missing_file_is_refused(restored, names, tmp_path):
    good = tmp_path / "one.backup"
    refuses(restored, names, "kernel.backup-missing", tmp_path / "two.backup")
    lone = tmp_path / "lone.backup"
    lone.write_bytes(good.read_bytes())
    refuses(restored, names, "kernel.backup-seal-missing", lone)
    sign(lone)
    lone.write_bytes(good.read_bytes()[:-1] + b"x")
    refuses(restored, names, "kernel.backup-seal-wrong", lone)


def test_half_a_file_is_refused(restored, names, tmp_path):
    whole = (tmp_path / "one.backup").read_bytes()
    half = tmp_path / "half.backup"
    half.write_bytes(whole[: len(whole) // 2])
    sign(half)
    refuses(
        restored,
        names,
        "kernel.backup-broken" if connection.vendor == "sqlite" else "kernel.database-client-failed",
        half,
    )


def test_a_backup_of_another_version_is_refused(restored, names, tmp_path):
    later = tmp_path / "later.backup"
    MigrationRecorder(connection).record_applied("orgs", "0099_later")
    backup.back_up(later)
    MigrationRecorder(connection).record_unapplied("orgs", "0099_later")
    refuses(restored, names, "kernel.backup-other-version", later)


def test_a_backup_with_a_touched_audit_is_refused(restored, names, tmp_path):
    touched = tmp_path / "touched.backup"
    Event._base_manager.filter(number=1).update(verb="other")
    backup.back_up(touched)
    Event._base_manager.filter(number=1).update(verb="publish")
    refuses(restored, names, "kernel.backup-audit-broken", touched)


def test_somebody_elses_database_is_refused(restored, names, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("any SQLite file")
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as file:
        file.execute("CREATE TABLE other (id)")
    sign(other)
    refuses(restored, names, "kernel.backup-other-version", other)
    other.write_bytes(b"no database at all")
    sign(other)
    refuses(restored, names, "kernel.backup-broken", other)


def test_without_the_client_it_says_what_to_install(monkeypatch, tmp_path, names):
    if connection.vendor == "sqlite":
        pytest.skip("needs none")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="postgresql-client"):
        call_command("backup", tmp_path / "one.backup")
