"""Uploads stored before there was one table for books of every kind move to it with nothing lost."""

import uuid

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from heli.kernel.imports.models import Upload

pytestmark = pytest.mark.django_db(transaction=True)

STORED = {
    "files": [{"key": str(uuid.UUID(int=0)), "name": "青溪村.xlsx", "size": 9}],
    "version": 3,
    "state": "imported",
    "fixes": [{"sheet": "农户", "row": 2, "column": "A", "was": "", "text": "前街1号"}],
    "problems": [{"code": "household-twice"}],
    "understood": [["网格员", 2, "E", "周一", "周一不排"]],
    "facts": {"after": 7, "households": 1},
    "preview": {"phones": {"new": 1, "changed": 0}},
    "phones": {"before": {"0": "10011112222"}},
    "undo": {"members": {"created": [], "before": {}, "gone": []}},
    "created_by": "村负责人",
}


def test_a_stored_upload_moves_whole_and_back(world):
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    before = [("plans", "0004_upload_understood")]
    try:
        executor = MigrationExecutor(connection)
        executor.migrate(before)
        old = executor.loader.project_state(before).apps.get_model("plans", "Upload")
        made = old.objects.create(
            village_id=world.village.pk, village_rows={"name": "青溪村"}, revision=6, **STORED
        )
        waiting = old.objects.create(village_id=world.village.pk, created_by="x", created_at=timezone.now())
        MigrationExecutor(connection).migrate(leaves)
        moved = Upload.objects.get(pk=made.pk)
        assert {name: getattr(moved, name) for name in STORED} == STORED
        assert (moved.what, moved.unit, moved.revision) == ("village", world.village, "6")
        assert (moved.rows, moved.created_at) == ({"name": "青溪村"}, made.created_at)
        assert Upload.objects.get(pk=waiting.pk).revision == ""
        MigrationExecutor(connection).migrate(before)
        assert set(old.objects.values_list("pk", "revision")) == {(made.pk, 6), (waiting.pk, None)}
    finally:
        MigrationExecutor(connection).migrate(leaves)
