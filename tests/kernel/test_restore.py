"""A restore when it is needed: a broken live file, others at work, a kill in between; and what it leaves."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from tests.kernel.test_worker import address

from heli.duties.commands import drop_feed, make_feed
from heli.kernel.access.actor import SYSTEM
from heli.kernel.accounts.models import Account, PersonalLink
from heli.kernel.audit.commands import record
from heli.kernel.audit.models import Event
from heli.kernel.audit.queries import verify
from heli.kernel.lib import sql
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.keys import new_key
from heli.kernel.web import backup, restore
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow

pytestmark = pytest.mark.django_db(transaction=True)
SQLITE = os.environ.get("HELI_DATABASE", "sqlite").startswith("sqlite")
sqlite_only = pytest.mark.skipif(not SQLITE, reason="a matter of files")


@pytest.fixture
def live():
    return Path(connection.settings_dict["NAME"])


@pytest.fixture
def one(tmp_path):
    """A backup with one unit; another comes afterwards."""
    Unit.objects.create(kind=Kind.ZONE, name="云溪片区")
    record(SYSTEM, "publish", "run:1", "")
    backup.back_up(tmp_path / "one.backup")
    Unit.objects.create(kind=Kind.ZONE, name="后来的片区")
    return tmp_path / "one.backup"


@pytest.fixture
def do():
    """A restore; the database that it keeps beside is removed at the end."""
    kept = []

    def restored(path, **more):
        kept.append(restore.restore(path, wait=1, **more))
        return kept[-1]

    yield restored
    backup.close_connections()
    for done in kept:
        if connection.vendor == "postgresql" and done.old:
            sql.drop_database(done.old)
        elif done.old:
            restore._remove(Path(done.old))


def names():
    return sorted(Unit.objects.values_list("name", flat=True))


def refusal(do, path, **more):
    with pytest.raises(DomainError) as refused:
        do(path, **more)
    return refused.value.code


def garbage(live):
    live.write_bytes(b"no database at all" * 500)


def emptied_pages(live):
    whole = bytearray(live.read_bytes())
    whole[4096 : 12 * 4096] = b"\xff" * (11 * 4096)
    live.write_bytes(whole)


def cut_off(live):
    os.truncate(live, live.stat().st_size // 2)


@sqlite_only
@pytest.mark.parametrize("spoil", [garbage, emptied_pages, cut_off])
def test_a_broken_live_file_is_put_aside(one, do, live, spoil):
    backup.close_connections()
    spoil(live)
    spoiled = live.read_bytes()
    done = do(one)
    assert names() == ["云溪片区"]
    assert Path(done.old).read_bytes() == spoiled
    assert (done.addresses, done.accounts) == (None, None)
    assert verify()[1] == []


@sqlite_only
def test_a_missing_live_file_is_no_hindrance(one, do, live):
    backup.close_connections()
    restore._remove(live)
    assert do(one).old == ""
    assert names() == ["云溪片区"]


@sqlite_only
def test_a_log_of_the_broken_file_never_meets_the_restored_one(one, do, live):
    backup.close_connections()
    garbage(live)
    live.with_name(f"{live.name}-wal").write_bytes(b"a log of something else")
    done = do(one)
    assert names() == ["云溪片区"]
    assert Path(f"{done.old}-wal").read_bytes() == b"a log of something else"


@sqlite_only
@pytest.mark.parametrize("begin", ["SELECT count(*) FROM orgs_unit", "BEGIN IMMEDIATE"])
def test_while_somebody_has_it_open_nothing_is_restored(one, do, live, begin):
    backup.close_connections()
    beside = sorted(live.parent.glob("*before*"))
    other = sqlite3.connect(live, isolation_level=None)
    other.execute(begin).fetchall()
    assert refusal(do, one) == "kernel.restore-locked"
    other.close()
    assert names() == ["云溪片区", "后来的片区"]
    assert sorted(live.parent.glob("*before*")) == beside
    assert verify()[1] == []
    do(one)
    assert names() == ["云溪片区"]


WRITER = """
import time
from heli.kernel.lib.console import prepare
prepare()
from django.db import Error, connection
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow
number = 0
while True:
    try:
        Unit.objects.create(kind=Kind.ZONE, name=f"zone {number}")
        print(f"zone {number}", flush=True)
        number += 1
    except Error:  # cut off or locked: nobody is told of this one
        time.sleep(0.01)
    connection.close()
"""


def test_what_is_written_meanwhile_is_in_one_of_the_two(one, do, tmp_path):
    """A process that opens and closes the database all the time; each row that it told of is somewhere."""
    environment = {
        **os.environ,
        "PYTHONPATH": "src",
        "DJANGO_SETTINGS_MODULE": "heli.config.settings",
        "HELI_DATABASE": address(),
    }
    log = tmp_path / "told"
    backup.close_connections()
    with log.open("w") as out:
        writer = subprocess.Popen([sys.executable, "-c", WRITER], env=environment, stdout=out)
    try:
        while len(log.read_text().splitlines()) < 20:
            assert writer.poll() is None
            time.sleep(0.02)
        done = restore.restore(one)
        time.sleep(0.2)
    finally:
        writer.kill()
        writer.wait()
    told = set(log.read_text().splitlines())
    there = set(names())
    with backup.using_database(done.old):
        kept = set(names())
    backup.close_connections()
    if connection.vendor == "postgresql":
        sql.drop_database(done.old)
    assert "后来的片区" in kept - there
    assert told <= there | kept


def test_everybody_is_signed_out(one, do, tmp_path):
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
    backup.back_up(tmp_path / "two.backup")
    do(tmp_path / "two.backup")
    assert not Session.objects.exists()


def test_addresses_and_accounts_that_are_valid_again_are_named(one, do, tmp_path):
    def link(name, **more):
        return PersonalLink.objects.create(
            subject=new_key(), name=name, scope="", token_hash=f"{name}-t", **more
        )

    def valid(pk):
        return PersonalLink.objects.filter(pk=pk)

    revoked, gone, kept = link("苏晚晴"), link("钱望舒"), link("柳问荆")
    link("陆观澜", revoked_at=timezone.now())
    Account.objects.create_user("left", name="左青")
    village = Unit.objects.create(kind=Kind.VILLAGE, name="青溪村")
    member = MemberRow.objects.create(village=village, name="沈知遥")
    make_feed(SYSTEM, member)
    backup.back_up(tmp_path / "two.backup")
    valid(revoked.pk).update(revoked_at=timezone.now())
    valid(gone.pk).delete()
    drop_feed(SYSTEM, member)
    Account.objects.update(is_active=False)
    done = do(tmp_path / "two.backup")
    assert done.addresses == ("沈知遥", "苏晚晴", "钱望舒")
    assert done.accounts == ("left",)
    assert valid(kept.pk).exists()


def test_the_command_names_them(one, tmp_path, live):
    PersonalLink.objects.create(subject=new_key(), name="苏晚晴", scope="", token_hash="t")
    backup.back_up(tmp_path / "two.backup")
    PersonalLink.objects.update(revoked_at=timezone.now())
    said = (tmp_path / "said").open("w+")
    call_command("restore", tmp_path / "two.backup", stdout=said)
    said.seek(0)
    text = said.read()
    assert "再作废一次：苏晚晴" in text
    assert "重新登录" in text
    backup.close_connections()
    if connection.vendor == "postgresql":
        sql.drop_database(text.splitlines()[0].rpartition("：")[2])


TRIGGERS = {
    "sqlite": ["CREATE TRIGGER quiet AFTER DELETE ON orgs_unit BEGIN SELECT 1; END"],
    "postgresql": [
        "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER quiet AFTER DELETE ON orgs_unit FOR EACH ROW EXECUTE FUNCTION quiet()",
    ],
}


@pytest.mark.parametrize(
    ("change", "undo", "named"),
    [
        (TRIGGERS, ["DROP TRIGGER quiet{}", "DROP FUNCTION quiet()"], "trigger quiet"),
        ({None: ["CREATE TABLE spare (id integer)"]}, ["DROP TABLE spare"], "spare"),
        ({None: ["CREATE INDEX spare ON orgs_unit (name)"]}, ["DROP INDEX spare"], "index spare"),
        (
            {None: ["ALTER TABLE orgs_unit ADD COLUMN spare integer"]},
            ["ALTER TABLE orgs_unit DROP COLUMN spare"],
            "column spare",
        ),
    ],
    ids=["trigger", "table", "index", "column"],
)
def test_a_backup_with_another_schema_is_refused(one, do, tmp_path, change, undo, named):
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for statement in change.get(None) or change[connection.vendor]:
            cursor.execute(statement)
        backup.back_up(tmp_path / "two.backup")
        for statement in undo:
            if postgres or "FUNCTION" not in statement:
                cursor.execute(statement.format(" ON orgs_unit" if postgres else ""))
    with pytest.raises(DomainError, match=named) as refused:
        do(tmp_path / "two.backup")
    assert refused.value.code == "kernel.backup-other-schema"
    assert len(names()) == 2


def test_a_seal_that_somebody_made_without_the_key_is_refused(one, do):
    seal = Path(f"{one}.seal")
    whole = seal.read_text()
    seal.write_text(whole.replace('"head": "1:', '"head": "2:'))
    assert refusal(do, one) == "kernel.backup-seal-wrong"
    for text in ("", "{}", "[]", '{"proof": 1, "head": 2}'):
        seal.write_text(text)
        assert refusal(do, one) == "kernel.backup-seal-wrong"
    assert len(names()) == 2


def test_a_backup_of_another_key_needs_a_word_more(one, do, settings):
    settings.AUDIT_KEY = "another key, as long as it has to be"
    assert refusal(do, one) == "kernel.backup-other-key"
    do(one, unproved=True)
    assert names() == ["云溪片区"]
    assert verify()[1] == []


def test_backup_and_restore_stand_in_the_audit(one, do):
    assert Event.objects.get(verb="backup").facts == {"head": 1}
    do(one)
    line = Event.objects.get(verb="restore")
    assert (line.number, line.facts["head"], line.facts["proved"]) == (2, 1, True)
    record(SYSTEM, "publish", "run:2", "")
    assert verify()[1] == []


@pytest.fixture
def own(tmp_path):
    """A database of the test's own: its name, and the environment of commands that work on it."""
    postgres = connection.vendor == "postgresql"
    name = f"{connection.settings_dict['NAME']}_own" if postgres else str(tmp_path / "own.sqlite3")
    if postgres:
        sql.make_database(name)
    with backup.using_database(name):
        where = address()
    yield (
        name,
        {**os.environ, "HELI_DATA": str(tmp_path / "data"), "PYTHONPATH": "src", "HELI_DATABASE": where},
    )
    if postgres:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            kept = [found for (found,) in cursor.fetchall() if found.startswith(name)]
        for found in kept:
            sql.drop_database(found)


@pytest.mark.slow
def test_a_restore_killed_at_any_moment_leaves_the_old_or_the_new(own, tmp_path):
    name, environment = own
    heli = [sys.executable, "-m", "heli"]

    def run(*words):
        done = subprocess.run([*heli, *words], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def there():
        if connection.vendor == "sqlite":
            assert sql.sqlite_is_sound(Path(name))
        with backup.using_database(name):
            return names()

    run("migrate")
    run("begin", "云溪片区", "青溪村")
    run("backup", str(tmp_path / "one.backup"))
    run("begin", "云溪片区", "兰塘村")
    old, before = there(), time.monotonic()
    run("restore", str(tmp_path / "one.backup"))
    took, new, seen = time.monotonic() - before, there(), []
    assert (len(old), len(new)) == (3, 2)
    for step in range(5):
        run("begin", "云溪片区", "兰塘村")
        restoring = subprocess.Popen(
            [*heli, "restore", str(tmp_path / "one.backup")], env=environment, stdout=subprocess.DEVNULL
        )
        # the swap itself comes last: most kills near the end
        time.sleep(took * (0.6 + step / 10))
        restoring.send_signal(signal.SIGKILL)
        restoring.wait()
        seen.append(there())
        assert seen[-1] in (old, new)
        run("audit", "verify")
    assert old in seen
    run("restore", str(tmp_path / "one.backup"))
    assert there() == new
