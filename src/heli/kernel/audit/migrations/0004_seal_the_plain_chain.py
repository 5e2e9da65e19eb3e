"""The chain without a key ends: the first line that is proved names its last one."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from heli.kernel.audit import seal


def seal_the_plain_chain(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """If there are lines."""
    database = schema_editor.connection.alias
    head = apps.get_model("audit", "Head").objects.using(database).filter(number__gt=0, key="").first()
    if head is None:
        return
    event = apps.get_model("audit", "Event")(
        number=head.number + 1,
        at=timezone.now(),
        verb=seal.SEALED,
        subject="audit:",
        scope="",
        facts={"until": head.number, "hash": head.hash, "former": "sha256"},
        before=head.hash,
    )
    event.hash = seal.digest(event)
    event.save(using=database, force_insert=True)
    head.number, head.hash, head.key = event.number, event.hash, seal.key_name()
    head.save(using=database, update_fields=("number", "hash", "key"))


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_head_key_and_era")]

    operations = [migrations.RunPython(seal_the_plain_chain, migrations.RunPython.noop)]
