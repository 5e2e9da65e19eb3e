"""Kept files know their size, and which unit may have them: the one whose book or table they are."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def find_owners(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    alias = schema_editor.connection.alias
    files = apps.get_model("files", "File").objects.using(alias)
    uploads = apps.get_model("imports", "Upload").objects.using(alias)
    for handed_in, scope in uploads.values_list("files", "unit__path").iterator():
        files.filter(pk__in=[file["key"] for file in handed_in]).update(kind="upload", scope=scope)
    drawings = apps.get_model("plans", "Drawing").objects.using(alias)
    for app, model in (("grids", "Division"), ("duties", "Roster")):
        tables = apps.get_model(app, model).objects.using(alias)
        for key, scope in tables.values_list("pk", "village__path").iterator():
            drawn = drawings.filter(publication=key).values("file")
            files.filter(pk__in=drawn).update(kind="drawing", scope=scope)


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0006_delete_upload"),
        ("files", "0002_owner_kind_size"),
        ("imports", "0001_upload"),
        ("grids", "0005_households_in_order"),
        ("duties", "0007_turns_know_their_drop_points"),
    ]

    operations = [
        migrations.RunSQL("UPDATE files_file SET size = LENGTH(data)", migrations.RunSQL.noop),
        migrations.RunPython(find_owners, migrations.RunPython.noop),
    ]
