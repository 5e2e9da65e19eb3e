"""Turns of published rosters were matched with drop points by name; now they know the row.

Where several drop points of a village had the name, the turn is of the one that is not given up, else of the
first in the book. Where none has it any more, the turn keeps the name alone.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def find_drop_points(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    alias = schema_editor.connection.alias
    posts = apps.get_model("duties", "PostRow").objects.using(alias).order_by("-order", "-id")
    turns = apps.get_model("duties", "Turn").objects.using(alias)
    found: dict[tuple[object, str], object] = {}
    for given_up in (True, False):
        for post in posts.filter(gone_on__isnull=not given_up).only("village", "name"):
            found[post.village_id, post.name] = post.pk
    for (village, name), key in found.items():
        turns.filter(roster__village=village, post=name, drop_point=None).update(drop_point=key)


class Migration(migrations.Migration):
    dependencies = [("duties", "0006_turn_drop_point")]
    operations = [migrations.RunPython(find_drop_points, migrations.RunPython.noop)]
