"""Uploads of village books move to ``kernel.imports``, which keeps those of every kind of book."""

from django.db import migrations

COPY = """
INSERT INTO imports_upload
    (id, files, version, state, fixes, problems, understood, facts, preview, phones, undo, job,
     created_at, created_by, what, unit_id, "rows", revision)
SELECT id, files, version, state, fixes, problems, understood, facts, preview, phones, undo, job,
       created_at, created_by, 'village', village_id, village_rows,
       COALESCE(CAST(revision AS varchar(64)), '')
FROM plans_upload
"""

COPY_BACK = """
INSERT INTO plans_upload
    (id, files, version, state, fixes, problems, understood, facts, preview, phones, undo, job,
     created_at, created_by, village_id, village_rows, revision)
SELECT id, files, version, state, fixes, problems, understood, facts, preview, phones, undo, job,
       created_at, created_by, unit_id, "rows", CAST(NULLIF(revision, '') AS integer)
FROM imports_upload WHERE what = 'village'
"""
DELETE_COPIES = "DELETE FROM imports_upload WHERE what = 'village'"


class Migration(migrations.Migration):
    dependencies = [("plans", "0004_upload_understood"), ("imports", "0001_upload")]

    operations = [migrations.RunSQL([COPY], [COPY_BACK, DELETE_COPIES])]
