import django.db.models.deletion
from django.db import migrations, models

import heli.kernel.lib.keys


class Migration(migrations.Migration):
    """The table of lost items."""

    initial = True
    dependencies = [("orgs", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heli.kernel.lib.keys.new_key,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("what", models.CharField(max_length=80)),
                ("place", models.CharField(blank=True, max_length=120)),
                ("found_on", models.DateField()),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
            ],
            options={"ordering": ("-found_on", "id")},
        ),
    ]
