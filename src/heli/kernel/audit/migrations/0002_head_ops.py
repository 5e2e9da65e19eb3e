"""The end of the chain in a row of its own."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def keep_the_end(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """From the last line that is there."""
    database = schema_editor.connection.alias
    last = apps.get_model("audit", "Event").objects.using(database).order_by("-number").first()
    if last is not None:
        apps.get_model("audit", "Head").objects.using(database).create(number=last.number, hash=last.hash)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("hash", models.CharField(default="0" * 64, max_length=64)),
            ],
        ),
        migrations.RunPython(keep_the_end, migrations.RunPython.noop),
    ]
