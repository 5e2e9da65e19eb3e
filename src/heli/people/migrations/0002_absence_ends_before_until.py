"""``until`` of an absence was its last day; now it is the first day on which it no longer holds."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ONE_DAY = datetime.timedelta(days=1)
AT_A_TIME = 500


def _move(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor, step: datetime.timedelta) -> None:
    absence = apps.get_model("people", "Absence")
    rows = absence.objects.using(schema_editor.connection.alias)
    ended = list(rows.exclude(until=None).only("until"))
    for row in ended:
        row.until += step
    rows.bulk_update(ended, ["until"], batch_size=AT_A_TIME)


def to_first_day_after(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _move(apps, schema_editor, ONE_DAY)


def to_last_day(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _move(apps, schema_editor, -ONE_DAY)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(to_first_day_after, to_last_day)]
