"""Somebody who has the database in hand, but neither the key nor the file of heads, is found out."""

import hashlib
import io
import json
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from tests.at_once import eight_write

from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit import seal
from heli.kernel.audit.commands import WrongKey, keep_restored, record, record_restore, rekey
from heli.kernel.audit.models import Event, Head
from heli.kernel.audit.queries import head, verify
from heli.orgs.models import Kind, Unit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lines():
    Unit.objects.create(kind=Kind.ZONE, name="云溪片区")
    for number in range(1, 7):
        record(SYSTEM, "publish", f"run:{number}", "zone/", count=number)
    assert verify() == (6, [])


def past(**which):
    return Event._base_manager.filter(**which)


def found(since=None):
    return [(finding.number, finding.fault.value) for finding in verify(since)[1]]


def cut(number):
    """Delete the lines after this one and put the head there."""
    past(number__gt=number).delete()
    last = Event.objects.filter(number=number).first()
    Head.objects.update(number=number, hash=last.hash if last else "0" * 64)


def recompute(first=1, verb="other"):
    """Write the lines again, each with the sum that anybody can work out; the head too."""
    before = "0" * 64
    for event in list(Event.objects.order_by("number")):
        if event.number >= first:
            said = {
                "number": event.number,
                "at": event.at.isoformat(),
                "account": "",
                "member": "",
                "verb": verb,
                "subject": event.subject,
                "scope": event.scope,
                "facts": event.facts,
                "before": before,
            }
            text = json.dumps(said, sort_keys=True, ensure_ascii=False)
            event.hash = hashlib.sha256(text.encode()).hexdigest()
            past(number=event.number).update(verb=verb, before=before, hash=event.hash)
        before = event.hash
    Head.objects.update(hash=before)


def test_last_lines_deleted_and_the_head_rewritten(lines):
    cut(4)
    assert found() == [(5, "missing"), (6, "missing")]


def test_a_chain_worked_out_again_without_the_key(lines):
    recompute()
    assert found() == [(number, "changed") for number in range(1, 7)]
    Head.objects.update(key="")
    assert len(found()) == 6


def test_only_the_last_line_worked_out_again(lines):
    recompute(first=6)
    assert found() == [(6, "changed")]


def test_both_tables_wiped(lines):
    past().delete()
    Head.objects.all().delete()
    assert found() == [(0, "empty")]
    Unit.objects.all().delete()
    assert found() == [(number, "missing") for number in range(1, 7)]


def test_both_tables_wiped_where_the_file_of_heads_was_not_kept(lines):
    past().delete()
    Head.objects.all().delete()
    seal.heads_file().unlink()
    assert found() == [(0, "empty")]


def test_no_line_is_right_where_there_is_nothing(db):
    assert verify() == (0, [])


def test_lines_put_back_that_then_went_on(lines):
    cut(4)
    for number in range(3):
        record(SYSTEM, "publish", f"run:{number}", "zone/")
    assert found() == [(5, "other"), (6, "other")]


def test_a_head_that_was_seen_before_must_still_be_there(lines):
    seen = head()
    record(SYSTEM, "publish", "run:7", "zone/")
    assert found(seen) == []
    seal.heads_file().unlink()
    cut(5)
    assert found() == []  # nothing outside tells of it, except who saw the head
    assert found(seen) == [(6, "missing")]
    record(SYSTEM, "publish", "run:8", "zone/")
    assert found(seen) == [(6, "other")]
    assert found((99, seen[1])) == [(99, "missing")]


def test_the_command_prints_the_head_and_takes_it_back(lines):
    said = io.StringIO()
    call_command("audit", "verify", stdout=said)
    (shown,) = re.findall(r"\d+:[0-9a-f]{64}", said.getvalue())
    assert shown == "{}:{}".format(*head())
    call_command("audit", "verify", "--since", shown, stdout=said)
    with pytest.raises(CommandError, match="第6行不是原来那一行"):
        call_command("audit", "verify", "--since", f"6:{'0' * 64}")
    with pytest.raises(CommandError, match="N:HASH"):
        call_command("audit", "verify", "--since", "6")


def test_what_is_committed_but_not_yet_in_the_file_is_no_fault(lines):
    """As after a process that died between the two, also in the middle of its line."""
    whole = seal.heads_file().read_text()
    for length in range(len(whole)):
        seal.heads_file().write_text(whole[:length])
        assert found() == []


def test_the_file_says_nothing_of_what_was_rolled_back(lines):
    with transaction.atomic():
        record(SYSTEM, "publish", "run:7", "zone/")
        transaction.set_rollback(True)
    record(SYSTEM, "publish", "run:8", "zone/")
    assert verify() == (7, [])
    assert len(seal.heads_file().read_text().splitlines()) == 7


def test_eight_at_once_write_whole_lines_to_the_file():
    eight_write(lambda number: record(SYSTEM, "publish", f"run:{number}", "zone/"))
    assert sorted(seal.kept_heads()[""]) == list(range(1, 81))
    assert verify() == (80, [])


def test_processes_at_once_write_whole_lines_to_the_file(tmp_path):
    program = (
        "import sys; from heli.kernel.lib.console import prepare; prepare()\n"
        "from heli.kernel.audit.seal import keep_head\n"
        "for number in range(200): keep_head('', int(sys.argv[1]) * 1000 + number, 'a' * 64)"
    )
    environment = {
        "PYTHONPATH": "src",
        "DJANGO_SETTINGS_MODULE": "heli.config.settings",
        "HELI_DATA": str(tmp_path),
        "HELI_AUDIT_HEADS": str(settings.AUDIT_HEADS),
    }
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(number)], env=environment) for number in range(4)
    ]
    assert [writer.wait() for writer in writers] == [0] * 4
    assert len(seal.kept_heads()[""]) == 800


def test_a_file_that_cannot_be_written_stops_nobody(lines, caplog):
    seal.heads_file().unlink()
    seal.heads_file().mkdir()
    record(SYSTEM, "publish", "run:7", "zone/")
    assert "keep_head" in caplog.text
    seal.heads_file().rmdir()
    assert verify() == (7, [])


def test_a_restored_database_begins_a_new_era(lines):
    with transaction.atomic():
        cut(4)
        event = record_restore()
    assert found() == []  # as when the restore dies before its head is kept
    keep_restored(event)
    record(SYSTEM, "publish", "run:6", "zone/")
    assert found() == []
    cut(5)
    assert found() == [(6, "missing")]


def test_a_database_from_before_a_restore_put_back_by_hand(lines):
    keep_restored(record_restore())
    record(SYSTEM, "publish", "run:8", "zone/")
    cut(6)
    Head.objects.update(era="")
    assert found() == [(6, "put_back")]


def test_another_key_is_named_and_nothing_is_written_with_it(lines, monkeypatch):
    monkeypatch.setattr(settings, "AUDIT_KEY", "another key, as long as it has to be")
    assert found() == [(6, "key")]
    with pytest.raises(WrongKey, match="audit-key"):
        record(SYSTEM, "publish", "run:7", "zone/")
    assert Event.objects.count() == 6


def test_after_a_lost_key_a_new_one_proves_what_comes_and_that_nothing_went(lines, monkeypatch):
    assert rekey() is None
    monkeypatch.setattr(settings, "AUDIT_KEY", "another key, as long as it has to be")
    call_command("audit", "rekey", stdout=io.StringIO())
    record(SYSTEM, "publish", "run:8", "zone/")
    assert verify() == (8, [])
    past(number=8).update(verb="other")
    assert found() == [(8, "changed")]
    past(number=8).update(verb="publish")
    past(number=3).delete()
    assert found() == [(3, "missing")]


@pytest.fixture
def plain_lines():
    """As a version without a key left them, then migrated."""
    executor = MigrationExecutor(connection)
    executor.migrate([("audit", "0002_head_ops")])
    old = executor.loader.project_state([("audit", "0002_head_ops")]).apps
    event, before = old.get_model("audit", "Event"), "0" * 64
    for number in range(1, 7):
        row = event(number=number, at=timezone.now(), verb="publish", subject=f"run:{number}", before=before)
        row.hash = before = seal.plain_digest(row)
        row.save(force_insert=True)
    old.get_model("audit", "Head").objects.create(number=6, hash=before)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_a_chain_from_before_the_key_is_sealed(plain_lines):
    assert verify() == (7, [])
    record(SYSTEM, "publish", "run:8", "zone/")
    assert verify() == (8, [])
    assert Event.objects.get(number=7).verb == seal.SEALED


def test_lines_from_before_the_key_cannot_be_worked_out_again(plain_lines):
    past(number=3).update(verb="other")
    assert found() == [(3, "changed")]
    seal_line = Event.objects.get(number=7)
    for verb, faults in (("publish", []), ("other", [(7, "loose")])):
        past(number=7).delete()
        recompute(verb=verb)
        seal_line._state.adding = True
        seal_line.save(force_insert=True)
        Head.objects.update(hash=seal_line.hash)
        assert found() == faults


def test_without_the_seal_a_plain_chain_is_no_chain(plain_lines):
    past(number=7).delete()
    recompute(verb="other")
    Head.objects.update(number=6, key="")
    assert [fault for _number, fault in found()] == ["changed"] * 6
